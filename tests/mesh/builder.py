"""Traffic tables for tests, written as one line per row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mesh.identity import Answer, Edge, Protocol, Reporter, Service, Workload
from mesh.traffic import Counter, CounterName, Histogram, Snapshot, Traffic

EMPTY = Answer("", "", "", "", "", "")
UNKNOWN = Workload("unknown", "unknown", "unknown", "unknown", "unknown")
BOUNDS = (1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, float("inf"))


def workload(name: str, cluster: str = "c1") -> Workload:
    """``namespace/app-version``."""
    if name == "unknown":
        return UNKNOWN
    namespace, _, rest = name.partition("/")
    app, _, version = rest.partition("-")
    return Workload(cluster, namespace, rest, app, version or "latest")


def service(name: str) -> Service:
    """``namespace/name`` of a Kubernetes service, or a plain host."""
    if "/" not in name:
        return Service("unknown", name, name)
    namespace, _, short = name.partition("/")
    return Service(namespace, short, f"{short}.{namespace}.svc.cluster.local")


def edge(
    source: str, destination: str, asked: str, protocol: Protocol = "http", reporter: Reporter = "destination"
) -> Edge:
    return Edge(workload(source), workload(destination), service(asked), protocol, reporter)


def answer(
    code: str = "200", flags: str = "-", security: str = "mutual_tls", grpc: str = "", who: str = ""
) -> Answer:
    return Answer(code, grpc, flags, security, who, "")


@dataclass
class Builder:
    """Collects rows; ``traffic()`` makes the table."""

    edges: dict[Edge, int] = field(default_factory=dict)
    answers: dict[Answer, int] = field(default_factory=dict)
    rows: dict[CounterName, list[tuple[int, int, float]]] = field(default_factory=dict)
    buckets: dict[int, Sequence[float]] = field(default_factory=dict)

    def add(self, name: CounterName, where: Edge, how: Answer, rate: float) -> "Builder":
        place = self.edges.setdefault(where, len(self.edges))
        kind = self.answers.setdefault(how, len(self.answers))
        self.rows.setdefault(name, []).append((place, kind, rate))
        return self

    def requests(
        self, where: Edge, rates: Mapping[Answer, float], buckets: Sequence[float] = ()
    ) -> "Builder":
        for how, rate in rates.items():
            self.add("requests", where, how, rate)
        if buckets:
            self.buckets[self.edges[where]] = buckets
            middle = [1, 3, 7, 17, 37, 75, 175, 375, 750, 1500]
            total = sum(b * m for b, m in zip(buckets, middle, strict=True))
            self.add("request_duration_sum", where, EMPTY, total)
        return self

    def traffic(self) -> Traffic:
        counters = {name: _counter(rows) for name, rows in self.rows.items()}
        histograms = {}
        if self.buckets:
            rates = np.array(list(self.buckets.values()), dtype=np.float64)
            where = np.array(list(self.buckets), dtype=np.int32)
            histograms["request_duration"] = Histogram(where, np.array(BOUNDS), rates)
        return Traffic(tuple(self.edges), tuple(self.answers), counters, histograms)

    def snapshot(self, name: str = "one", window: int = 300, taken_at: float = 1_800_000_000.0) -> Snapshot:
        return Snapshot(name, window, taken_at, self.traffic())


def _counter(rows: Iterable[tuple[int, int, float]]) -> Counter:
    columns = list(zip(*rows, strict=True))
    return Counter(
        np.array(columns[0], dtype=np.int32),
        np.array(columns[1], dtype=np.int32),
        np.array(columns[2], np.float64),
    )


def reference(workloads: int = 1000, namespaces: int = 50, edges: int = 5000, seed: int = 1) -> Traffic:
    """The reference mesh: every edge from both reporters, three answers each, 20 buckets, bytes both ways."""
    random = np.random.default_rng(seed)
    names = [
        Workload("Kubernetes", f"ns-{i % namespaces:02d}", f"workload-{i:04d}", f"workload-{i:04d}", "v1")
        for i in range(workloads)
    ]
    hosts = [Service(w.namespace, w.name, f"{w.name}.{w.namespace}.svc.cluster.local") for w in names]
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < edges:
        pairs.setdefault((int(random.integers(workloads)), int(random.integers(workloads))))
    bounds = [
        0.5,
        1,
        5,
        10,
        25,
        50,
        100,
        250,
        500,
        1000,
        2500,
        5000,
        10000,
        30000,
        60000,
        300000,
        600000,
        1.8e6,
        3.6e6,
    ]
    built = Builder()
    matrix, where = [], []
    for source, target in pairs:
        rate = float(random.lognormal(1, 1))
        centre = float(random.uniform(2, 8))
        shape = np.exp(-(((np.arange(20) - centre) / 1.3) ** 2))
        shape[shape < 0.002] = 0
        shape *= rate / shape.sum()
        share_5xx, share_4xx = float(random.choice([0, 0, 0.001, 0.02])), 0.01
        who = [f"spiffe://cluster.local/ns/{w.namespace}/sa/{w.app}" for w in (names[source], names[target])]
        for reporter in ("source", "destination"):
            at = Edge(names[source], names[target], hosts[target], "http", reporter)  # type: ignore[arg-type]
            security = "unknown" if reporter == "source" else "mutual_tls"
            for code, share in (("200", 1 - share_5xx - share_4xx), ("404", share_4xx), ("503", share_5xx)):
                built.add("requests", at, Answer(code, "", "-", security, *who), rate * share)
            built.add("request_duration_sum", at, EMPTY, rate * float(random.uniform(1, 400)))
            built.add("request_bytes_sum", at, EMPTY, rate * 700.5)
            built.add("response_bytes_sum", at, EMPTY, rate * float(random.uniform(100, 90000)))
            matrix.append(shape)
            where.append(built.edges[at])
    traffic = built.traffic()
    histogram = Histogram(np.array(where, np.int32), np.array([*bounds, np.inf]), np.array(matrix))
    return Traffic(traffic.edges, traffic.answers, traffic.counters, {"request_duration": histogram})
