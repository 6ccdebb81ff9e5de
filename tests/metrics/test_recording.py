"""The recording rules: accepted by promtool, and equal to the raw rates in a real Prometheus."""

import subprocess
import time
from pathlib import Path

import pytest

from mesh.traffic import COUNTERS, HISTOGRAMS, Snapshot
from metrics import catalogue
from metrics.client import PrometheusClient
from metrics.prometheus import Limits, PrometheusTraffic
from metrics.recording import evaluations, rule_file
from sources.session import Access
from tests.integration.hostile import hostile, passing_on
from tests.integration.servers import blocks, prometheus
from tests.metrics.small_mesh import ignore, open_metrics


def collect(url: str, end: float, window: int) -> Snapshot:
    source = PrometheusTraffic(PrometheusClient(Access("prometheus", url)), Limits())
    columns = frozenset(COUNTERS) | frozenset(HISTOGRAMS)
    return source.collect(window, end, time.time() + 30, columns, ignore)


def test_promtool_accepts_the_rules(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(rule_file())
    command = ["promtool", "check", "rules", "--lint-fatal", str(tmp_path / "rules.yml")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_column_with_a_gap_in_any_slice_is_not_used() -> None:
    marks = [("requests", 15.0), ("tcp_sent", 9.0), ("request_duration", 15.0), ("request_duration", 8.0)]
    assert evaluations(marks, 900) == {"requests": 15.0}


@pytest.mark.integration
def test_recorded_rates_are_the_raw_rates(tmp_path: Path) -> None:
    end = float(int(time.time()) // 60 * 60 - 300)
    data = tmp_path / "data"
    blocks(data, open_metrics(end - 3600, end))
    with prometheus(data) as url:
        raw = collect(url, end, 900)
        _record(url, tmp_path, end - 1500, end)
    with prometheus(data) as url:  # promtool cannot see what it has just written: the marks need a second go
        _record(url, tmp_path, end - 1500, end)
    with prometheus(data) as url, hostile(passing_on(url)) as counted:
        recorded = collect(counted.url, end, 900)
        short = collect(counted.url, end, 300)
    asked = [query for query in counted.queries if "[900s]" in query and catalogue.MARK not in query]
    assert asked
    assert all(
        "meshview:" in query or 'reporter="source"' in query or "canonical" in query for query in asked
    )
    assert not any("meshview:" in query for query in counted.queries if "[300s]" in query)
    assert _rates(recorded) == pytest.approx(_rates(raw), rel=0.01)
    assert _rates(short) == pytest.approx(_rates(raw), rel=0.01)
    for column in HISTOGRAMS:
        assert recorded.traffic.histograms[column].rates.sum() == pytest.approx(
            raw.traffic.histograms[column].rates.sum(), rel=0.01
        )


def _record(url: str, folder: Path, begin: float, end: float) -> None:
    """What Prometheus would have recorded by itself, had it had the rules then."""
    (folder / "rules.yml").write_text(rule_file())
    where = [f"--url={url}", f"--start={begin:.0f}", f"--end={end:.0f}", f"--output-dir={folder / 'data'}"]
    command = ["promtool", "tsdb", "create-blocks-from", "rules", *where, str(folder / "rules.yml")]
    subprocess.run(command, check=True, capture_output=True)


def _rates(snapshot: Snapshot) -> dict[tuple[object, ...], float]:
    traffic = snapshot.traffic
    return {
        (column, traffic.edges[edge], traffic.answers[answer]): rate
        for column, counter in traffic.counters.items()
        for edge, answer, rate in zip(counter.edge, counter.answer, counter.rate, strict=True)
    }
