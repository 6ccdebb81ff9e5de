"""Random meshes: few names, so that everything meets everything, and every reporter says what it may say."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from mesh.identity import Answer, Edge, Service
from mesh.traffic import Counter, Histogram, Snapshot, Traffic
from tests.mesh.builder import EMPTY, Builder, service, workload

NAMES = st.sampled_from(["a/web-v1", "a/web-v2", "b/api-v1", "b/db-v1", "b/odd", "unknown"])
ASKED = st.sampled_from(
    ["b/api", "a/web", "b/db", "example.com", "PassthroughCluster", "BlackHoleCluster", "unknown"]
)
ANSWERS = st.builds(
    Answer,
    code=st.sampled_from(["200", "404", "503", "0"]),
    grpc_status=st.sampled_from(["", "0", "14"]),
    flags=st.sampled_from(["-", "UH", "UF,URX", "DC", "UT"]),
    security=st.sampled_from(["mutual_tls", "none", "unknown"]),
    source_principal=st.sampled_from(["", "unknown", "spiffe://x/ns/a/sa/web"]),
    destination_principal=st.sampled_from(["", "spiffe://x/ns/b/sa/api"]),
)
EDGES = st.builds(
    Edge,
    source=NAMES.map(workload),
    destination=NAMES.map(workload),
    service=ASKED.map(service) | st.just(Service("unknown", "unknown", "unknown")),
    protocol=st.sampled_from(["http", "grpc", "tcp"]),
    reporter=st.sampled_from(["source", "destination", "waypoint"]),
)
COUNTS = st.integers(1, 3000)
ROWS = st.lists(st.tuples(EDGES, ANSWERS, COUNTS), min_size=1, max_size=25)
SHAPES = st.lists(st.integers(0, 50), min_size=10, max_size=10)


def table(rows: list[tuple[Edge, Answer, int]], shapes: list[list[int]], seconds: float = 300) -> Traffic:
    """Counts per window as rates. Every HTTP or gRPC edge gets buckets, in order of the shapes."""
    built = Builder()
    timed: set[Edge] = set()
    for where, how, count in rows:
        if where.protocol == "tcp":
            plain = how._replace(code="", grpc_status="")
            for name in ("tcp_sent", "tcp_received", "tcp_opened", "tcp_closed"):
                built.add(name, where, plain, count / seconds)  # type: ignore[arg-type]
            continue
        built.add("requests", where, how, count / seconds)
        if where.protocol == "grpc":
            built.add("request_messages", where, EMPTY, 3 * count / seconds)
            built.add("response_messages", where, EMPTY, 5 * count / seconds)
        if where not in timed and shapes:
            shape = shapes[len(timed) % len(shapes)]
            timed.add(where)
            built.add("request_duration_sum", where, EMPTY, sum(shape) * 7 / seconds)
            if any(shape):
                built.buckets[built.edges[where]] = [bucket / seconds for bucket in shape]
    return built.traffic()


def snapshot(traffic: Traffic, name: str = "s", window: int = 300, taken_at: float = 1e9) -> Snapshot:
    return Snapshot(name, window, taken_at, traffic)


def shuffled(traffic: Traffic, seed: int) -> Traffic:
    """The same table with edges, answers and rows in another order."""
    random = np.random.default_rng(seed)
    edges, answers = random.permutation(len(traffic.edges)), random.permutation(len(traffic.answers))
    edge_place, answer_place = np.argsort(edges).astype(np.int32), np.argsort(answers).astype(np.int32)
    counters, histograms = {}, {}
    for name, c in traffic.counters.items():
        order = random.permutation(len(c.rate))
        counters[name] = Counter(edge_place[c.edge][order], answer_place[c.answer][order], c.rate[order])
    for kind, h in traffic.histograms.items():
        order = random.permutation(len(h.edge))
        histograms[kind] = Histogram(edge_place[h.edge][order], h.bounds, h.rates[order])
    return replace(
        traffic,
        edges=tuple(traffic.edges[i] for i in edges),
        answers=tuple(traffic.answers[i] for i in answers),
        counters=counters,
        histograms=histograms,
    )
