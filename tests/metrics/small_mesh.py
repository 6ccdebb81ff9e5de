"""A small mesh whose rates are known exactly, as OpenMetrics text for ``promtool tsdb
create-blocks-from``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

BOUNDS = (0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000)
SCRAPE_SECONDS = 15
PODS = ("a", "b")
HISTOGRAMS = ("istio_request_duration_milliseconds", "istio_request_bytes", "istio_response_bytes")
TCP = {
    "istio_tcp_sent_bytes": 4000.0,
    "istio_tcp_received_bytes": 1000.0,
    "istio_tcp_connections_opened": 2.0,
    "istio_tcp_connections_closed": 1.0,
}


@dataclass(frozen=True)
class Hop:
    """One hop's true traffic: requests per second by (code, flags), all pods together, and how long they
    take.
    """

    source: str
    destination: str
    codes: Mapping[tuple[str, str], float] = field(default_factory=lambda: {("200", "-"): 4.0})
    protocol: str = "http"
    reporters: tuple[str, ...] = ("source", "destination")
    shares: tuple[float, ...] = (0, 0, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05, 0.03, 0.01, 0.01)
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return sum(self.codes.values())


def ignore(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def workload(side: str, name: str) -> dict[str, str]:
    """Labels of one side: ``namespace/app-version``."""
    space, _, rest = name.partition("/")
    if rest == "unknown":
        return {f"{side}_workload": rest, f"{side}_workload_namespace": rest}
    app, _, version = rest.rpartition("-")
    return {
        f"{side}_cluster": "Kubernetes",
        f"{side}_workload_namespace": space,
        f"{side}_workload": rest,
        f"{side}_canonical_service": app,
        f"{side}_canonical_revision": version,
        f"{side}_principal": f"spiffe://cluster.local/ns/{space}/sa/{app}",
    }


def labels(hop: Hop, reporter: str) -> dict[str, str]:
    """All the labels that name the hop, as that reporter writes them."""
    space, _, rest = hop.destination.partition("/")
    app = rest.rpartition("-")[0] or rest
    named = {
        "reporter": reporter,
        **workload("source", hop.source),
        **workload("destination", hop.destination),
        "destination_service": f"{app}.{space}.svc.cluster.local",
        "destination_service_name": app,
        "destination_service_namespace": space,
        "connection_security_policy": "unknown" if reporter == "source" else "mutual_tls",
        "request_protocol": hop.protocol,
        **hop.extra,
    }
    return {name: value for name, value in named.items() if value}


MESH = (
    Hop("shop/web-v1", "shop/cart-v1"),
    Hop("shop/web-v1", "shop/cart-v2", {("200", "-"): 3.0, ("503", "-"): 1.0, ("503", "UF"): 0.5}),
    Hop("shop/web-v1", "bank/pay-v1", {("200", "-"): 2.0}, protocol="grpc"),
    Hop("unknown/unknown", "shop/web-v1", {("200", "-"): 6.0}, reporters=("destination",)),
    Hop("shop/cart-v1", "unknown/unknown", {("0", "UH"): 1.0}, reporters=("source",)),
    Hop("bank/pay-v1", "bank/db-v1", protocol="tcp"),
    Hop(
        "shop/old-v1",
        "shop/cart-v1",
        extra={
            "source_canonical_service": "",
            "source_canonical_revision": "",
            "source_app": "older",
            "source_version": "v7",
        },
    ),
)


def open_metrics(begin: float, end: float, mesh: tuple[Hop, ...] = MESH) -> str:
    """Every series of the mesh, scraped from ``begin`` to ``end`` (epoch seconds)."""
    times = [begin + step * SCRAPE_SECONDS for step in range(int((end - begin) / SCRAPE_SECONDS) + 1)]
    families: dict[tuple[str, str], list[str]] = {}
    for kind, family, series, rate in _series(mesh):
        lines = families.setdefault((kind, family), [])
        lines += [f"{series} {100 + rate * (time - begin):.6f} {time:.3f}" for time in times]
    families["gauge", "up"] = [f'up{{job="mesh"}} 1 {time:.3f}' for time in times]
    text = [f"# TYPE {family} {kind}\n" + "\n".join(lines) for (kind, family), lines in families.items()]
    return "\n".join([*text, "# EOF", ""])


def _series(mesh: tuple[Hop, ...]) -> Iterator[tuple[str, str, str, float]]:
    for hop in mesh:
        for reporter in hop.reporters:
            for pod in PODS:
                named = {**labels(hop, reporter), "pod": pod, "instance": f"{pod}:15020"}
                yield from _tcp(named) if hop.protocol == "tcp" else _http(hop, named)


def _tcp(named: Mapping[str, str]) -> Iterator[tuple[str, str, str, float]]:
    for family, rate in TCP.items():
        yield "counter", family, _text(f"{family}_total", {**named, "response_flags": "-"}), rate / len(PODS)


def _http(hop: Hop, named: Mapping[str, str]) -> Iterator[tuple[str, str, str, float]]:
    for (code, flags), rate in hop.codes.items():
        answer = {"response_code": code, "response_flags": flags}
        if hop.protocol == "grpc":
            answer["grpc_response_status"] = "0"
        series = _text("istio_requests_total", {**named, **answer})
        yield "counter", "istio_requests", series, rate / len(PODS)
    for family in HISTOGRAMS:
        yield from _histogram(family, hop, named)
    if hop.protocol == "grpc":
        lean = {name: value for name, value in named.items() if name != "request_protocol"}
        for family in ("istio_request_messages", "istio_response_messages"):
            yield "counter", family, _text(f"{family}_total", lean), 5.0 / len(PODS)


def _histogram(family: str, hop: Hop, named: Mapping[str, str]) -> Iterator[tuple[str, str, str, float]]:
    rate, below = hop.rate / len(PODS), 0.0
    for bound, share in zip((*map(str, BOUNDS), "+Inf"), hop.shares, strict=True):
        below += share
        yield "unknown", f"{family}_bucket", _text(f"{family}_bucket", {**named, "le": bound}), rate * below
    yield "unknown", f"{family}_sum", _text(f"{family}_sum", named), rate * 30
    yield "unknown", f"{family}_count", _text(f"{family}_count", named), rate


def _text(metric: str, named: Mapping[str, str]) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in named.items())
    return f"{metric}{{{inside}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
