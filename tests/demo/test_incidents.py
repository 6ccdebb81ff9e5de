"""Incidents change real traffic, are recorded, and end."""

import json

import pytest
from running import RunningDemo

pytestmark = [pytest.mark.demo, pytest.mark.integration]


def record(demo: RunningDemo, name: str) -> list[dict[str, object]]:
    lines = (demo.run_dir / "incidents.jsonl").read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["name"] == name]


def rate(demo: RunningDemo, selector: str) -> float:
    return sum(value for _, value in demo.query(f"sum(rate(istio_requests_total{{{selector}}}[5s]))"))


def test_a_bad_version_fails_until_it_ends(demo: RunningDemo) -> None:
    errors = 'destination_workload="catalog-v2",response_code="500",reporter="destination"'
    assert demo.tell("incident", "bad-version").returncode == 0
    demo.wait_until(lambda: rate(demo, errors) > 0, 30, "errors of catalog-v2")
    assert "since" in demo.tell("incident", "list").stdout
    assert demo.tell("incident", "bad-version", "--end").returncode == 0
    demo.wait_until(lambda: rate(demo, errors) == 0, 30, "no more errors of catalog-v2")
    begin, end = record(demo, "bad-version")[-2:]
    assert (begin["event"], end["event"]) == ("begin", "end")
    assert begin["target"] == "istioinaction/catalog-v2"
    assert str(begin["cause"]).endswith(".")


def test_a_slow_dependency_slows_its_callers(demo: RunningDemo) -> None:
    buckets = (
        'sum by (le)(rate(istio_request_duration_milliseconds_bucket{destination_workload="orders"}[5s]))'
    )
    median = f"histogram_quantile(0.5, {buckets})"
    assert demo.tell("incident", "slow-dependency").returncode == 0
    demo.wait_until(lambda: any(value > 400 for _, value in demo.query(median)), 30, "slow orders")
    assert demo.tell("incident", "slow-dependency", "--end").returncode == 0
    demo.wait_until(lambda: any(value < 200 for _, value in demo.query(median)), 30, "fast orders")
    assert record(demo, "slow-dependency")[-1]["event"] == "end"


def test_a_dead_pod_is_uf_then_uh_and_comes_back(demo: RunningDemo) -> None:
    refused = 'source_workload="webapp",destination_service_name="forum",response_flags=~"(.*,)?UF(,.*)?"'
    nobody = 'source_workload="webapp",destination_service_name="forum",response_flags="UH"'
    assert demo.tell("incident", "dead-pod").returncode == 0
    try:
        demo.wait_until(lambda: demo.query(f"istio_requests_total{{{refused}}}"), 30, "UF")
        (labels,) = demo.wait_until(lambda: demo.query(f"istio_requests_total{{{nobody}}}"), 30, "UH")[0][:1]
        assert labels["destination_workload"] == "unknown"
        assert labels["destination_service"] == "forum.istioinaction.svc.cluster.local"
    finally:
        assert demo.tell("incident", "dead-pod", "--end").returncode == 0
    well = 'destination_workload="forum",response_code="200",reporter="destination"'
    demo.wait_until(lambda: rate(demo, well) > 0, 60, "forum answers again")


def test_a_wrong_name_is_one_clear_line(demo: RunningDemo) -> None:
    answer = demo.tell("incident", "meteor")
    assert answer.returncode == 1
    assert (
        answer.stderr.strip()
        == "There is no incident meteor; there are bad-version, slow-dependency, dead-pod."
    )
