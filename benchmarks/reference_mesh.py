"""The reference mesh: 1,000 workloads in 50 namespaces, 5,000 edges, two pods each side, from a fixed seed.

Pure: the same :class:`Size` gives the same mesh everywhere. What a proxy reports about an edge is a
:class:`Report`; those that tell what really happened, each request once, are marked ``counted``. That mark is
the truth the benchmarks hold meshview against, and it is set here, where the requests are invented.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from benchmarks.latencies import Buckets
from benchmarks.reports import (
    Report,
    external_reports,
    grpc_reports,
    http_reports,
    tcp_reports,
    unserved_reports,
)

Protocol = Literal["http", "grpc", "tcp"]
WINDOW_SECONDS: Final = 300
"""Counts of the mesh are per this many seconds."""

UNKNOWN: Final = "unknown"
_WORDS: Final = ("shop", "pay", "ship", "media", "search", "risk", "ads", "chat", "feed", "maps")
_APPS: Final = (
    *("gateway", "cart", "catalog", "checkout", "orders", "prices", "stock", "users"),
    *("reviews", "forum", "quotes", "ledger", "cache", "queue", "store", "mail"),
)
_GRPC_APPS: Final = frozenset({"quotes", "ledger"})
_TCP_APPS: Final = frozenset({"cache", "queue", "store"})
_TWO_VERSIONS: Final = frozenset({"catalog", "reviews", "store"})
_TWO_WORKLOADS: Final = frozenset({"orders"})  # of one version


class Workload(NamedTuple):
    """A workload as its proxy names itself; ``UNKNOWN`` in every field for a side nobody can name."""

    namespace: str
    name: str
    app: str
    version: str

    @property
    def principal(self) -> str:
        """SPIFFE identity, one service account per app."""
        return f"spiffe://cluster.local/ns/{self.namespace}/sa/{self.app}"


class Service(NamedTuple):
    """The service asked for: namespace, short name, host."""

    namespace: str
    name: str
    host: str


NOBODY: Final = Workload(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Size:
    """How big a mesh to draw. The proxies of the first ``byte_namespaces`` keep the byte histograms, too.

    ``span_seconds`` is how long it has been scraped.
    """

    namespaces: int = 50
    edges: int = 5000
    byte_namespaces: int = 2
    span_seconds: int = 900
    seed: int = 8640


@dataclass(frozen=True, slots=True)
class Call:
    """One edge at the finest grain, with everything its two ends report about it."""

    source: Workload
    destination: Workload
    service: Service
    protocol: Protocol
    reports: tuple[Report, ...]

    @property
    def key(self) -> tuple[Workload, Workload, Service, Protocol]:
        """What tells this edge from the others."""
        return self.source, self.destination, self.service, self.protocol


@dataclass(frozen=True, slots=True)
class Mesh:
    """All calls of one mesh, and who could call at all."""

    size: Size
    workloads: tuple[Workload, ...]
    calls: tuple[Call, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Names in the order in which they were drawn."""
        return tuple(dict.fromkeys(w.namespace for w in self.workloads))


def reference_mesh(size: Size = Size()) -> Mesh:
    """Draw the mesh of that size."""
    workloads = tuple(w for i in range(size.namespaces) for w in _namespace(i))
    return Mesh(size, workloads, tuple(_Drawing(size, workloads).calls()))


def _namespace(index: int) -> Iterator[Workload]:
    namespace = f"{_WORDS[index % len(_WORDS)]}-{index:02d}"
    for app in _APPS:
        yield Workload(namespace, f"{app}-v1", app, "v1")
        if app in _TWO_VERSIONS:
            yield Workload(namespace, f"{app}-v2", app, "v2")
        if app in _TWO_WORKLOADS:
            yield Workload(namespace, f"{app}-v1-spot", app, "v1")


def _protocol(app: str) -> Protocol:
    if app in _GRPC_APPS:
        return "grpc"
    return "tcp" if app in _TCP_APPS else "http"


def _service(namespace: str, name: str) -> Service:
    return Service(namespace, name, f"{name}.{namespace}.svc.cluster.local")


class _Drawing:
    """One pass of the random generator over the mesh; the order of its draws is part of the result."""

    def __init__(self, size: Size, workloads: tuple[Workload, ...]) -> None:
        self.size = size
        self.random = random.Random(size.seed)
        self.workloads = workloads
        self.namespaces = list(dict.fromkeys(w.namespace for w in workloads))
        self.members: dict[tuple[str, str], list[Workload]] = {}
        for workload in workloads:
            self.members.setdefault((workload.namespace, workload.app), []).append(workload)
        reach = min(22, len(self.namespaces) - 1)
        self.neighbours = {n: self._others(n, reach) for n in self.namespaces}

    def _others(self, namespace: str, count: int) -> list[str]:
        return self.random.sample([n for n in self.namespaces if n != namespace], count)

    def calls(self) -> Iterator[Call]:
        """Special hops first (they are few and fixed shares), then ordinary ones until the mesh is full."""
        special = list(self._special())
        yield from special
        seen = {call.key for call in special}
        left = self.size.edges - len(special)
        while left:
            for call in self._between_workloads()[:left]:
                if call.key not in seen:
                    seen.add(call.key)
                    left -= 1
                    yield call

    def _special(self) -> Iterator[Call]:
        kinds: tuple[tuple[Callable[[int], Call], int], ...] = (
            (self._never_served, 80),
            (self._without_sidecar, 80),
            (self._outside, 160),
            (self._passthrough, 250),
            (self._blackhole, 500),
        )
        for draw, one_in in kinds:
            calls = [draw(i) for i in range(max(1, self.size.edges // one_in))]
            yield from {call.key: call for call in calls}.values()

    def _never_served(self, index: int) -> Call:
        """No endpoint is healthy (UH): every other one asks a service that others reach."""
        source, target = self._pick(), self._pick()
        name = target.app if index % 2 and _protocol(target.app) == "http" else f"gone-{index % 12}"
        reports = unserved_reports(self.random, source.principal)
        return Call(source, NOBODY, _service(target.namespace, name), "http", reports)

    def _without_sidecar(self, _: int) -> Call:
        """A client without a proxy: only the server's side reports, in plaintext."""
        target = self._pick_http()
        reports = http_reports(self.random, UNKNOWN, UNKNOWN, (1.0, 1.0))
        only_destination = tuple(r for r in reports if r.reporter == "destination")
        return Call(NOBODY, target, _service(target.namespace, target.app), "http", only_destination)

    def _outside(self, index: int) -> Call:
        source = self._pick()
        host = f"api-{index % 9}.example.com"
        service = Service(source.namespace, host, host)
        return self._seen_by_client(source, service, "200")

    def _passthrough(self, index: int) -> Call:
        service = Service(UNKNOWN, "PassthroughCluster", f"cdn-{index % 5}.example.net")
        source = self._pick()
        return self._seen_by_client(source, service, "200")

    def _blackhole(self, index: int) -> Call:
        service = Service(UNKNOWN, "BlackHoleCluster", f"blocked-{index % 3}.example.org")
        source = self._pick()
        return self._seen_by_client(source, service, "502")

    def _seen_by_client(self, source: Workload, service: Service, code: str) -> Call:
        reports = external_reports(self.random, source.principal, code, "-")
        return Call(source, NOBODY, service, "http", reports)

    def _pick(self) -> Workload:
        return self.random.choice(self.workloads)

    def _pick_http(self) -> Workload:
        return self.random.choice([w for w in self.workloads if _protocol(w.app) == "http"])

    def _between_workloads(self) -> list[Call]:
        """One caller asks one service: an edge for each workload behind it, sometimes by a second name."""
        source = self._pick()
        namespace = source.namespace
        if self.random.random() < 0.4 and self.neighbours[namespace]:
            namespace = self.random.choice(self.neighbours[namespace])
        app = self.random.choice(_APPS)
        if (namespace, app) == (source.namespace, source.app):
            return []
        names = (app, f"{app}-internal") if self.random.random() < 0.03 else (app,)
        return [
            self._call(source, target, _service(namespace, name))
            for name in names
            for target in self.members[namespace, app]
        ]

    def _call(self, source: Workload, target: Workload, service: Service) -> Call:
        protocol = _protocol(target.app)
        pace = (2.0 ** self.random.uniform(-2, 3), self.random.uniform(0.5, 1.2))  # this caller's own
        draw = {"http": http_reports, "grpc": grpc_reports, "tcp": tcp_reports}[protocol]
        reports = draw(self.random, source.principal, target.principal, pace)
        return Call(source, target, service, protocol, reports)


def observations(call: Call) -> Buckets | None:
    """The true durations of the requests that arrived (or, where none could, of all), each once."""
    timed = [r.durations for r in call.reports if r.timed and r.durations is not None]
    return tuple(map(sum, zip(*timed, strict=True))) if timed else None
