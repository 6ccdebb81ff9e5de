"""The adapter against a real Prometheus that holds a small mesh whose truth is known."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mesh.identity import Edge, Service, Workload
from mesh.traffic import COUNTERS, HISTOGRAMS, Snapshot
from metrics.client import PrometheusClient
from metrics.prometheus import Limits, PrometheusTraffic
from sources.session import Access
from tests.integration.servers import blocks, prometheus
from tests.metrics.small_mesh import BOUNDS, MESH, Hop, ignore, labels, open_metrics

pytestmark = pytest.mark.integration
ALL = frozenset(COUNTERS) | frozenset(HISTOGRAMS)
END = float(int(time.time()) // 15 * 15 - 60)
HOSTILE = (
    'quo"te',
    "bra{}ce,=~",
    "back\\slash",
    "new\nline",
    "<b>&amp;</b>",
    "日本語 \u2028\ufffd",
    "x" * 5000,
    ".*|",
)
STRANGE = tuple(
    Hop(
        "shop/web-v1",
        "shop/cart-v1",
        extra={"destination_workload": name, "destination_workload_namespace": name},
    )
    for name in HOSTILE
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data: Path = tmp_path_factory.mktemp("prometheus") / "data"
    blocks(data, open_metrics(END - 1800, END, MESH + STRANGE))
    with prometheus(data) as address:
        yield address


def collect(url: str, window: int = 300, columns: frozenset[str] = ALL, slice_edges: int = 3) -> Snapshot:
    source = PrometheusTraffic(PrometheusClient(Access("prometheus", url)), Limits(slice_edges=slice_edges))
    return source.collect(window, END, time.time() + 30, columns, ignore)


@pytest.mark.parametrize(
    ("covered", "warnings"),
    [
        (75, ("Telemetry covers only 75 s of these 5m, so rates read low.",)),
        (195, ("Telemetry covers only 3m of these 5m, so rates read low.",)),
        (270, ()),
        (900, ()),
    ],
)
def test_a_window_scraped_only_in_part_says_so(
    tmp_path: Path, covered: int, warnings: tuple[str, ...]
) -> None:
    blocks(tmp_path / "data", open_metrics(END - covered, END))
    with prometheus(tmp_path / "data") as young:
        snapshot = collect(young)
    assert snapshot.complete
    assert snapshot.traffic.edges
    assert snapshot.warnings == warnings


def true_edge(hop: Hop, reporter: str) -> Edge:
    named = labels(hop, reporter)

    def side(of: str) -> Workload:
        app = named.get(f"{of}_canonical_service") or named.get(f"{of}_app", "")
        version = named.get(f"{of}_canonical_revision") or named.get(f"{of}_version", "")
        place = (named.get(f"{of}_{label}", "") for label in ("cluster", "workload_namespace", "workload"))
        return Workload(*place, app, version)

    host = (named[f"destination_service{part}"] for part in ("_namespace", "_name", ""))
    return Edge(side("source"), side("destination"), Service(*host), hop.protocol, reporter)  # type: ignore[arg-type]


def rates(snapshot: Snapshot, column: str) -> dict[Edge, float]:
    counter = snapshot.traffic.counters[column]  # type: ignore[index]
    total: dict[Edge, float] = {}
    for edge, rate in zip(counter.edge, counter.rate, strict=True):
        named = snapshot.traffic.edges[edge]
        total[named] = total.get(named, 0.0) + rate
    return total


def test_every_rate_is_the_true_one(url: str) -> None:
    snapshot = collect(url)
    truth = {
        true_edge(hop, reporter): hop.rate
        for hop in MESH + STRANGE
        for reporter in hop.reporters
        if hop.protocol != "tcp"
    }
    assert snapshot.complete
    assert snapshot.warnings == ()
    assert rates(snapshot, "requests") == pytest.approx(truth)
    assert rates(snapshot, "request_duration_sum") == pytest.approx(
        {edge: 30 * r for edge, r in truth.items()}
    )


def test_tcp_and_grpc_columns(url: str) -> None:
    snapshot = collect(url)
    tcp, grpc = MESH[5], MESH[2]
    for column, rate in (("tcp_sent", 4000), ("tcp_received", 1000), ("tcp_opened", 2), ("tcp_closed", 1)):
        assert rates(snapshot, column) == pytest.approx({true_edge(tcp, r): rate for r in tcp.reporters})
    assert rates(snapshot, "request_messages") == pytest.approx(
        {true_edge(grpc, r): 5 for r in grpc.reporters}
    )


def test_answers_keep_code_flags_and_security(url: str) -> None:
    traffic = collect(url).traffic
    requests = traffic.counters["requests"]
    failing = true_edge(MESH[1], "destination")
    seen = {
        (traffic.answers[answer].code, traffic.answers[answer].flags, traffic.answers[answer].security): rate
        for edge, answer, rate in zip(requests.edge, requests.answer, requests.rate, strict=True)
        if traffic.edges[edge] == failing
    }
    assert seen == pytest.approx(
        {("200", "-", "mutual_tls"): 3, ("503", "-", "mutual_tls"): 1, ("503", "UF", "mutual_tls"): 0.5}
    )


@pytest.mark.parametrize("slice_edges", [1, 3, 600])
def test_histograms_come_once_per_hop_whatever_the_slices(url: str, slice_edges: int) -> None:
    traffic = collect(url, slice_edges=slice_edges).traffic
    asked = [hop for hop in MESH + STRANGE if hop.protocol != "tcp"]
    for column in HISTOGRAMS:
        histogram = traffic.histograms[column]
        assert histogram.bounds.tolist() == [*BOUNDS, np.inf]
        found = {traffic.edges[e]: row for e, row in zip(histogram.edge, histogram.rates, strict=True)}
        assert len(found) == len(asked)
        for hop in asked:
            reporter = "destination" if "destination" in hop.reporters else "source"
            assert found[true_edge(hop, reporter)] == pytest.approx(np.array(hop.shares) * hop.rate, abs=1e-6)


def test_a_window_without_traffic_is_empty_and_complete(url: str) -> None:
    source = PrometheusTraffic(PrometheusClient(Access("prometheus", url)), Limits())
    snapshot = source.collect(300, END - 86_400, time.time() + 30, ALL, ignore)
    assert snapshot.complete
    assert snapshot.traffic.edges == ()
    assert set(snapshot.traffic.histograms) == set(HISTOGRAMS)


def test_only_the_asked_columns_are_asked(url: str) -> None:
    snapshot = collect(url, columns=frozenset({"requests"}))
    assert set(snapshot.traffic.counters) == {"requests"}
    assert snapshot.traffic.histograms == {}


def test_progress_counts_every_query(url: str) -> None:
    seen: list[tuple[int, int]] = []
    source = PrometheusTraffic(PrometheusClient(Access("prometheus", url)), Limits())
    source.collect(300, END, time.time() + 30, ALL, lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][0] == seen[-1][1]
