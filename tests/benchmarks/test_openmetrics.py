"""Samples as if scraped: exact over a window, growing like counters, readable to promtool."""

import io
import json
import re
import urllib.parse
import urllib.request
from collections import defaultdict
from pathlib import Path

import pytest

from benchmarks import prometheus_fixture
from benchmarks.openmetrics import AT, STEPS_PER_WINDOW, Writer
from benchmarks.prometheus import Prometheus
from benchmarks.reference_mesh import WINDOW_SECONDS, Mesh, Size, reference_mesh

LINE = re.compile(r"^(\w+)\{(.*)\} (\d+) (\d+)$")


@pytest.fixture(scope="module")
def small() -> Mesh:
    return reference_mesh(Size(namespaces=3, edges=60, byte_namespaces=1))


@pytest.fixture(scope="module")
def series(small: Mesh) -> dict[tuple[str, str], list[int]]:
    """Values by metric and labels, in order of time."""
    out = io.StringIO()
    writer = Writer(small)
    writer.write(small.calls, out)
    *lines, mark = out.getvalue().splitlines()
    assert mark == "# EOF"
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        match = LINE.match(line)
        assert match, line
        found[match[1], match[2]].append(int(match[3]))
    assert len(found) == writer.series
    return dict(found)


def test_no_series_is_written_twice_and_counters_never_fall(series: dict[tuple[str, str], list[int]]) -> None:
    lengths = {len(values) for values in series.values()}
    assert len(lengths) == 1
    assert all(values == sorted(values) for values in series.values())


def test_buckets_are_cumulative_at_every_scrape(series: dict[tuple[str, str], list[int]]) -> None:
    histograms: dict[tuple[str, str], list[list[int]]] = defaultdict(list)
    for (metric, labels), values in series.items():
        if metric.endswith("_bucket"):
            histograms[metric, labels.rpartition(",le=")[0]].append(values)
    for (metric, labels), buckets in histograms.items():
        assert len(buckets) == 20
        assert all(list(at_once) == sorted(at_once) for at_once in zip(*buckets, strict=True))
        assert buckets[-1] == series[metric.replace("_bucket", "_count"), labels]


@pytest.mark.parametrize("reporter", ["source", "destination"])
def test_over_one_window_counters_grow_by_the_truth(
    small: Mesh, series: dict[tuple[str, str], list[int]], reporter: str
) -> None:
    grown = sum(
        values[-1] - values[-1 - STEPS_PER_WINDOW]
        for (metric, labels), values in series.items()
        if metric == "istio_requests_total" and f'reporter="{reporter}"' in labels
    )
    assert grown == sum(r.requests for c in small.calls for r in c.reports if r.reporter == reporter)


@pytest.mark.integration
def test_a_real_prometheus_answers_with_the_truth(
    small: Mesh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    query = f'sum(rate(istio_requests_total{{reporter="destination"}}[{WINDOW_SECONDS}s]))'
    with Prometheus(prometheus_fixture.blocks(small)) as server:
        before = server.queries()
        asked = urllib.parse.urlencode({"query": query, "time": AT})
        with urllib.request.urlopen(f"{server.url}/api/v1/query?{asked}", timeout=10) as answer:
            value = float(json.load(answer)["data"]["result"][0]["value"][1])
        assert server.queries() == before + 1
    true = sum(r.requests for c in small.calls for r in c.reports if r.reporter == "destination")
    assert value == pytest.approx(true / WINDOW_SECONDS, rel=1e-9)
