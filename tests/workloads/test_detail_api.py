"""The replies about one thing: what they hold, and what is said of what is not there."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from graph import services as graph
from inventory import services as inventory
from inventory.domain.objects import Gap
from inventory.domain.world import World
from mesh.traffic import Snapshot
from tests.api.conftest import ODD, fresh_process, snapshot, web
from tests.workloads import worlds
from workloads import detail, services

__all__ = ["fresh_process", "snapshot", "web"]
Show = Callable[[World], None]


@pytest.fixture(autouse=True)
def show(monkeypatch: pytest.MonkeyPatch) -> Show:
    """Puts a world in place of the inventory's."""

    def use(world: World) -> None:
        services.forget()
        detail.forget()
        graph.forget()
        monkeypatch.setattr(inventory, "world", lambda _: world, raising=False)

    use(worlds.world())
    return use


def get(web: Client, path: str, status: int = 200) -> Any:
    reply = web.get(f"/api/v1/{path}")
    assert reply.status_code == status, reply.content[:500]
    return reply.json()


def test_a_workload_with_all_its_parts(web: Client) -> None:
    body = get(web, "workloads/shop/cart-v1")
    assert (body["cluster"], body["namespace"], body["name"], body["kind"]) == (
        "c1",
        "shop",
        "cart-v1",
        "Deployment",
    )
    assert (body["app"], body["version"], body["node"]) == ("cart", "v1", "w:c1/shop/cart-v1")
    assert (body["pods"], body["restarts"]) == ({"ready": 0, "total": 1}, 7)
    assert body["proxy"] == {"mode": "sidecar", "reason": "namespace label istio-injection=enabled"}
    assert body["traffic"]["inbound"]["rate"] == 10
    parts = body["parts"]
    assert parts["identity"]["app_from"] == "label app"
    (pod,) = parts["pods"]
    assert pod["status"] == "failure"
    assert pod["words"] == (
        "cart: CrashLoopBackOff: keeps ending and is restarted after a pause; "
        "last ended with OOMKilled (exit code 137, SIGKILL)"
    )
    assert pod["containers"][0]["last"]["finished_at"] == "2027-01-15T07:59:00Z"
    assert [one["message"] for one in parts["events"]] == ["newer", "older"]
    related = {(one["kind"], one["name"]) for one in parts["related"]}
    assert {("apps", "cart"), ("services", "cart"), ("workloads", "cart-v2")} <= related
    assert body["snapshot"]["age_seconds"] < 60
    assert body["presence"] == {"state": "object", "words": ""}


def test_what_names_no_app_says_what_to_add(web: Client) -> None:
    body = get(web, "workloads/shop/nightly")
    assert body["app"] is None
    assert "add app" in body["parts"]["identity"]["app_missing"]
    assert (body["health"]["status"], body["traffic"]["inbound"]["rate"]) == ("idle", 0)


def test_versions_share_what_an_app_receives(web: Client) -> None:
    found = {v["version"]: v for v in get(web, "apps/shop/cart")["versions"]}
    assert (found["v1"]["share"], found["v2"]["share"]) == (
        pytest.approx(10 / 12, rel=1e-3),
        pytest.approx(2 / 12, rel=1e-3),
    )
    assert (found["v1"]["error_share"], found["v1"]["ready"], found["v1"]["workload"]) == (0.05, 0, "cart-v1")
    assert (found["v3"]["share"], found["v3"]["rate"]) == (0, 0)


def test_a_service_with_ports_and_endpoints(web: Client) -> None:
    body = get(web, "services/shop/cart")
    parts = body["parts"]
    assert body["kind"] == "Service"
    assert parts["service"]["selector"] == {"app": "cart"}
    assert [(p["name"], p["port"], p["target"]) for p in parts["ports"]] == [
        ("http", 80, "8080"),
        ("grpc", 9000, "grpc"),
    ]
    assert [(e["ready"], e["target"]) for e in parts["endpoints"]] == [
        (False, "Pod/cart-v1-abc"),
        (True, "Pod/cart-v2-abc"),
    ]
    assert {v["version"] for v in body["versions"]} == {"v1", "v2"}


def test_a_namespace(web: Client) -> None:
    body = get(web, "namespaces/shop")
    assert (body["namespace"], body["name"], body["kind"], body["node"]) == (
        "shop",
        "shop",
        "namespace",
        "bn:c1/shop",
    )
    assert body["labels"] == {"istio-injection": "enabled"}
    rows = get(web, "namespaces/shop/traffic")["items"]
    assert {(r["direction"], r["peer"]["name"]) for r in rows} >= {("inbound", "shop"), ("outbound", "bank")}


def test_traffic_is_cut_sorted_and_filtered(web: Client) -> None:
    whole = get(web, "workloads/shop/web-v1/traffic")
    assert whole["total"] == len(whole["items"]) == 4
    assert [row["rate"] for row in whole["items"]] == sorted(
        (r["rate"] for r in whole["items"]), reverse=True
    )
    page = get(web, "workloads/shop/web-v1/traffic?limit=1&direction=outbound&sort=name")
    assert (len(page["items"]), page["total"], page["items"][0]["direction"]) == (1, 3, "outbound")
    rest = get(
        web, f"workloads/shop/web-v1/traffic?limit=5&direction=outbound&sort=name&cursor={page['next']}"
    )
    assert len(rest["items"]) == 2
    assert get(web, "workloads/shop/web-v1/traffic?q=503")["total"] == 1
    assert get(web, "workloads/shop/web-v1/traffic?protocol=tcp")["total"] == 0


def test_traffic_as_csv(web: Client) -> None:
    reply = web.get("/api/v1/workloads/shop/web-v1/traffic?format=csv")
    assert reply["Content-Type"].startswith("text/csv")
    lines = reply.content.decode().splitlines()
    assert lines[0].startswith("direction,peer_kind,peer_cluster")
    assert len(lines) == 5


@pytest.mark.parametrize("hops", [1, 2])
def test_the_own_graph(web: Client, hops: int) -> None:
    body = get(web, f"workloads/shop/web-v1/graph?hops={hops}")
    names = {node["name"] for node in body["nodes"]}
    assert ("pay-v1" in names) == (hops == 2)
    assert get(web, "workloads/shop/nightly/graph")["nodes"] == []
    assert get(web, "services/shop/cart/graph")["edges"]
    assert get(web, "namespaces/shop/graph")["edges"]


def test_a_name_that_is_not_there_says_what_is_near(web: Client) -> None:
    error = get(web, "workloads/shop/cart-v11", 404)["error"]
    assert error["code"] == "unknown_workload"
    assert "shop/cart-v1" in error["detail"]["near"]
    assert "shop/cart-v1" in error["message"]
    assert get(web, "apps/nowhere/cart", 404)["error"]["code"] == "unknown_namespace"
    assert get(web, "workloads/shop/web-v1?cluster=c9", 404)["error"]["code"] in (
        "unknown_cluster",
        "unknown_workload",
    )


def test_a_name_in_two_clusters_asks_which(web: Client, show: Show) -> None:
    show(worlds.two_clusters(worlds.world()))
    error = get(web, "workloads/shop/web-v1", 409)["error"]
    assert error["detail"]["clusters"] == ["c1", "c2"]
    assert get(web, "workloads/shop/web-v1?cluster=c2")["cluster"] == "c2"
    assert get(web, "workloads/shop/web-v1/traffic?cluster=c1")["total"] == 4


def test_a_hidden_namespace_is_forbidden(web: Client, settings: Any) -> None:
    settings.NAMESPACES = ["shop"]
    for part in ("", "/traffic", "/graph"):
        error = get(web, f"workloads/bank/pay-v1{part}", 403)["error"]
        assert (error["code"], error["detail"]["allowed"]) == ("unknown_namespace", ["shop"])
    assert get(web, "workloads/shop/cart-v1")["name"] == "cart-v1"


def test_what_is_gone_and_what_only_traffic_knows(web: Client, show: Show) -> None:
    show(worlds.world())
    assert get(web, "workloads/bank/pay-v1")["presence"]["state"] == "traffic"
    given = worlds.world("later")
    left = {key: one for key, one in given.workloads.items() if key.name != "web-v1"}
    show(World("later", given.namespaces, left, given.apps, given.services, sources=("kubernetes",)))
    presence = get(web, "workloads/shop/web-v1")["presence"]
    assert presence["state"] == "gone"
    assert "had traffic in the last 5m" in presence["words"]
    gap = Gap("Deployment", "", "kubernetes", "403 forbidden", time.time(), "Grant it list.")
    show(
        World(
            "gaps", given.namespaces, left, given.apps, given.services, gaps=(gap,), sources=("kubernetes",)
        )
    )
    body = get(web, "workloads/shop/web-v1")
    assert body["presence"]["state"] == "traffic"
    assert body["parts"]["gaps"][0]["error"] == "403 forbidden"


def test_long_lists_are_cut_and_given_whole_when_asked(web: Client, show: Show) -> None:
    given = worlds.world("many")
    pods = [worlds.pod(f"web-{n}", worlds.container("web")) for n in range(500)]
    many = worlds.workload("web-v1", *pods, app="web", version="v1")
    show(
        World(
            "many", given.namespaces, {**given.workloads, many.key: many}, given.apps, sources=("kubernetes",)
        )
    )
    parts = get(web, "workloads/shop/web-v1")["parts"]
    assert (len(parts["pods"]), parts["pods_total"]) == (100, 500)
    assert len(get(web, "workloads/shop/web-v1?all=true")["parts"]["pods"]) == 500


@pytest.mark.parametrize("part", ["", "/traffic", "/graph"])
def test_odd_names_are_names(web: Client, part: str) -> None:
    get(web, f"workloads/odd/{quote(ODD, safe='')}{part}")


@pytest.mark.parametrize(
    "query", ["window=7m", "at=never", "cluster=a&cluster=b", "colour=red", "window=", "at=1e400"]
)
def test_bad_parameters_are_answered(web: Client, query: str) -> None:
    for part in ("", "/traffic", "/graph"):
        assert web.get(f"/api/v1/workloads/shop/web-v1{part}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["sort=colour", "limit=0", "cursor=x", "direction=up", "format=xml", "protocol=udp"]
)
def test_bad_questions_about_traffic(web: Client, query: str) -> None:
    assert get(web, f"workloads/shop/web-v1/traffic?{query}", 400)["error"]["message"]


def test_nobody_has_the_window_yet(web: Client, snapshot: Snapshot) -> None:
    reply = web.get("/api/v1/workloads/shop/web-v1?window=1h")
    assert reply.status_code == 202
    assert reply.json()["job"]["result"].startswith("/api/v1/workloads/shop/web-v1")
