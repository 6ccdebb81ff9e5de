"""Gathers what the inventory knows of one thing."""

from collections.abc import Iterable, Mapping

from inventory.domain.objects import Event, Gap, Port
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
from workloads.domain.parts import (
    Counts,
    EndpointPart,
    EventPart,
    GapPart,
    IdentityPart,
    Limits,
    Parts,
    PortPart,
    ProxyPart,
    Ref,
    ServiceFacts,
)
from workloads.domain.pods import described, moment
from workloads.domain.presence import gaps_of
from workloads.domain.things import Kind, Object


def parts(world: World, thing: Object, limits: Limits) -> Parts:
    """Everything the inventory knows of it."""
    if isinstance(thing, Workload):
        return _workload(world, thing, limits)
    if isinstance(thing, App):
        return _app(world, thing, limits)
    if isinstance(thing, ServiceThing):
        return _service(world, thing, limits)
    return _namespace(world, thing, limits)


def _workload(world: World, one: Workload, limits: Limits) -> Parts:
    events = world.events.get(one.key, ())
    template = one.template
    return Parts(
        identity=_identity(one.identity),
        proxy=_proxy(one.proxy),
        counts=Counts(
            one.desired, one.ready, *((template.available, template.updated) if template else (None, None))
        ),
        images=_images(one),
        labels=dict(one.labels),
        annotations=dict(one.annotations),
        created_at=moment(one.created_at),
        pods=described(one.pods)[: limits.pods],
        pods_total=len(one.pods),
        events=_events(events)[: limits.events],
        events_total=len(events),
        related=_around_workload(world, one),
        gaps=_gaps(world, one.key),
    )


def _app(world: World, one: App, limits: Limits) -> Parts:
    found = _members(world, one.workloads)
    pods = [pod for member in found for pod in member.pods]
    events = [event for key in one.workloads for event in world.events.get(key, ())]
    related = [_ref("workloads", member.key, "its app label names this app") for member in found]
    return Parts(
        counts=_summed(found),
        images=list(dict.fromkeys(image for member in found for image in _images(member))),
        pods=described(pods)[: limits.pods],
        pods_total=len(pods),
        events=_events(events)[: limits.events],
        events_total=len(events),
        related=related + _selecting(world, one.workloads),
        gaps=_gaps(world, one.key),
    )


def _service(world: World, one: ServiceThing, limits: Limits) -> Parts:
    found = one.service
    members = _members(world, one.workloads)
    events = [event for key in one.workloads for event in world.events.get(key, ())]
    endpoints = sorted(one.endpoints, key=lambda e: (e.ready, e.address))
    return Parts(
        counts=_summed(members),
        labels=dict(found.meta.labels) if found else {},
        annotations=dict(found.meta.annotations) if found else {},
        created_at=moment(found.meta.created_at) if found else None,
        events=_events(events)[: limits.events],
        events_total=len(events),
        service=_facts(one),
        ports=[_port(port) for port in found.ports[: limits.endpoints]] if found else [],
        ports_total=len(found.ports) if found else 0,
        endpoints=[
            EndpointPart(
                address=e.address,
                ready=e.ready,
                target="/".join(e.target) if e.target else None,
                node=e.node,
                ports=[_port(port) for port in e.ports[:10]],
            )
            for e in endpoints[: limits.endpoints]
        ],
        endpoints_total=len(one.endpoints),
        related=_around_service(members),
        gaps=_gaps(world, one.key),
    )


def _namespace(world: World, one: NamespaceThing, limits: Limits) -> Parts:
    meta = one.namespace.meta if one.namespace else None
    where = (one.key.cluster, one.key.name)
    events = [event for key, some in world.events.items() if key[:2] == where for event in some]
    return Parts(
        proxy=_proxy(one.proxy),
        labels=dict(meta.labels) if meta else {},
        annotations=dict(meta.annotations) if meta else {},
        created_at=moment(meta.created_at) if meta else None,
        events=_events(events)[: limits.events],
        events_total=len(events),
        gaps=_gaps(world, one.key),
    )


def members(thing: Object) -> tuple[Key, ...]:
    """The workloads that an app or service consists of."""
    return thing.workloads if isinstance(thing, App | ServiceThing) else ()


def _members(world: World, keys: Iterable[Key]) -> list[Workload]:
    return [world.workloads[key] for key in keys if key in world.workloads]


def _identity(one: Identity) -> IdentityPart:
    values = (one.app, one.app_from, one.app_missing, one.version, one.version_from, one.version_missing)
    return IdentityPart(*(value or None for value in values))


def _proxy(one: ProxyState) -> ProxyPart:
    wanted = one.wanted if one.wanted != one.mode else None
    return ProxyPart(one.mode, one.reason, wanted, one.revision or None)


def _summed(members: Iterable[Workload]) -> Counts | None:
    """Pods of several workloads; None as soon as one does not know."""
    some = list(members)
    desired, ready = [one.desired for one in some], [one.ready for one in some]
    if not some:
        return None
    return Counts(_all(desired), _all(ready), None, None)


def _all(counts: list[int | None]) -> int | None:
    return None if any(one is None for one in counts) else sum(filter(None, counts))


def _images(one: Workload) -> list[str]:
    """Images of the application's containers; of what runs, else of what is asked for."""
    running = [c for pod in one.pods for c in pod.containers]
    asked = list(one.template.containers) if one.template else []
    return list(dict.fromkeys(c.image for c in running or asked if c.image and c.role == "app"))


def _events(events: Iterable[Event]) -> list[EventPart]:
    """Newest first."""
    ordered = sorted(events, key=lambda event: -(event.last_at or 0))
    return [
        EventPart(
            type=event.type,
            reason=event.reason,
            message=event.message,
            count=event.count,
            first_at=moment(event.first_at),
            last_at=moment(event.last_at),
            about_kind=event.about.kind,
            about_name=event.about.name,
            source=event.source,
        )
        for event in ordered
    ]


def _facts(one: ServiceThing) -> ServiceFacts | None:
    if (found := one.service) is None:
        return None
    return ServiceFacts(
        type="Headless" if found.headless else found.type,
        selector=dict(found.selector),
        addresses=list(found.addresses[:20]),
        external_addresses=list(found.external_addresses[:20]),
        external_name=found.external_name,
    )


def _port(port: Port) -> PortPart:
    return PortPart(port.name, port.port, port.target, port.protocol, port.app_protocol, port.node_port)


def _ref(kind: Kind, key: Key, why: str) -> Ref:
    return Ref(kind, *key, why)


def _around_workload(world: World, one: Workload) -> list[Ref]:
    app = Key(one.key.cluster, one.key.namespace, one.identity.app)
    found = [_ref("apps", app, "its app label")] if app in world.apps else []
    if app in world.apps:
        others = (key for key in world.apps[app].workloads if key != one.key)
        found += [_ref("workloads", key, "the same app") for key in others]
    return found + _selecting(world, (one.key,))


def _selecting(world: World, wanted: Iterable[Key]) -> list[Ref]:
    """Services whose selector finds one of the workloads."""
    looked_for = set(wanted)
    return [
        _ref("services", key, "its selector finds the pods")
        for key, service in world.services.items()
        if looked_for.intersection(service.workloads)
    ]


def _around_service(found: Iterable[Workload]) -> list[Ref]:
    some = list(found)
    apps: Mapping[Key, None] = {
        Key(w.key.cluster, w.key.namespace, w.identity.app): None for w in some if w.identity.app
    }
    refs = [_ref("workloads", w.key, "the selector finds its pods") for w in some]
    return [*refs, *(_ref("apps", key, "app of its workloads") for key in apps)]


def _gaps(world: World, key: Key) -> list[GapPart]:
    return [_gap(gap) for gap in gaps_of(world, key.namespace or key.name)]


def _gap(gap: Gap) -> GapPart:
    return GapPart(gap.kind, gap.namespace, gap.source, gap.error, moment(gap.since), gap.remedy)
