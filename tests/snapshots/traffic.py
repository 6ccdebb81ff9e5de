"""Made-up traffic for tests, and what it means for two snapshots to say the same."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from mesh.identity import Answer, Edge, Service, Workload
from mesh.traffic import Counter, Histogram, Snapshot, Traffic

EDGES = tuple(
    Edge(
        Workload("", "shop", name, name, "v1"),
        Workload("", "shop", "cart", "cart", "v1"),
        Service("shop", "cart", "cart.shop.svc"),
        "http",
        "destination",
    )
    for name in ("web", "mobile", "<b>日本</b>")
)
ANSWERS = tuple(Answer(code, "", "-", "mutual_tls", "", "") for code in ("200", "503"))


def traffic(
    rows: list[tuple[int, int, float]], buckets: list[tuple[int, list[float]]], bounds: list[float]
) -> Traffic:
    """Traffic of (edge, answer, rate) rows and (edge, bucket rates) rows."""
    counter = Counter(
        np.array([row[0] for row in rows], np.int32),
        np.array([row[1] for row in rows], np.int32),
        np.array([row[2] for row in rows], np.float64),
    )
    matrix = np.array([row for _, row in buckets], np.float64).reshape(len(buckets), len(bounds))
    histogram = Histogram(np.array([edge for edge, _ in buckets], np.int32), np.array(bounds), matrix)
    return Traffic(EDGES, ANSWERS, {"requests": counter}, {"request_duration": histogram})


def snapshot(window: int = 300, taken_at: float = 1000.0, name: str = "one", **more: Any) -> Snapshot:
    """A snapshot of a little traffic."""
    given = more.pop("traffic", None) or traffic(
        [(0, 0, 1.0), (0, 1, 0.5), (2, 0, 2.0)], [(0, [1.0, 0.5]), (2, [0.0, 2.0])], [5.0, np.inf]
    )
    return Snapshot(name, window, taken_at, given, **more)


def requests(one: Snapshot) -> dict[tuple[Edge, Answer], float]:
    """Requests in the window (not per second), by edge and answer."""
    counter = one.traffic.counters["requests"]
    found: dict[tuple[Edge, Answer], float] = {}
    for edge, answer, rate in zip(counter.edge, counter.answer, counter.rate, strict=True):
        key = (one.traffic.edges[edge], one.traffic.answers[answer])
        found[key] = found.get(key, 0.0) + rate * one.window_seconds
    return found


def buckets(one: Snapshot) -> dict[tuple[Edge, float], float]:
    """Observations in the window, by edge and upper bound; empty buckets left out."""
    histogram = one.traffic.histograms["request_duration"]
    return {
        (one.traffic.edges[edge], float(bound)): rate * one.window_seconds
        for edge, row in zip(histogram.edge, histogram.rates, strict=True)
        for bound, rate in zip(histogram.bounds, row, strict=True)
        if rate
    }


def same(left: Snapshot, right: Snapshot) -> bool:
    """Whether two snapshots hold the same columns, row by row."""

    def arrays(one: Snapshot) -> list[Any]:
        parts = [*one.traffic.counters.items(), *one.traffic.histograms.items()]
        return [(name, *(getattr(part, field).tolist() for field in part.__slots__)) for name, part in parts]

    head = (left.id, left.window_seconds, left.taken_at, left.traffic.edges, left.traffic.answers)
    return arrays(left) == arrays(right) and head == (
        right.id,
        right.window_seconds,
        right.taken_at,
        right.traffic.edges,
        right.traffic.answers,
    )


_RATES = st.just(0.0) | st.floats(1e-6, 1e6)
_ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 1), _RATES),
    max_size=6,
    unique_by=lambda row: (row[0], row[1]),
)
_BOUNDS = st.lists(st.sampled_from([1.0, 5.0, 10.0, 25.0]), unique=True, max_size=4).map(
    lambda some: [*sorted(some), float("inf")]
)


@st.composite
def snapshots(draw: st.DrawFn, name: str = "one", taken_at: float = 1000.0) -> Snapshot:
    """Any snapshot over the edges and answers above."""
    bounds = draw(_BOUNDS)
    row = st.lists(_RATES, min_size=len(bounds), max_size=len(bounds))
    rows = draw(st.lists(st.tuples(st.integers(0, 2), row), max_size=3, unique_by=lambda one: one[0]))
    window = draw(st.sampled_from([60, 120, 300]))
    return snapshot(window, taken_at, name, traffic=traffic(draw(_ROWS), rows, bounds))
