"""Prometheus down at the start, dying on the way, slow, lying, speaking HTML: nothing breaks, and it
heals by itself.
"""

import json
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from mesh.traffic import COUNTERS, HISTOGRAMS, Snapshot
from metrics.client import PrometheusClient
from metrics.prometheus import Limits, PrometheusTraffic
from sources.breaker import Breaker
from sources.errors import SourceError, SourceMalformed, SourceRejected, SourceTimeout, SourceUnavailable
from sources.session import Access
from tests.integration.hostile import Answer, Hostile, always, hostile, passing_on
from tests.integration.servers import blocks, free_port, prometheus
from tests.metrics.small_mesh import ignore, open_metrics

ALL = frozenset(COUNTERS) | frozenset(HISTOGRAMS)
END = float(int(time.time()) // 15 * 15 - 60)


def source(url: str, seconds: float = 5.0, rest: float = 0.3) -> PrometheusTraffic:
    client = PrometheusClient(Access("prometheus", url, max_bytes=10_000_000), Breaker(rest_seconds=rest))
    return PrometheusTraffic(client, Limits(query_seconds=seconds))


def collect(one: PrometheusTraffic, window: int = 300) -> Snapshot:
    return one.collect(window, END, time.time() + 30, ALL, ignore)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prometheus") / "data"
    blocks(folder, open_metrics(END - 900, END))
    return folder


@pytest.fixture(scope="module")
def real(data: Path) -> Iterator[str]:
    with prometheus(data) as url:
        yield url


def vector(*samples: tuple[dict[str, str], str], **more: object) -> bytes:
    result = [{"metric": labels, "value": [END, value]} for labels, value in samples]
    return json.dumps(
        {"status": "success", "data": {"resultType": "vector", "result": result}, **more}
    ).encode()


ERROR = b'{"status":"error","errorType":"%s","error":"so it is"}'
WHOLLY_BAD = [
    (Answer(b"<html>Sign in</html>", 200, "text/html"), SourceMalformed),
    (Answer(b"<html>Bad gateway</html>", 502, "text/html"), SourceUnavailable),
    (Answer(ERROR % b"bad_data", 400), SourceRejected),
    (Answer(ERROR % b"execution", 422), SourceRejected),
    (Answer(ERROR % b"internal", 500), SourceUnavailable),
    (Answer(ERROR % b"timeout", 503), SourceTimeout),
    (Answer(b"no", 401, "text/plain"), SourceRejected),
    (Answer(b"", 302, headers={"Location": "http://127.0.0.1:1/"}), SourceRejected),
    (Answer(vector()[:-9]), SourceMalformed),
    (Answer(vector(), claimed=5000), SourceMalformed),
    (Answer(b""), SourceMalformed),
    (Answer(vector() + b" " * 11_000_000), SourceMalformed),
    (Answer(vector(), wait_seconds=30), SourceTimeout),
]


@pytest.mark.parametrize(("answer", "kind"), WHOLLY_BAD, ids=lambda value: repr(value)[:40])
def test_a_wholly_bad_source_is_an_error_with_a_remedy_and_heals(
    real: str, answer: Answer, kind: type[SourceError]
) -> None:
    with hostile(always(answer)) as server:
        one = source(server.url, seconds=0.5)
        begin = time.monotonic()
        with pytest.raises(kind) as caught:
            collect(one)
        assert time.monotonic() - begin < 4
        assert caught.value.remedy
        server.answer = passing_on(real)
        time.sleep(0.4)
        assert collect(one).complete


def test_nobody_there_at_the_start_then_somebody(data: Path) -> None:
    port = free_port()
    one = source(f"http://127.0.0.1:{port}")
    for _ in range(3):
        with pytest.raises(SourceUnavailable):
            collect(one)
    with prometheus(data, port):
        time.sleep(0.4)
        assert collect(one).complete
    with pytest.raises(SourceUnavailable):
        collect(one)
    with prometheus(data, port):
        time.sleep(0.4)
        assert collect(one).traffic.edges


def breaking(server: Hostile, real: str, word: str, answer: Answer) -> None:
    """Only questions with that word in them go wrong."""
    good = passing_on(real)
    server.answer = lambda form: answer if word in form else good(form)


@pytest.mark.parametrize(
    "answer", [Answer(b"<html>"), Answer(ERROR % b"execution", 422), Answer(b"", wait_seconds=9)]
)
def test_one_failed_query_marks_its_column_and_the_others_go_on(real: str, answer: Answer) -> None:
    with hostile(passing_on(real)) as server:
        one = source(server.url, seconds=1.0)
        breaking(server, real, "istio_tcp_received", answer)
        first, second = collect(one), collect(one)
        assert [missing.column for missing in first.missing] == ["tcp_received"]
        assert first.missing[0].source == "prometheus"
        assert first.missing[0].error
        assert second.missing[0].since == first.missing[0].since
        assert "tcp_received" not in first.traffic.counters
        assert set(first.traffic.counters) == set(COUNTERS) - {"tcp_received"}
        assert len(first.traffic.histograms) == len(HISTOGRAMS)
        server.answer = passing_on(real)
        assert collect(one).complete


def test_one_failed_slice_marks_that_slice(real: str) -> None:
    with hostile(passing_on(real)) as server:
        client = PrometheusClient(Access("prometheus", server.url))
        one = PrometheusTraffic(client, Limits(slice_edges=2))
        of_bank = '{reporter=~"destination|waypoint",destination_workload_namespace="bank"'
        breaking(server, real, urllib.parse.quote(of_bank, safe="*-._"), Answer(b"<html>"))
        snapshot = collect(one)
    assert {missing.column for missing in snapshot.missing} == {f"{name}:bank" for name in HISTOGRAMS}
    assert len(snapshot.traffic.histograms["request_duration"].edge) == 5


def test_odd_numbers_duplicates_and_warnings_are_told(real: str) -> None:
    hop = {"reporter": "destination", "source_workload": "web", "destination_workload": "cart", "le": "+Inf"}
    odd = vector(
        (hop, "1"),
        (hop, "1"),
        ({**hop, "response_code": "500"}, "NaN"),
        ({**hop, "response_code": "501"}, "+Inf"),
        ({**hop, "response_code": "502"}, "-3"),
        warnings=["partial response: a store did not answer"],
    )
    with hostile(always(Answer(odd))) as server:
        snapshot = collect(source(server.url))
    assert snapshot.traffic.counters["requests"].rate.tolist() == [1.0]
    assert snapshot.traffic.histograms["request_duration"].rates.tolist() == [[1.0]]
    told = " ".join(snapshot.warnings)
    assert "partial response" in told
    assert "twice" in told
    assert "3 series" in told


def test_a_window_shorter_than_two_scrapes_says_so(tmp_path: Path) -> None:
    sparse = open_metrics(END - 900, END).splitlines()
    kept = [
        line for line in sparse if line.startswith("#") or float(line.split()[-1]) % 60 == (END + 30) % 60
    ]
    blocks(tmp_path / "data", "\n".join([*kept, ""]))
    with prometheus(tmp_path / "data") as url:
        short, long = collect(source(url), 60), collect(source(url), 300)
    assert short.traffic.edges == ()
    assert "two scrapes" in short.warnings[0]
    assert long.traffic.edges
    assert long.warnings == ()


def test_queries_go_in_the_body_of_a_post_with_their_time_limit(real: str) -> None:
    with hostile(passing_on(real)) as server:
        collect(source(server.url, seconds=7.0))
    posts = [(path, headers) for method, path, headers in server.requests if method == "POST"]
    assert {path for path, _ in posts} == {"/api/v1/query"}
    assert len(server.queries) == len(posts)
