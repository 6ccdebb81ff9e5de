"""The world: owners, services, events, apps, and what only traffic knows."""

from typing import Any

from inventory.domain.build import NOTHING_BUILT, Built, build
from inventory.domain.objects import Gap, Objects
from inventory.domain.telemetry import Names, names
from inventory.domain.world import Key, World
from tests.inventory.kube import Raw, parsed, raw
from tests.mesh.builder import Builder, answer, edge

NO_NAMES = Names()


def objects(*raws: Raw, source: str = "kubernetes", revision: str = "1", **parts: Any) -> Objects:
    cluster = parts.pop("cluster", "c1")
    return Objects(source, revision, 0.0, tuple(parsed(one, cluster) for one in raws), **parts)


def world(*raws: Raw) -> World:
    return build([objects(*raws)], NO_NAMES, 0.0).world


def key(name: str, namespace: str = "shop", cluster: str = "c1") -> Key:
    return Key(cluster, namespace, name)


def pod(name: str, owner: tuple[str, str] | None = None, ready: bool = True, **parts: Any) -> Raw:
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": str(ready)}]}
    status |= parts.pop("status", {})
    return raw("Pod", name, owner=owner, status=status, **parts)


def deployment(name: str, replicas: int = 1, labels: dict[str, str] | None = None, **parts: Any) -> Raw:
    spec = {"replicas": replicas, "template": {"metadata": {"labels": labels or {}}}}
    return raw("Deployment", name, spec=spec, **parts)


def test_a_deployments_pods_are_found_through_its_replica_sets() -> None:
    found = world(
        deployment("cart", 2, {"app": "cart", "version": "v1"}),
        raw("ReplicaSet", "cart-old1", owner=("Deployment", "cart"), spec={"replicas": 0}),
        raw("ReplicaSet", "cart-6f7b", owner=("Deployment", "cart"), spec={"replicas": 2}),
        pod("cart-6f7b-aaaaa", ("ReplicaSet", "cart-6f7b"), labels={"app": "cart", "version": "v1"}),
        pod("cart-6f7b-bbbbb", ("ReplicaSet", "cart-6f7b"), ready=False, labels={"app": "cart"}),
    )
    assert list(found.workloads) == [key("cart")]
    cart = found.workloads[key("cart")]
    assert (cart.kind, cart.desired, cart.ready) == ("Deployment", 2, 1)
    assert [one.meta.name for one in cart.pods] == ["cart-6f7b-aaaaa", "cart-6f7b-bbbbb"]
    assert cart.known == {"kubernetes"}


def test_owners_that_are_not_known_are_guessed_as_istio_does() -> None:
    found = world(
        pod("a-6f7b-x", ("ReplicaSet", "a-6f7b"), labels={"pod-template-hash": "6f7b"}),
        pod("b-29380000-x", ("Job", "b-29380000")),
        pod("c-x", ("ReplicaSet", "c"), labels={"pod-template-hash": "other"}),
        pod("d-3-x", ("ReplicationController", "d-3"), labels={"deploymentconfig": "d"}),
        pod("e-0", ("StatefulSet", "e")),
        pod("static-node-a", ("Node", "node-a")),
        pod("bare"),
    )
    assert {one.key.name: one.kind for one in found.workloads.values()} == {
        "a": "Deployment",
        "b": "CronJob",
        "c": "ReplicaSet",
        "d": "DeploymentConfig",
        "e": "StatefulSet",
        "static-node-a": "Pod",
        "bare": "Pod",
    }


def test_the_last_named_owner_of_unknown_kind_is_the_workload() -> None:
    template = {"metadata": {"labels": {"app": "pay"}}}
    found = world(
        raw("ReplicaSet", "pay-5d", owner=("Rollout", "pay"), spec={"replicas": 3, "template": template}),
        pod("pay-5d-x", ("ReplicaSet", "pay-5d"), labels={"app": "pay"}),
        raw("StatefulSet", "db", owner=("Postgres", "main"), spec={"replicas": 1, "template": template}),
        raw("CronJob", "tidy", spec={}),
        raw("Job", "tidy-1", owner=("CronJob", "tidy"), spec={}),
        pod("tidy-1-x", ("Job", "tidy-1"), status={"phase": "Succeeded"}, ready=False),
    )
    kinds = {one.key.name: (one.kind, one.desired, one.ready) for one in found.workloads.values()}
    assert kinds == {"pay": ("Rollout", 3, 1), "db": ("StatefulSet", 1, 0), "tidy": ("CronJob", 0, 0)}


def test_the_name_label_gives_the_name_of_telemetry() -> None:
    label = {"service.istio.io/workload-name": "payments"}
    found = world(
        deployment("pay-blue", labels=label),
        pod("pay-blue-1-x", ("ReplicaSet", "pay-blue-1"), labels={**label, "pod-template-hash": "1"}),
    )
    assert [(one.key.name, len(one.pods)) for one in found.workloads.values()] == [("payments", 1)]


def test_machines_outside() -> None:
    group = {"istio.io/autoRegistrationGroup": "billing"}
    found = world(
        raw("WorkloadGroup", "billing", spec={"metadata": {"labels": {"app": "billing"}}}),
        raw("WorkloadEntry", "billing-192.0.2.7", annotations=group, spec={"labels": {"app": "billing"}}),
        raw("WorkloadEntry", "old-vm", spec={"address": "192.0.2.9", "labels": {"app": "old"}}),
        raw("Service", "billing", spec={"selector": {"app": "billing"}}),
    )
    billing = found.workloads[key("billing")]
    assert (billing.kind, billing.desired, billing.proxy.mode) == ("WorkloadGroup", 1, "sidecar")
    assert found.workloads[key("old-vm")].proxy.mode == "unknown"
    assert found.services[key("billing")].workloads == (key("billing"),)


def test_services_reach_workloads_by_labels_and_by_endpoints() -> None:
    found = world(
        pod("web-0", ("StatefulSet", "web"), labels={"app": "web", "tier": "front"}),
        pod("api-0", ("StatefulSet", "api"), labels={"app": "api", "tier": "front"}),
        pod("db-0", ("StatefulSet", "db"), labels={}),
        raw("Service", "front", spec={"selector": {"tier": "front"}}),
        raw("Service", "web", spec={"selector": {"app": "web", "tier": "front"}}),
        raw("Service", "nobody", spec={"selector": {"app": "web", "tier": "back"}}),
        raw("Service", "by-hand", spec={}),
        raw(
            "EndpointSlice",
            "by-hand-1",
            labels={"kubernetes.io/service-name": "by-hand"},
            endpoints=[{"addresses": ["10.0.0.9"], "targetRef": {"kind": "Pod", "name": "db-0"}}],
        ),
    )
    reached = {one.key.name: [w.name for w in one.workloads] for one in found.services.values()}
    assert reached == {"front": ["api", "web"], "web": ["web"], "nobody": [], "by-hand": ["db"]}
    assert [one.address for one in found.services[key("by-hand")].endpoints] == ["10.0.0.9"]


def event(name: str, about: tuple[str, str], at: str, reason: str = "Killing") -> Raw:
    return raw(
        "Event",
        name,
        involvedObject={"kind": about[0], "name": about[1]},
        reason=reason,
        lastTimestamp=f"2026-11-24T{at}Z",
    )


def test_events_of_pods_and_replica_sets_are_their_workloads() -> None:
    found = world(
        deployment("cart"),
        raw("ReplicaSet", "cart-6f7b", owner=("Deployment", "cart")),
        pod("cart-6f7b-now", ("ReplicaSet", "cart-6f7b")),
        event("e1", ("Pod", "cart-6f7b-now"), "10:00:00", "Started"),
        event("e2", ("Pod", "cart-6f7b-gone"), "11:00:00", "Killing"),
        event("e3", ("ReplicaSet", "cart-6f7b"), "12:00:00", "SuccessfulCreate"),
        event("e4", ("Deployment", "cart"), "09:00:00", "ScalingReplicaSet"),
        event("e5", ("Service", "cart"), "13:00:00"),
        event("e6", ("Pod", "somebody-elses-pod"), "13:00:00"),
    )
    assert list(found.events) == [key("cart")]
    assert [one.reason for one in found.events[key("cart")]] == [
        "SuccessfulCreate",
        "Killing",
        "Started",
        "ScalingReplicaSet",
    ]


def test_several_sources_are_one_world() -> None:
    live = objects(deployment("cart", 3), source="kubernetes")
    folder = objects(deployment("cart", 1), deployment("soon", 1), source="manifests")
    found = build([live, folder], NO_NAMES, 0.0).world
    assert found.sources == ("kubernetes", "manifests")
    assert found.workloads[key("cart")].known == {"kubernetes", "manifests"}
    assert found.workloads[key("cart")].desired == 3
    assert found.workloads[key("soon")].known == {"manifests"}


def traffic_names() -> Names:
    built = Builder()
    built.requests(edge("shop/web-v1", "bank/pay-v1", "bank/pay"), {answer(): 1.0})
    built.requests(edge("unknown", "shop/web-v1", "shop/web"), {answer(): 1.0})
    built.requests(edge("shop/web-v1", "unknown", "PassthroughCluster", reporter="source"), {answer(): 1.0})
    return names(built.traffic())


def test_what_only_traffic_knows() -> None:
    found = build([], traffic_names(), 0.0).world
    assert found.sources == ()
    assert list(found.workloads) == [key("pay-v1", "bank"), key("web-v1")]
    web = found.workloads[key("web-v1")]
    assert (web.kind, web.known, web.proxy.mode) == ("", {"telemetry"}, "unknown")
    assert (web.desired, web.ready, web.restarts) == (None, None, None)
    assert "Only traffic" in web.proxy.reason
    assert set(found.services) == {key("pay", "bank"), key("web")}
    assert set(found.namespaces) == {Key("c1", "", "bank"), Key("c1", "", "shop")}
    app = found.apps[key(web.identity.app)]
    assert app.workloads == (key("web-v1"),)


def test_traffic_and_objects_meet() -> None:
    found = build([objects(deployment("web-v1", labels={"app": "web"}))], traffic_names(), 0.0).world
    assert found.workloads[key("web-v1")].known == {"kubernetes", "telemetry"}
    assert found.workloads[key("web-v1")].kind == "Deployment"
    assert found.gaps == ()


def test_traffic_without_a_cluster_is_of_the_only_one() -> None:
    built = Builder()
    one = edge("shop/web-v1", "bank/pay-v1", "bank/pay")
    nowhere = one._replace(
        source=one.source._replace(cluster="unknown"), destination=one.destination._replace(cluster="")
    )
    built.requests(nowhere, {answer(): 1.0})
    found = build([objects(deployment("web-v1"))], names(built.traffic()), 0.0).world
    assert found.workloads[key("web-v1")].known == {"kubernetes", "telemetry"}
    assert found.key("unknown", "shop", "web-v1") == key("web-v1")
    alone = build([], names(built.traffic()), 0.0).world
    assert alone.key("", "shop", "web-v1") in alone.workloads


def test_a_cluster_of_another_name_is_said() -> None:
    far = objects(deployment("web-v1"), cluster="Kubernetes")
    first = build([far], traffic_names(), 100.0)
    assert [(gap.kind, gap.since) for gap in first.world.gaps] == [("Cluster", 100.0)]
    assert "c1" in first.world.gaps[0].remedy
    assert build([far], traffic_names(), 200.0, first).world.gaps[0].since == 100.0


def test_pods_that_may_not_be_read_are_not_zero() -> None:
    gap = Gap("Pod", "secret", "kubernetes", "forbidden", 0.0)
    raws = (deployment("a", namespace="secret"), deployment("b"), pod("x"))
    found = build([objects(*raws, gaps=(gap,))], NO_NAMES, 0.0).world
    assert (found.workloads[key("a", "secret")].ready, found.workloads[key("b")].ready) == (None, 0)
    assert found.gaps == (gap,)


def test_what_did_not_change_is_taken_over() -> None:
    raws = [deployment("a"), deployment("b", namespace="bank")]
    source = objects(*raws)
    first = build([source], NO_NAMES, 0.0)
    again = objects(raws[0], deployment("b", 5, namespace="bank"), revision="2")
    second = build([again], NO_NAMES, 0.0, first)
    assert second.world.workloads[key("a")] is first.world.workloads[key("a")]
    assert second.world.workloads[key("b", "bank")].desired == 5
    assert second.world.revision != first.world.revision
    assert same(first, build([source], NO_NAMES, 0.0, first))


def same(one: Built, other: Built) -> bool:
    return one.world.revision == other.world.revision and one.world == other.world


def test_an_empty_world() -> None:
    assert build([], NO_NAMES, 0.0).world.workloads == {}
    assert NOTHING_BUILT.world.sources == ()


def test_two_kinds_of_one_name_are_one_workload() -> None:
    found = world(deployment("x", 2), raw("Job", "x", spec={}), pod("x-1", ("Job", "x")))
    assert [(one.kind, one.desired, len(one.pods)) for one in found.workloads.values()] == [
        ("Deployment", 3, 1)
    ]
