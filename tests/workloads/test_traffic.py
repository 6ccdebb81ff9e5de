"""The traffic table against the graph: the same numbers, wherever one looks."""

from pathlib import Path
from typing import Any

import pytest

from graph.domain.build import build
from graph.domain.query import GraphQuery
from graph.domain.scene import Scene, scene
from inventory.domain.world import Key
from snapshots import codec
from tests.mesh.builder import Builder, answer, edge
from workloads.domain.subject import GRAPH_TYPES, Subject, placed
from workloads.domain.traffic import Row, traffic

#: Five minutes of the demo mesh, collected from its Prometheus.
DEMO = Path(__file__).parent / "recorded/demo-5m.snapshot"
SHAPE = [0, 1, 2, 3, 4, 0, 0, 0, 0, 0]


@pytest.fixture(scope="module")
def demo() -> Scene:
    return scene(codec.decode(DEMO.read_bytes()))


def rows_of(built: Builder, kind: Any, name: str) -> list[Row]:
    namespace, _, rest = name.partition("/")
    key = Key("c1", namespace, rest) if rest else Key("c1", "", namespace)
    return traffic(scene(built.snapshot()), Subject(kind, key))


def subjects(demo: Scene) -> list[Subject]:
    document = build(demo, GraphQuery(service_nodes=True), None, [])
    kinds = {"workload": "workloads", "service": "services", "external": "services"}
    names = {n.id: n.workload or n.service for n in document.nodes}
    found = [
        Subject(kinds[n.kind], Key(n.cluster, n.namespace or "", names[n.id]))  # type: ignore[arg-type]
        for n in document.nodes
        if n.kind in kinds
    ]
    apps = build(demo, GraphQuery(type="app"), None, []).nodes
    return found + [
        Subject("apps", Key(n.cluster or "", n.namespace or "", n.app or "")) for n in apps if n.app
    ]


def test_sums_equal_the_edges_of_the_graph(demo: Scene) -> None:
    asked = subjects(demo)
    assert len(asked) > 20
    for subject in asked:
        query = GraphQuery(type=GRAPH_TYPES[subject.kind], service_nodes=subject.kind == "services")
        drawn = build(demo, query, None, []).edges
        mine = [e for e in drawn if subject.node == e.target]
        if subject.kind != "services":
            mine += [e for e in drawn if subject.node == e.source]
        rows = traffic(demo, subject)
        assert len(rows) == len(mine) > 0, subject
        for what in ("rate", "error_rate", "request_bytes_rate", "mtls_share"):
            given = sorted(str(getattr(row, what)) for row in rows)
            assert given == sorted(str(getattr(e, what)) for e in mine), (subject, what)
        assert sorted(map(repr, (r.latency for r in rows))) == sorted(map(repr, (e.latency for e in mine)))


def test_a_namespace_has_its_members_calls_and_those_among_themselves(demo: Scene) -> None:
    found = placed(demo, Subject("namespaces", Key("Kubernetes", "", "istioinaction")))
    rows = traffic(demo, Subject("namespaces", Key("Kubernetes", "", "istioinaction")))
    inside = {row.direction for row in rows if row.peer.name == "istioinaction"}
    assert inside == {"inbound", "outbound"}
    assert all(
        row.peer.kind in ("namespace", "external", "unknown", "passthrough", "blackhole") for row in rows
    )
    assert sum(
        row.rate or 0 for row in rows if row.direction == "inbound" and row.protocol != "tcp"
    ) == pytest.approx(float(demo.volume[found.inbound & (demo.hops.protocol != 2)].sum()), rel=1e-3)


def test_parts_of_a_row_add_up_to_it(demo: Scene) -> None:
    for subject in subjects(demo):
        for row in traffic(demo, subject):
            for parts in (row.versions, row.services):
                assert sum(part.rate for part in parts) == pytest.approx(row.rate, rel=2e-3, abs=1e-9)
                # A stream that has not ended has messages and no requests to share.
                assert sum(p.share or 0 for p in parts) == pytest.approx(1 if row.share else 0, rel=2e-3)
            if row.protocol != "tcp":
                assert sum(one.rate for one in row.responses) == pytest.approx(row.rate, rel=2e-3)


def test_shares_are_of_all_that_flows_one_way(demo: Scene) -> None:
    for subject in subjects(demo):
        ways: dict[tuple[str, bool], list[float]] = {}
        for row in traffic(demo, subject):
            if row.share is not None:
                ways.setdefault((row.direction, row.protocol == "tcp"), []).append(row.share)
        assert all(sum(shares) == pytest.approx(1, rel=2e-3) for shares in ways.values()), subject


def test_versions_of_both_sides_are_told_apart() -> None:
    built = Builder()
    built.requests(edge("shop/web-v1", "shop/cart-v1", "shop/cart"), {answer(): 9, answer("503"): 1}, SHAPE)
    built.requests(edge("shop/web-v1", "shop/cart-v2", "shop/cart"), {answer(): 30}, SHAPE)
    (row,) = rows_of(built, "apps", "shop/cart")
    assert (row.peer.name, row.direction, row.rate, row.error_share) == ("web", "inbound", 40, 0.025)
    assert [(v.destination.version, v.share, v.error_share) for v in row.versions] == [
        ("v2", 0.75, 0),
        ("v1", 0.25, 0.1),
    ]
    (asked,) = row.services
    assert (asked.namespace, asked.name, asked.rate) == ("shop", "cart", 40)


def test_a_service_has_callers_and_no_outbound() -> None:
    built = Builder()
    built.requests(edge("shop/web-v1", "shop/cart-v1", "shop/cart"), {answer(): 8})
    built.requests(edge("shop/cart-v1", "bank/pay-v1", "bank/pay"), {answer(): 3})
    built.requests(edge("shop/web-v1", "unknown", "shop/cart", reporter="source"), {answer("503", "UH"): 2})
    (row,) = rows_of(built, "services", "shop/cart")
    assert (row.direction, row.peer.workload, row.rate, row.error_share) == ("inbound", "web-v1", 10, 0.2)
    assert {(v.destination.workload, v.rate) for v in row.versions} == {("cart-v1", 8), (None, 2)}


def test_answers_are_explained() -> None:
    built = Builder()
    ways = {answer(): 6, answer("503", "UF,URX"): 2, answer("0", "DC"): 1, answer("200", grpc="14"): 1}
    built.requests(edge("shop/web-v1", "shop/cart-v1", "shop/cart", "grpc", "source"), ways)
    (row,) = rows_of(built, "workloads", "shop/web-v1")
    told = {(a.code, a.kind): a for a in row.responses}
    assert told["503", "http_5xx"].words == (
        "the connection to the server could not be made; the retries (or TCP connect attempts) were used up"
    )
    assert told["0", "no_response"].words == "the client went away before the answer"
    assert told["200", "grpc"].grpc_name == "UNAVAILABLE"
    assert (told["200", "ok"].flags, told["200", "ok"].words, told["200", "ok"].share) == ("", "", 0.6)
    assert row.errors is not None
    assert (row.errors.http_5xx, row.errors.no_response, row.errors.grpc) == (2, 1, 1)


def test_a_nameless_peer_says_why() -> None:
    built = Builder().requests(edge("unknown", "shop/web-v1", "shop/web"), {answer(security="none"): 4})
    (row,) = rows_of(built, "workloads", "shop/web-v1")
    assert (row.peer.kind, row.peer.workload, row.mtls_share) == ("unknown", None, 0)
    assert row.cause is not None
    assert row.cause.code == "plaintext_client"


def test_what_calls_itself_is_on_both_sides() -> None:
    built = Builder().requests(edge("shop/web-v1", "shop/web-v1", "shop/web"), {answer(): 4})
    rows = rows_of(built, "workloads", "shop/web-v1")
    assert [(row.direction, row.rate) for row in rows] == [("inbound", 4), ("outbound", 4)]


def test_a_thing_without_traffic_has_no_rows() -> None:
    built = Builder().requests(edge("shop/web-v1", "shop/cart-v1", "shop/cart"), {answer(): 4})
    assert rows_of(built, "workloads", "shop/idle-v1") == []
    assert rows_of(Builder(), "namespaces", "shop") == []
