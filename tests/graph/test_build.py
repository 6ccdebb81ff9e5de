"""What the document says about particular situations."""

import pytest

from graph.domain import project
from graph.domain.build import build
from graph.domain.document import Document, Edge, Messages, Node
from graph.domain.query import GraphQuery
from graph.domain.scene import scene
from mesh.identity import Answer
from tests.mesh.builder import EMPTY, Builder, answer, edge


def drawn(built: Builder, query: GraphQuery | None = None) -> Document:
    return build(scene(built.snapshot()), query or GraphQuery(), None, [])


def edges(made: Document) -> dict[tuple[str, str], Edge]:
    names = {node.id: node.name for node in made.nodes}
    return {(names[e.source], names[e.target]): e for e in made.edges}


def nodes(made: Document) -> dict[str, Node]:
    return {node.name: node for node in made.nodes}


def versions() -> Builder:
    """One app in two versions with very different latency, called through one service."""
    built = Builder()
    fast, slow = [0, 9, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    built.requests(edge("a/web-v1", "b/api-v1", "b/api"), {answer(): 9.0}, fast)
    built.requests(edge("a/web-v1", "b/api-v2", "b/api"), {answer(security="none"): 1.0}, slow)
    return built


@pytest.mark.parametrize("nodes_on", [False, True])
def test_percentiles_and_mtls_of_merged_edges(nodes_on: bool) -> None:
    """Where a dashboard takes the first series it finds, one version's percentile stands for both."""
    made = drawn(versions(), GraphQuery(type="app", service_nodes=nodes_on))
    for one in made.edges:
        assert one.rate == 10
        assert one.mtls_share == 0.9
        assert one.latency is not None
        assert one.latency.p50_ms == pytest.approx(1 + 4 * 5 / 9, rel=1e-3)
        assert one.latency.p95_ms == 750
    assert len(made.edges) == (2 if nodes_on else 1)


def test_service_graph_goes_from_service_to_service() -> None:
    built = versions()
    built.requests(edge("b/api-v1", "c/db-v1", "c/db"), {answer(): 3.0})
    built.requests(edge("b/api-v2", "c/db-v1", "c/db"), {answer(): 2.0})
    found = edges(drawn(built, GraphQuery(type="service")))
    assert found.keys() == {("web-v1", "api"), ("api", "db")}
    assert found["api", "db"].rate == 5


def test_a_workload_of_two_services_is_drawn_once() -> None:
    built = versions()
    built.requests(edge("a/web-v1", "b/api-v1", "b/api-canary"), {answer(): 50.0})
    built.requests(edge("b/api-v1", "c/db-v1", "c/db"), {answer(): 3.0})
    found = edges(drawn(built, GraphQuery(type="service")))
    assert found["api", "db"].rate == 3
    assert ("api-canary", "db") not in found


def test_unknowns_are_apart_and_say_why() -> None:
    built = Builder()
    src = {answer(security="unknown"): 1.0}
    built.requests(edge("unknown", "a/web-v1", "a/web"), {answer(security="none"): 1.0})
    for asked in ("PassthroughCluster", "BlackHoleCluster", "httpbin.org"):
        built.requests(edge("a/web-v1", "unknown", asked, reporter="source"), src)
    built.requests(edge("a/web-v1", "unknown", "b/gone", reporter="source"), {answer("503", "UH"): 1.0})
    found = nodes(drawn(built))
    causes = {name: (node.kind, node.cause.code if node.cause else None) for name, node in found.items()}
    assert causes == {
        "web-v1": ("workload", None),
        "unknown": ("unknown", "plaintext_client"),
        "PassthroughCluster": ("passthrough", "passthrough"),
        "BlackHoleCluster": ("blackhole", "blackhole"),
        "httpbin.org": ("external", "external_host"),
        "gone": ("service", "no_healthy_upstream"),
    }


def test_a_service_that_serves_some_has_no_cause() -> None:
    built = versions()
    built.requests(edge("a/web-v1", "unknown", "b/api", reporter="source"), {answer("503", "UH"): 1.0})
    made = drawn(built, GraphQuery(service_nodes=True))
    assert nodes(made)["api"].cause is None
    assert edges(made)["web-v1", "api"].rate == 11
    assert edges(made)["web-v1", "api"].reporters == ["destination", "source"]


def test_bytes_that_no_proxy_counts_are_not_zero() -> None:
    built, told, silent = (
        Builder(),
        edge("a/web-v1", "b/api-v1", "b/api"),
        edge("a/web-v1", "c/api-v1", "c/api"),
    )
    built.requests(told, {answer(): 1.0}).requests(silent, {answer(): 1.0})
    built.add("request_bytes_sum", told, EMPTY, 700.0)
    sizes = {one.target: (one.request_bytes_rate, one.response_bytes_rate) for one in drawn(built).edges}
    assert sizes == {"w:c1/b/api-v1": (700, None), "w:c1/c/api-v1": (None, None)}


def test_tcp_has_connections_and_bytes() -> None:
    built, where = Builder(), edge("a/web-v1", "b/db-v1", "b/db", "tcp")
    fine, failed = Answer("", "", "-", "mutual_tls", "", ""), Answer("", "", "UF,URX", "unknown", "", "")
    built.add("tcp_sent", where, fine, 1000.0).add("tcp_received", where, fine, 100.0)
    built.add("tcp_opened", where, fine, 2.0).add("tcp_closed", where, fine, 1.0)
    far = edge("a/web-v1", "b/db-v1", "b/db", "tcp", "source")
    built.add("tcp_opened", far, failed, 0.5).add("tcp_closed", far, failed, 0.5)
    (one,) = drawn(built).edges
    assert one.tcp is not None
    assert (one.tcp.sent_rate, one.tcp.received_rate, one.rate) == (1000, 100, 2.5)
    assert one.error_share == pytest.approx(1 / 3, rel=1e-3)
    assert one.health.status == "failure"
    assert one.mtls_share == 1
    assert one.latency is None


def test_grpc_messages_count_once_and_show_streams_that_go_on() -> None:
    built = Builder()
    for reporter in ("source", "destination"):
        where = edge("a/web-v1", "b/api-v1", "b/api", "grpc", reporter)  # type: ignore[arg-type]
        built.requests(where, {answer(grpc="0"): 2.0})
        built.add("request_messages", where, EMPTY, 6.0).add("response_messages", where, EMPTY, 10.0)
        stream = edge("a/web-v1", "b/feed-v1", "b/feed", "grpc", reporter)  # type: ignore[arg-type]
        built.add("response_messages", stream, EMPTY, 4.0)
    built.requests(edge("a/web-v1", "b/db-v1", "b/db"), {answer(): 1.0})
    found = edges(drawn(built))
    assert found["web-v1", "api-v1"].grpc == Messages(6, 10)
    assert found["web-v1", "feed-v1"].grpc == Messages(0, 4)
    assert found["web-v1", "feed-v1"].rate == 0
    assert found["web-v1", "feed-v1"].health.status == "healthy"
    assert found["web-v1", "db-v1"].grpc is None
    assert edges(drawn(built, GraphQuery(detail="summary")))["web-v1", "api-v1"].grpc is None
    half = Builder().requests(edge("a/web-v1", "b/api-v1", "b/api", "grpc"), {answer(grpc="0"): 2.0})
    assert drawn(half).edges[0].grpc == Messages(None, None)


def test_a_summary_gives_the_worst_reason_and_three_digits() -> None:
    built = Builder()
    built.requests(edge("a/web-v1", "b/api-v1", "b/api"), {answer(): 95.0, answer("503"): 1.2345})
    built.requests(edge("b/api-v1", "c/db-v1", "c/db"), {answer(): 8.0, answer("500"): 2.0})
    full, lean = drawn(built), drawn(built, GraphQuery(detail="summary"))
    said = nodes(full)["api-v1"].health
    assert said.status == "failure"
    assert said.reasons[0].message.endswith("failure from 10 %.")
    kept = nodes(lean)["api-v1"].health
    assert kept.status == said.status
    assert kept.reasons == said.reasons[:1]
    assert len(said.reasons) > 1
    assert edges(lean)["web-v1", "api-v1"].error_rate == 1.23
    assert edges(full)["web-v1", "api-v1"].error_rate == 1.234
    inbound = nodes(lean)["api-v1"].traffic.inbound.http
    assert inbound is not None
    assert (inbound.rate, inbound.error_share) == (96.23, 0.0128)
    assert edges(lean).keys() == edges(full).keys()


def test_edge_ids_that_begin_alike_are_given_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    built = Builder()
    for number in range(80):
        built.requests(edge("a/web-v1", f"b/api{number}-v1", f"b/api{number}"), {answer(): 1.0})
    usual = drawn(built).edges
    assert {len(one.id) for one in usual} == {project.EDGE_ID}
    monkeypatch.setattr(project, "EDGE_ID", 2)
    found = drawn(built).edges
    assert len({one.id for one in found}) == 80
    assert {len(one.id) for one in found} == {2, 13}
    for one, before in zip(found, usual, strict=True):
        assert one.id.startswith(before.id[:2])
        (alone,) = drawn(built, GraphQuery(only=one.id)).edges
        assert (alone.id, alone.target) == (one.id, one.target)


def test_http_and_tcp_between_the_same_ends_are_two_edges() -> None:
    built = Builder().requests(edge("a/web-v1", "b/api-v1", "b/api"), {answer(): 1.0})
    plain = Answer("", "", "-", "none", "", "")
    built.add("tcp_sent", edge("a/web-v1", "b/api-v1", "b/api", "tcp"), plain, 9.0)
    assert [(e.protocol, e.mtls_share) for e in drawn(built).edges] == [("http", 1), ("tcp", 0)]


def test_requests_that_never_arrived_bring_no_latency_and_no_bytes() -> None:
    built = versions()
    far = edge("a/web-v1", "b/api-v1", "b/api", reporter="source")
    built.requests(far, {answer(security="unknown"): 9.0, answer("503", "UF", security="unknown"): 1.0})
    built.add("request_duration_sum", far, EMPTY, 1e6)
    found = edges(drawn(built))["web-v1", "api-v1"]
    assert found.rate == 10
    assert found.error_share == 0.1
    assert found.latency is not None
    assert found.latency.mean_ms == 3
    assert found.mtls_share == 1


def test_shares_are_of_everything_the_source_sends() -> None:
    built = versions()
    built.requests(edge("a/web-v1", "c/x-v1", "c/x"), {answer(): 30.0})
    query = GraphQuery(namespaces=frozenset({"b"}))
    part = build(scene(built.snapshot()), query, frozenset({"b"}), [])
    assert sorted(e.source_share or 0 for e in part.edges) == [0.025, 0.225]


def test_idle_edges_only_when_asked() -> None:
    built = versions().requests(edge("a/web-v1", "c/x-v1", "c/x"), {answer(): 0.0})
    assert ("web-v1", "x-v1") not in edges(drawn(built))
    idle = edges(drawn(built, GraphQuery(idle=True)))["web-v1", "x-v1"]
    assert idle.health.status == "idle"
    assert idle.rate == 0


def test_boxes_nest_and_sum_what_crosses_them() -> None:
    built = versions()
    built.requests(edge("b/api-v1", "b/api-v2", "b/api"), {answer(): 4.0})
    made = drawn(built, GraphQuery(box=("cluster", "namespace", "app")))
    boxes = {node.box: node for node in made.nodes if node.kind == "box" and node.name in ("c1", "b", "api")}
    assert boxes["app"].parent == boxes["namespace"].id
    assert boxes["namespace"].parent == boxes["cluster"].id
    assert nodes(made)["api-v1"].parent == boxes["app"].id
    inbound = boxes["namespace"].traffic.inbound.http
    assert inbound is not None
    assert inbound.rate == 10


def test_the_verdict_names_the_worst_edge() -> None:
    built = versions()
    built.requests(edge("a/web-v1", "c/x-v1", "c/x"), {answer(): 3.0, answer("500"): 1.0})
    verdict = drawn(built).totals.verdict
    assert verdict.status == "failure"
    assert verdict.sentence == "x-v1 fails 25 % of 4 requests per second from web-v1 in the last 5m."
    assert "Nothing out of the ordinary" in drawn(versions()).totals.verdict.sentence
    assert drawn(Builder()).totals.verdict.sentence == "No traffic in the last 5m."


def test_totals_count_each_request_once() -> None:
    for query in (GraphQuery(), GraphQuery(service_nodes=True), GraphQuery(type="service")):
        assert drawn(versions(), query).totals.http.rate == 10


def test_what_was_not_collected_is_null() -> None:
    (one, _) = drawn(versions()).edges
    assert one.request_bytes_rate is None
    built = Builder()
    built.add("request_bytes_sum", edge("a/web-v1", "b/api-v1", "b/api"), EMPTY, 100.0)
    (only,) = drawn(built).edges
    assert only.rate is None
    assert only.error_share is None
    assert only.request_bytes_rate == 100
    assert only.latency is None


def test_a_server_that_never_reports_has_no_sidecar() -> None:
    built = Builder().requests(edge("a/web-v1", "b/api-v1", "b/api", reporter="source"), {answer(): 1.0})
    found = nodes(drawn(built))
    assert found["api-v1"].badges == ["no-sidecar"]
    assert found["web-v1"].badges == ["root"]
