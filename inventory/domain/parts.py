"""One namespace of the world: everything in it, made from its objects and the names traffic gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from inventory.domain import owners, proxies
from inventory.domain.merge import BySource, Found, merged
from inventory.domain.objects import Event, Namespace, Ref, Template
from inventory.domain.reach import services
from inventory.domain.telemetry import NOTHING, Named, NamedApp, Place
from inventory.domain.workloads import TELEMETRY, Members, members, workloads
from inventory.domain.world import App, Key, NamespaceThing, ServiceThing, Workload

#: Kubernetes keeps events for an hour; a pod that fails all the time fills that.
EVENTS_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a part is made from; equal inputs make equal parts. ``has_pods``: what has none has none, rather
    than that none are known.
    """

    sources: BySource
    named: Named = NOTHING
    has_pods: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One namespace and what is in it."""

    inputs: Inputs
    namespace: NamespaceThing
    workloads: Mapping[Key, Workload]
    apps: Mapping[Key, App]
    services: Mapping[Key, ServiceThing]
    events: Mapping[Key, tuple[Event, ...]]


def part(place: Place, inputs: Inputs) -> Part:
    """Everything in one namespace."""
    found = merged(inputs.sources)
    templates = {Ref(one.kind, one.meta.name): one for one, _ in found.of(Template)}
    own = next((one for one, _ in found.of(Namespace)), None)
    labels = own.meta.labels if own else {}
    gathered = members(found, templates)
    made = workloads(place, gathered, inputs.named.workloads, labels, inputs.has_pods)
    known = frozenset().union(*found.known.values()) if found.known else frozenset()
    key = Key(place[0], "", place[1])
    return Part(
        inputs=inputs,
        namespace=NamespaceThing(
            key,
            known | {TELEMETRY} if inputs.named != NOTHING else known,
            own,
            proxies.of_namespace(labels if own else None),
        ),
        workloads=made,
        apps=_apps(place, made.values(), inputs.named.apps),
        services=services(place, found, inputs.named.services, made, gathered.pods),
        events=_events(place, found, gathered, templates),
    )


def _apps(place: Place, made: Iterable[Workload], named: Iterable[NamedApp]) -> dict[Key, App]:
    """By name: workloads whose labels say so, and those that telemetry reports under it."""
    known: dict[str, set[str]] = {}
    members_of: dict[str, set[Key]] = {}
    versions: dict[str, set[str]] = {}
    for workload in made:
        if name := workload.identity.app:
            known.setdefault(name, set()).update(workload.known)
            members_of.setdefault(name, set()).add(workload.key)
            versions.setdefault(name, set()).add(workload.identity.version)
    for one in named:
        known.setdefault(one.name, set()).add(TELEMETRY)
        if one.workload:
            members_of.setdefault(one.name, set()).add(Key(*place, one.workload))
        versions.setdefault(one.name, set()).add(one.version)
    return {
        Key(*place, name): App(
            key=Key(*place, name),
            known=frozenset(sources),
            workloads=tuple(sorted(members_of.get(name, ()))),
            versions=tuple(sorted(filter(None, versions.get(name, ())))),
        )
        for name, sources in sorted(known.items())
    }


def _events(
    place: Place, found: Found, gathered: Members, templates: owners.Templates
) -> dict[Key, tuple[Event, ...]]:
    """By the workload they concern, the newest first; those of its pods and their owners count as its own."""
    result: dict[Key, list[Event]] = {}
    for event, _ in found.of(Event):
        name = _concerns(event.about, gathered, templates)
        if name is not None:
            result.setdefault(Key(*place, name), []).append(event)
    return {
        key: tuple(sorted(listed, key=lambda one: one.last_at or 0.0, reverse=True)[:EVENTS_KEPT])
        for key, listed in sorted(result.items())
    }


def _concerns(about: Ref, gathered: Members, templates: owners.Templates) -> str | None:
    if about.kind == "Pod":
        if about.name in gathered.pods:
            return gathered.pods[about.name]
        owner = owners.vanished_pod_owner(about.name, templates)
        return gathered.names.get(owner) if owner else None
    template = templates.get(about)
    return gathered.names.get(owners.template_owner(template) if template else about)
