"""A small world of objects to go with ``tests.api.conftest.small``, and one whose every word is hostile."""

from dataclasses import replace

from inventory.domain.objects import (
    Container,
    Endpoint,
    Event,
    Gap,
    Meta,
    Namespace,
    Pod,
    Port,
    Ref,
    Service,
    Template,
)
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

BOTH = frozenset(["kubernetes", "telemetry"])
TELEMETRY = frozenset(["telemetry"])
SIDECAR = ProxyState("sidecar", "namespace label istio-injection=enabled")
NOW = 1_800_000_000.0


def meta(name: str, namespace: str = "shop", **more: object) -> Meta:
    return Meta("c1", namespace, name, created_at=NOW - 86_400, **more)  # type: ignore[arg-type]


def container(name: str, **more: object) -> Container:
    given = {"image": f"registry.example/{name}:1", "ready": True, "state": "running", **more}
    return Container(name, **given)  # type: ignore[arg-type]


def crashing(name: str) -> Container:
    return container(
        name,
        ready=False,
        restarts=7,
        state="waiting",
        reason="CrashLoopBackOff",
        message="back-off 5m0s restarting failed container",
        last_reason="OOMKilled",
        last_exit_code=137,
        last_finished_at=NOW - 60,
    )


def pod(name: str, *containers: Container, ready: bool = True, **more: object) -> Pod:
    given = {"phase": "Running", "node": "node-1", "ip": "10.0.0.7", "started_at": NOW - 3600, **more}
    return Pod(meta(name), ready=ready, containers=containers, **given)  # type: ignore[arg-type]


def workload(name: str, *pods: Pod, app: str = "", version: str = "", **more: object) -> Workload:
    identity = (
        Identity(app, version, "label app", "label version")
        if app
        else Identity(
            app_missing="No label names an app: add app to the pod template.",
            version_missing="No label names a version: add version to the pod template.",
        )
    )
    given = {
        "kind": "Deployment",
        "known": BOTH,
        "identity": identity,
        "proxy": SIDECAR,
        "template": Template("Deployment", meta(name), desired=len(pods), ready=len(pods)),
        "labels": {"app": app, "team": "a"},
        "annotations": {"note": "hello"},
        "created_at": NOW - 86_400,
        "desired": len(pods),
        "ready": sum(one.ready for one in pods),
        "restarts": sum(one.restarts for one in pods),
        **more,
    }
    return Workload(Key("c1", "shop", name), pods=pods, **given)  # type: ignore[arg-type]


def event(message: str, at: float, about: str = "cart-v1-abc", **more: object) -> Event:
    given = {"type": "Warning", "reason": "BackOff", "source": "kubelet", **more}
    return Event(meta(f"e{at}"), Ref("Pod", about), message=message, last_at=at, **given)  # type: ignore[arg-type]


def world(revision: str = "one", gaps: tuple[Gap, ...] = ()) -> World:
    """web (well), cart (v1 crashing, v2 well), a nameless job; telemetry's own things are not in it."""
    web = workload(
        "web-v1",
        pod("web-v1-abc", container("web"), container("istio-proxy", role="proxy")),
        app="web",
        version="v1",
    )
    cart_1 = workload("cart-v1", pod("cart-v1-abc", crashing("cart"), ready=False), app="cart", version="v1")
    cart_2 = workload("cart-v2", pod("cart-v2-abc", container("cart")), app="cart", version="v2")
    cart_3 = workload("cart-v3", app="cart", version="v3")
    nameless = workload("nightly", pod("nightly-abc", container("job")))
    members = (web, cart_1, cart_2, cart_3, nameless)
    carts = (cart_1.key, cart_2.key, cart_3.key)
    cart = Service(
        meta("cart"),
        selector={"app": "cart"},
        ports=(Port("http", 80, "8080"), Port("grpc", 9000, "grpc", app_protocol="grpc")),
        addresses=("10.96.0.7",),
    )
    endpoints = (
        Endpoint("cart", "10.0.0.8", (Port("http", 8080),), True, Ref("Pod", "cart-v2-abc"), "node-1"),
        Endpoint("cart", "10.0.0.7", (Port("http", 8080),), False, Ref("Pod", "cart-v1-abc"), "node-1"),
    )
    service = ServiceThing(Key("c1", "shop", "cart"), BOTH, cart, endpoints, carts[:2], ("cart.shop",))
    namespace = Namespace(meta("shop", "", labels={"istio-injection": "enabled"}))
    return World(
        revision=revision,
        namespaces={Key("c1", "", "shop"): NamespaceThing(Key("c1", "", "shop"), BOTH, namespace, SIDECAR)},
        workloads={one.key: one for one in members},
        apps={
            Key("c1", "shop", "web"): App(Key("c1", "shop", "web"), BOTH, (web.key,), ("v1",)),
            Key("c1", "shop", "cart"): App(Key("c1", "shop", "cart"), BOTH, carts, ("v1", "v2", "v3")),
        },
        services={service.key: service},
        events={cart_1.key: (event("older", NOW - 500), event("newer", NOW - 20))},
        gaps=gaps,
        sources=("kubernetes",),
    )


def two_clusters(given: World) -> World:
    """web-v1 in a second cluster as well."""
    other = replace(given.workloads[Key("c1", "shop", "web-v1")], key=Key("c2", "shop", "web-v1"))
    return replace(given, revision="two", workloads={**given.workloads, other.key: other})
