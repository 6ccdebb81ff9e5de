"""The reporter rule: nothing twice, nothing lost. Each case is one way two reports can overlap."""

import numpy as np
import pytest

from mesh.hops import hops
from mesh.identity import Answer, Edge
from mesh.reporter import counted
from mesh.traffic import Traffic
from tests.mesh.builder import EMPTY, Builder, answer, edge, workload

SHAPE = [0, 0, 1, 2, 1, 0, 0, 0, 0, 0]


def total(traffic: Traffic, name: str = "requests") -> dict[tuple[str, str, str], float]:
    """Counted rate by source name, destination name and flags."""
    result = counted(traffic, hops(traffic.edges)).traffic
    counter = result.counters[name]  # type: ignore[index]
    found: dict[tuple[str, str, str], float] = {}
    for place, how, rate in zip(counter.edge, counter.answer, counter.rate, strict=True):
        where = result.edges[place]
        key = (where.source.name, where.destination.name, result.answers[how].flags)
        found[key] = round(found.get(key, 0) + float(rate), 9)
    return found


def both(source_rates: dict[Answer, float], destination_rates: dict[Answer, float]) -> Traffic:
    built = Builder()
    built.requests(edge("a/web-v1", "b/api-v1", "b/api", reporter="source"), source_rates, SHAPE)
    built.requests(edge("a/web-v1", "b/api-v1", "b/api"), destination_rates, SHAPE)
    return built.traffic()


def src(code: str = "200", flags: str = "-") -> Answer:
    return answer(code, flags, security="unknown")


def test_what_both_saw_counts_once_as_the_destination_saw_it() -> None:
    assert total(both({src(): 10.3}, {answer(): 10.0})) == {("web-v1", "api-v1", "-"): 10.0}


@pytest.mark.parametrize("flags", ["UH", "UF", "UO", "NR", "NC", "UF,URX", "FI", "RL", "DI,FI"])
def test_what_never_arrived_is_added(flags: str) -> None:
    found = total(both({src(): 10, src("503", flags): 2.0}, {answer(): 10.0}))
    assert found == {("web-v1", "api-v1", "-"): 10.0, ("web-v1", "api-v1", flags): 2.0}


def test_an_exhausted_retry_was_answered_by_the_server_each_time() -> None:
    found = total(both({src("503", "URX"): 1.0}, {answer("503"): 3.0}))
    assert found == {("web-v1", "api-v1", "-"): 3.0}


def test_a_timeout_that_the_server_counted_without_response_counts_once() -> None:
    found = total(both({src(): 9, src("504", "UT"): 1.0}, {answer(): 9.0, answer("0", "DC"): 0.98}))
    assert found == {("web-v1", "api-v1", "-"): 9.0, ("web-v1", "api-v1", "DC"): 0.98}


def test_a_cut_that_the_server_never_saw_is_added_as_far_as_it_exceeds() -> None:
    found = total(both({src(): 9, src("503", "UC"): 2.0}, {answer(): 9.0, answer("0", "DC"): 0.5}))
    assert found == {
        ("web-v1", "api-v1", "-"): 9.0,
        ("web-v1", "api-v1", "DC"): 0.5,
        ("web-v1", "api-v1", "UC"): 1.5,
    }


def test_latency_comes_from_the_report_that_counts() -> None:
    result = counted(traffic := both({src(): 10}, {answer(): 10}), hops(traffic.edges))
    assert result.traffic.histograms["request_duration"].edge.tolist() == [1]
    assert result.additional.tolist() == [True, False]


def test_a_server_without_proxy_is_counted_as_the_client_saw_it() -> None:
    built = Builder().requests(edge("a/web-v1", "b/api-v1", "b/api", reporter="source"), {src(): 5.0}, SHAPE)
    assert total(built.traffic()) == {("web-v1", "api-v1", "-"): 5.0}


def test_a_server_names_only_the_first_service_of_its_port() -> None:
    built = Builder()
    built.requests(edge("a/web-v1", "b/api-v1", "b/api-canary", reporter="source"), {src(): 5.0})
    built.requests(edge("a/web-v1", "b/api-v1", "b/api"), {answer(): 5.0})
    assert total(built.traffic()) == {("web-v1", "api-v1", "-"): 5.0}


def test_a_client_that_does_not_know_who_served_it() -> None:
    built = Builder()
    built.requests(
        edge("a/web-v1", "unknown", "b/api", reporter="source"), {src(): 5.0, src("503", "UH"): 1.0}
    )
    built.requests(edge("a/web-v1", "b/api-v1", "b/api"), {answer(): 5.0})
    assert total(built.traffic()) == {("web-v1", "api-v1", "-"): 5.0, ("web-v1", "unknown", "UH"): 1.0}


def test_unserved_requests_beside_served_ones() -> None:
    built = Builder()
    built.requests(edge("a/web-v1", "unknown", "b/api", reporter="source"), {src("503", "UH"): 1.0})
    built.requests(edge("a/web-v1", "b/api-v1", "b/api", reporter="source"), {src(): 5.0})
    built.requests(edge("a/web-v1", "b/api-v1", "b/api"), {answer(): 5.0})
    assert total(built.traffic()) == {("web-v1", "api-v1", "-"): 5.0, ("web-v1", "unknown", "UH"): 1.0}


@pytest.mark.parametrize(("seen", "left"), [(5.0, 0), (5.2, 0), (9.0, 4.0)])
def test_a_server_that_does_not_know_its_client(seen: float, left: float) -> None:
    """TCP without mutual TLS: no metadata exchange, so the server says ``unknown``, the client says who."""
    built = Builder()
    built.add("tcp_sent", edge("a/web-v1", "b/db-v1", "b/db", "tcp", "source"), src(""), 5.0)
    built.add("tcp_sent", edge("unknown", "b/db-v1", "b/db", "tcp"), answer("", security="none"), seen)
    expected = {("web-v1", "db-v1", "-"): 5.0}
    if left:
        expected["unknown", "db-v1", "-"] = left
    assert total(built.traffic(), "tcp_sent") == pytest.approx(expected)


def test_a_plaintext_client_without_proxy_stays() -> None:
    built = Builder()
    built.requests(edge("unknown", "b/api-v1", "b/api"), {answer(security="none"): 4.0})
    built.requests(edge("a/web-v1", "b/api-v1", "b/api"), {answer(): 5.0})
    built.requests(edge("a/web-v1", "b/api-v1", "b/api", reporter="source"), {src(): 5.0})
    assert total(built.traffic()) == {("unknown", "api-v1", "-"): 4.0, ("web-v1", "api-v1", "-"): 5.0}


def test_a_waypoint_stands_for_its_hop() -> None:
    built = Builder()
    built.requests(edge("a/web-v1", "b/api-v1", "b/api", reporter="waypoint"), {answer(): 5.0}, SHAPE)
    built.requests(edge("a/web-v1", "b/waypoint", "b/api", reporter="source"), {src(): 5.0}, SHAPE)
    built.requests(edge("b/waypoint", "b/api-v1", "b/api"), {answer(): 5.0}, SHAPE)
    built.add("tcp_sent", edge("a/web-v1", "b/waypoint", "b/api", "tcp", "source"), src(""), 900.0)
    built.add("tcp_sent", edge("b/waypoint", "b/api-v1", "b/api", "tcp"), src(""), 900.0)
    built.add("tcp_sent", edge("a/web-v1", "c/db-v1", "c/db", "tcp"), src(""), 7.0)
    assert total(built.traffic()) == {("web-v1", "api-v1", "-"): 5.0}
    assert total(built.traffic(), "tcp_sent") == {("web-v1", "db-v1", "-"): 7.0}


def test_a_gateway_reports_as_source() -> None:
    built = Builder()
    built.requests(edge("istio-system/gateway-v1", "a/web-v1", "a/web", reporter="source"), {src(): 5.0})
    built.requests(edge("istio-system/gateway-v1", "a/web-v1", "a/web"), {answer(): 5.0})
    assert total(built.traffic()) == {("gateway-v1", "web-v1", "-"): 5.0}


def test_columns_without_answers_follow_their_edge() -> None:
    built = Builder()
    for reporter in ("source", "destination"):
        where = edge("a/web-v1", "b/api-v1", "b/api", "grpc", reporter)  # type: ignore[arg-type]
        built.requests(where, {answer(grpc="0"): 1.0}).add("request_messages", where, EMPTY, 8.0)
    assert total(built.traffic(), "request_messages") == {("web-v1", "api-v1", ""): 8.0}


def test_nothing_at_all() -> None:
    result = counted(Traffic(), hops(()))
    assert result.traffic == Traffic()


def test_the_own_proxy_names_the_workload() -> None:
    """A peer knows a server from endpoint metadata: no app, no version, perhaps no cluster."""
    known = workload("b/api-v1")
    guess = known._replace(cluster="unknown", app="unknown", version="unknown")
    near = edge("a/web-v1", "b/api-v1", "b/api")
    far = Edge(near.source, guess, near.service, "http", "source")
    table = hops([far, near])
    assert table.workloads[table.destination[0]] == known
    assert np.unique(table.destination).size == 1
