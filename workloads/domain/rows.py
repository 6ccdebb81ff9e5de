"""The rows of every list: what the inventory knows joined with what the graph's own sums say."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from graph.domain.nodes import Node
from graph.domain.project import Projection, project
from graph.domain.query import GraphQuery, GraphType
from graph.domain.scene import Scene
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
from mesh.hops import Ints, is_known
from workloads.domain.amounts import flows, sums
from workloads.domain.judging import verdicts
from workloads.domain.things import Kind, Object, Thing

KINDS: Final[tuple[Kind, ...]] = ("namespaces", "apps", "workloads", "services")
_GRAPH: Final[dict[Kind, GraphType]] = {
    "namespaces": "workload",
    "apps": "app",
    "workloads": "workload",
    "services": "service",
}
_NODE: Final[dict[Kind, str]] = {"apps": "app", "workloads": "workload", "services": "service"}
_TELEMETRY: Final = frozenset(["telemetry"])
_UNKNOWN_PROXY: Final = ProxyState(
    "unknown", "Only traffic tells of it; nothing says how it takes part in the mesh."
)
_NO_LABELS: Final = "Its telemetry names no app."


def rows(
    kind: Kind,
    scene: Scene,
    world: World,
    workloads: Sequence[Thing] = (),
    quiet: Iterable[str] = (),
) -> tuple[Thing, ...]:
    """All rows of a kind by name. For namespaces: ``workloads`` are the rows of that kind, which they count,
    and ``quiet`` the names that older traffic had.
    """
    projection = project(scene, GraphQuery(type=_GRAPH[kind]), None)
    objects = dict(_objects(kind, world))
    member = _members(kind, projection, objects)
    if kind == "namespaces":
        objects |= _remembered(objects, quiet)
    keys = list(objects)
    found = sums(projection, member, len(keys))
    judged = verdicts(kind, found.flows, list(objects.values()), scene.window_seconds)
    inbound = flows(scene, found.inbound)
    outbound = flows(scene, found.outbound)
    counts = _statuses(workloads) if kind == "namespaces" else {}
    made = (
        Thing(
            kind,
            key,
            thing,
            verdict,
            into,
            out,
            *_pods(thing, world),
            counts.get((key.cluster, key.name), {}),
        )
        for (key, thing), verdict, into, out in zip(objects.items(), judged, inbound, outbound, strict=True)
    )
    return tuple(sorted(made, key=lambda row: (row.key.namespace, row.key.name, row.key.cluster)))


def _objects(kind: Kind, world: World) -> Mapping[Key, Object]:
    tables: Mapping[Kind, Mapping[Key, Any]] = {
        "namespaces": world.namespaces,
        "apps": world.apps,
        "workloads": world.workloads,
        "services": world.services,
    }
    return tables[kind]


def _members(kind: Kind, projection: Projection, objects: dict[Key, Object]) -> Ints:
    """Each node's row, -1 for nodes that are none. What only the snapshot names becomes a row too: the world
    may be a moment behind it.
    """
    places = {key: place for place, key in enumerate(objects)}
    member = np.full(len(projection.ends.nodes), -1, dtype=np.int64)
    for index, node in enumerate(projection.ends.nodes):
        key = _key(kind, node)
        if key is None:
            continue
        if key not in places:
            places[key] = len(places)
            objects[key] = _unlisted(kind, key, node)
        member[index] = places[key]
    return member


def _key(kind: Kind, node: Node) -> Key | None:
    if kind == "namespaces":
        return Key(node.cluster, "", node.namespace) if is_known(node.namespace) else None
    if node.kind != _NODE[kind]:
        return None
    name = {"apps": node.app, "workloads": node.workload, "services": node.service}[kind]
    return Key(node.cluster, node.namespace, name)


def _unlisted(kind: Kind, key: Key, node: Node) -> Object:
    """What only traffic proves, as the inventory would say it."""
    if kind == "namespaces":
        return NamespaceThing(key, _TELEMETRY, None, _UNKNOWN_PROXY)
    if kind == "apps":
        return App(key, _TELEMETRY)
    if kind == "services":
        return ServiceThing(key, _TELEMETRY)
    identity = Identity(node.app, node.version, app_missing="" if node.app else _NO_LABELS)
    return Workload(key, "", _TELEMETRY, identity, _UNKNOWN_PROXY)


def _remembered(objects: Iterable[Key], names: Iterable[str]) -> dict[Key, Object]:
    """Namespaces that only older traffic named, so that nobody knows their cluster."""
    there = {key.name for key in objects}
    keys = (Key("", "", name) for name in sorted(set(names) - there))
    return {key: NamespaceThing(key, _TELEMETRY, None, _UNKNOWN_PROXY) for key in keys}


def _statuses(workloads: Iterable[Thing]) -> dict[tuple[str, str], dict[str, int]]:
    """Per cluster and namespace how many workloads have which status."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for row in workloads:
        found.setdefault((row.key.cluster, row.key.namespace), Counter())[row.verdict.status] += 1
    return {place: dict(counts) for place, counts in found.items()}


def _pods(thing: Object, world: World) -> tuple[tuple[int, int] | None, int | None]:
    """Ready and desired pods, and restarts; None where nobody tells."""
    if isinstance(thing, NamespaceThing):
        return None, None
    if isinstance(thing, Workload):
        return _counted([thing])
    if isinstance(thing, App):
        return _counted([world.workloads[key] for key in thing.workloads if key in world.workloads])
    if not thing.endpoints:
        return None, None
    return (sum(endpoint.ready for endpoint in thing.endpoints), len(thing.endpoints)), None


def _counted(members: Sequence[Workload]) -> tuple[tuple[int, int] | None, int | None]:
    counted = [(w.ready, w.desired) for w in members if w.ready is not None and w.desired is not None]
    restarts = [w.restarts for w in members if w.restarts is not None]
    pods = (sum(ready for ready, _ in counted), sum(wanted for _, wanted in counted)) if counted else None
    return pods, sum(restarts) if restarts else None
