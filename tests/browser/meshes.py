"""Synthetic meshes that the browser tests look at, written into the snapshot store."""

import math
from dataclasses import replace

from mesh.identity import Answer, Edge, Protocol, Reporter, Service, Workload
from mesh.traffic import Snapshot
from tests.mesh.builder import BOUNDS, EMPTY, UNKNOWN, Builder, reference

CLUSTER = "Kubernetes"
WINDOW = 300


def workload(namespace: str, name: str, app: str = "", version: str = "v1") -> Workload:
    return Workload(CLUSTER, namespace, name, app or name, version)


def service(namespace: str, name: str) -> Service:
    return Service(namespace, name, f"{name}.{namespace}.svc.cluster.local")


def principal(of: Workload) -> str:
    return f"spiffe://cluster.local/ns/{of.namespace}/sa/{of.app}" if of != UNKNOWN else ""


def spread(rate: float, centre: float) -> list[float]:
    """Bucket rates around a response time in milliseconds."""
    middles = [1, 3, 7, 17, 37, 75, 175, 375, 750, 1500]
    weights = [math.exp(-((math.log(m / centre) / 0.55) ** 2)) for m in middles]
    return [rate * w / sum(weights) if w > 0.004 else 0.0 for w in weights]


class Mesh:
    """Says who calls whom; ``snapshot()`` makes it what a collection would have stored."""

    def __init__(self) -> None:
        self.built = Builder()

    def calls(
        self,
        source: Workload,
        target: Workload,
        asked: Service,
        rate: float,
        ms: float = 20,
        codes: dict[str, float] | None = None,
        protocol: Protocol = "http",
        security: str = "mutual_tls",
        reporter: Reporter = "destination",
    ) -> None:
        """``codes`` maps ``code``, ``code/flags`` or ``code//grpc`` to its share; the rest is 200."""
        at = Edge(source, target, asked, protocol, reporter)
        shares = dict(codes or {})
        ok = "200//0" if protocol == "grpc" else "200"
        shares[ok] = 1 - sum(shares.values())
        who = (principal(source), principal(target)) if security == "mutual_tls" else ("", "")
        rates = {self._answer(key, security, who): rate * share for key, share in shares.items() if share > 0}
        slow = spread(rate, ms)
        assert len(slow) == len(BOUNDS)
        self.built.requests(at, rates, slow)
        self.built.add("request_bytes_sum", at, EMPTY, rate * 150)
        self.built.add("response_bytes_sum", at, EMPTY, rate * 1780)
        if protocol == "grpc":
            self.built.add("request_messages", at, EMPTY, rate)
            self.built.add("response_messages", at, EMPTY, rate * 3)

    @staticmethod
    def _answer(key: str, security: str, who: tuple[str, str]) -> Answer:
        code, flags, grpc = (*key.split("/"), "", "")[:3]
        return Answer(code, grpc, flags or "-", security, *who)

    def tcp(
        self, source: Workload, target: Workload, asked: Service, sent: float, received: float, opened: float
    ) -> None:
        at = Edge(source, target, asked, "tcp", "destination")
        how = Answer("", "", "-", "mutual_tls", principal(source), principal(target))
        for name, rate in (
            ("tcp_sent", sent),
            ("tcp_received", received),
            ("tcp_opened", opened),
            ("tcp_closed", opened),
        ):
            self.built.add(name, at, how, rate)  # type: ignore[arg-type]

    def snapshot(self, name: str, taken_at: float, window: int = WINDOW) -> Snapshot:
        return self.built.snapshot(name, window, taken_at)


INGRESS = workload("istio-system", "istio-ingressgateway", "istio-ingressgateway", "latest")
WEBAPP = workload("istioinaction", "webapp")
CATALOG_1 = workload("istioinaction", "catalog-v1", "catalog", "v1")
CATALOG_2 = workload("istioinaction", "catalog-v2", "catalog", "v2")
FORUM = workload("istioinaction", "forum")
DB = workload("data", "catalog-db", "catalog-db", "latest")
CART = workload("shop", "cart")
SHOP = [workload("shop", f"recommender-v{n}", "recommender", f"v{n}") for n in (1, 2, 3)]
REDIS = workload("shop", "redis-cart")
QUOTES = workload("shop", "quotes")


def demo(taken_at: float, name: str = "demo", factor: float = 1.0) -> Snapshot:
    """The mesh of the drawings: a failing version, a dead store, a plaintext client, the outside."""
    mesh = Mesh()
    f = factor
    mesh.calls(INGRESS, WEBAPP, service("istioinaction", "webapp"), 412 * f, 48, {"500": 0.058})
    catalog = service("istioinaction", "catalog")
    mesh.calls(WEBAPP, CATALOG_1, catalog, 179 * f, 14)
    mesh.calls(WEBAPP, CATALOG_2, catalog, 119 * f, 320, {"500/-": 0.34, "503/URX": 0.04})
    mesh.calls(WEBAPP, FORUM, service("istioinaction", "forum"), 114 * f, 35, {"404": 0.01})
    mesh.tcp(CATALOG_1, DB, service("data", "catalog-db"), 1.1e6 * f, 1e5, 3)
    mesh.tcp(CATALOG_2, DB, service("data", "catalog-db"), 7.2e5 * f, 8e4, 2)
    outside = Service("unknown", "httpbin.example", "httpbin.example")
    mesh.calls(FORUM, UNKNOWN, outside, 31 * f, 140, security="unknown", reporter="source")
    mesh.calls(UNKNOWN, CART, service("shop", "cart"), 12 * f, 24, security="none")
    recommender = service("shop", "recommender")
    for target, rate, ms, codes in zip(
        SHOP, (230, 96, 40), (12, 18, 480), ({}, {"503": 0.012}, {}), strict=True
    ):
        mesh.calls(CART, target, recommender, rate * f, ms, codes)
    mesh.calls(
        CART, REDIS, service("shop", "redis-cart"), 8 * f, 2, {"503/UF": 1.0}, reporter="source", security=""
    )
    mesh.calls(CART, QUOTES, service("shop", "quotes"), 44 * f, 9, {"200//14": 0.02}, protocol="grpc")
    passed = Service("unknown", "PassthroughCluster", "PassthroughCluster")
    blocked = Service("unknown", "BlackHoleCluster", "BlackHoleCluster")
    mesh.calls(FORUM, UNKNOWN, passed, 2.4 * f, 90, security="unknown", reporter="source")
    mesh.calls(QUOTES, UNKNOWN, blocked, 0.6, 1, {"502/NR": 1.0}, security="unknown", reporter="source")
    return mesh.snapshot(name, taken_at)


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>window.hacked=1</script>",
    "a" * 5000,
    'quote"brace{}newline\nback\\slash',
    "日本語-サービス-🚀-\u202eevil",
)


def hostile(taken_at: float) -> Snapshot:
    """Every name is one that would break a careless page."""
    mesh = Mesh()
    everyone = [workload(name[:200] or "ns", name, name, name[:50]) for name in HOSTILE]
    for source, target in zip(everyone, [*everyone[1:], everyone[0]], strict=True):
        mesh.calls(
            source, target, service(target.namespace, target.name), 10, 20, {"<b>503</b>/<i>UF</i>": 0.2}
        )
    return mesh.snapshot("hostile", taken_at)


def empty(taken_at: float) -> Snapshot:
    return Mesh().snapshot("empty", taken_at)


def big(taken_at: float, workloads: int = 1000, edges: int = 5000) -> Snapshot:
    return Snapshot("big", WINDOW, taken_at, reference(workloads, 50, edges))


def renamed(snapshot: Snapshot, name: str, taken_at: float) -> Snapshot:
    return replace(snapshot, id=name, taken_at=taken_at)
