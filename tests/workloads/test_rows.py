"""Rows of lists say the same as the graph, on whatever the mesh sends."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.domain.build import build
from graph.domain.query import GraphQuery
from graph.domain.scene import scene
from inventory.domain.objects import Endpoint
from inventory.domain.world import (
    App,
    Identity,
    Key,
    NamespaceThing,
    ProxyState,
    ServiceThing,
    Workload,
    World,
)
from mesh.traffic import Snapshot
from tests.api.conftest import small
from tests.graph.strategies import ROWS, SHAPES, table
from tests.mesh.builder import Builder, answer, edge
from workloads.domain.rows import rows
from workloads.domain.things import Flow, Kind, Thing

NONE = World("none")
PROXY = ProxyState("sidecar", "The namespace asks for it.")


def nodes(snapshot: Snapshot, type_: str, kind: str) -> dict[tuple[str, str, str], Any]:
    document = build(scene(snapshot), GraphQuery(type=type_, detail="full"), None, ())  # type: ignore[arg-type]
    body = msgspec.json.decode(msgspec.json.encode(document))
    return {
        (n["cluster"] or "", n["namespace"] or "", n["name"]): n for n in body["nodes"] if n["kind"] == kind
    }


def same(flow: Flow, direction: dict[str, Any]) -> None:
    http, grpc, tcp = (direction.get(name) for name in ("http", "grpc", "tcp"))
    assert flow.http_rate == (http["rate"] if http else 0)
    assert flow.grpc_rate == (grpc["rate"] if grpc else 0)
    if http:
        assert flow.http_error_share == http["error_share"]
    if grpc:
        assert flow.grpc_error_share == grpc["error_share"]
    assert flow.tcp_sent_rate == (tcp["sent_rate"] if tcp else 0)
    assert flow.tcp_received_rate == (tcp["received_rate"] if tcp else 0)


def agree(snapshot: Snapshot) -> None:
    for kind, type_, node in (
        ("workloads", "workload", "workload"),
        ("apps", "app", "app"),
        ("services", "service", "service"),
    ):
        drawn = nodes(snapshot, type_, node)
        listed = {tuple(row.key): row for row in rows(kind, scene(snapshot), NONE)}  # type: ignore[arg-type]
        for name, shown in drawn.items():
            row = listed[name]
            same(row.inbound, shown["traffic"]["inbound"])
            if kind != "services":
                same(row.outbound, shown["traffic"]["outbound"])
            assert row.verdict.status == shown["health"]["status"]
            assert [r.message for r in row.verdict.reasons] == [
                r["message"] for r in shown["health"]["reasons"]
            ]


def test_a_row_says_what_the_graph_says() -> None:
    agree(small().snapshot())


@settings(max_examples=40)
@given(ROWS, st.lists(SHAPES, max_size=3))
def test_rows_and_graph_agree_on_any_traffic(rows_: Any, shapes: list[list[int]]) -> None:
    agree(Snapshot("s", 300, 1e9, table(rows_, shapes)))


def one(kind: Kind, name: str, snapshot: Snapshot, world: World = NONE) -> Thing:
    return next(row for row in rows(kind, scene(snapshot), world) if row.key.name == name)


def test_percentiles_of_a_row_come_from_the_sum_of_its_buckets() -> None:
    fast, slow = [90.0, *[0.0] * 9], [*[0.0] * 8, 10.0, 0.0]
    built = Builder()
    built.requests(edge("a/x-v1", "b/y-v1", "b/y"), {answer(): 90.0}, fast)
    built.requests(edge("a/z-v1", "b/y-v1", "b/y"), {answer(): 10.0}, slow)
    latency = one("workloads", "y-v1", built.snapshot()).inbound.latency
    assert latency is not None
    assert latency.p50_ms is not None
    assert latency.p50_ms <= 1
    assert latency.p99_ms == 950
    whole = one("namespaces", "b", built.snapshot()).inbound
    assert whole.rate == 100
    assert whole.latency == latency


def test_mtls_is_of_requests_and_of_bytes_where_there_are_none() -> None:
    built = Builder()
    plain = {answer(): 3.0, answer(security="none"): 1.0}
    built.requests(edge("a/x-v1", "b/y-v1", "b/y"), plain)
    tcp = edge("a/x-v1", "b/db-v1", "b/db", "tcp")
    built.add("tcp_sent", tcp, answer("", security="mutual_tls"), 900.0)
    built.add("tcp_sent", tcp, answer("", security="none"), 100.0)
    found = built.snapshot()
    assert one("workloads", "y-v1", found).inbound.mtls_share == 0.75
    assert one("workloads", "db-v1", found).inbound.mtls_share == 0.9
    assert one("workloads", "x-v1", found).inbound.mtls_share is None


def test_rows_join_the_inventory_and_what_only_traffic_knows() -> None:
    cart, idle = Key("c1", "shop", "cart-v1"), Key("c1", "shop", "asleep")
    known = frozenset(["manifests"])
    world = World(
        "w",
        namespaces={Key("c1", "", "shop"): NamespaceThing(Key("c1", "", "shop"), known, None, PROXY)},
        workloads={
            cart: Workload(
                cart, "Deployment", known, Identity("cart", "v1"), PROXY, desired=3, ready=2, restarts=7
            ),
            idle: Workload(idle, "Deployment", known, Identity(), PROXY, desired=0, ready=0),
        },
        apps={Key("c1", "shop", "cart"): App(Key("c1", "shop", "cart"), known, (cart,), ("v1",))},
        services={
            Key("c1", "shop", "cart"): ServiceThing(
                Key("c1", "shop", "cart"),
                known,
                endpoints=(Endpoint("cart", "1.1.1.1", ready=True), Endpoint("cart", "1.1.1.2")),
            )
        },
    )
    found = small().snapshot()
    row = one("workloads", "cart-v1", found, world)
    assert (row.pods, row.restarts, row.inbound.rate) == ((2, 3), 7, 10)
    asleep = one("workloads", "asleep", found, world)
    assert (asleep.verdict.status, asleep.inbound, asleep.pods) == ("idle", Flow(), (0, 0))
    web = one("workloads", "web-v1", found, world)
    assert web.thing.known == {"telemetry"}
    assert isinstance(web.thing, Workload)
    assert web.thing.identity.app == "web"
    assert one("apps", "cart", found, world).pods == (2, 3)
    assert one("services", "cart", found, world).pods == (1, 2)


def test_namespaces_count_their_workloads_by_status_and_keep_the_quiet() -> None:
    found = scene(small().snapshot())
    all_rows = rows("namespaces", found, NONE, rows("workloads", found, NONE), ["longgone", "shop"])
    by_name = {row.key.name: row for row in all_rows}
    assert by_name["shop"].statuses == {"failure": 1, "degraded": 1, "healthy": 1}
    assert by_name["longgone"].verdict.status == "idle"
    assert sum(row.key.name == "shop" for row in all_rows) == 1
