"""Namespaces as a list: what their workloads receive and send, and how healthy that is."""

from collections.abc import Iterable
from typing import Literal

import numpy as np
from msgspec import Struct

from graph.domain import document
from graph.domain.flows import Flows, member_flows, traffic
from graph.domain.nodes import Node
from graph.domain.project import project
from graph.domain.query import GraphQuery
from graph.domain.scene import Scene
from graph.domain.verdicts import flow_health

_QUIET = document.Traffic(document.Direction(), document.Direction())


class Namespace(Struct, frozen=True):
    """One namespace of one cluster. ``cluster`` is None when only older traffic named it."""

    cluster: str | None
    namespace: str
    name: str
    kind: Literal["namespace"]
    health: document.Health
    traffic: document.Traffic
    workloads: int


def namespaces(scene: Scene, visible: Iterable[str]) -> list[Namespace]:
    """Every visible namespace by name, quiet ones too. Health is of the requests its workloads receive."""
    projection = project(scene, GraphQuery(), None)
    nodes = projection.ends.nodes
    allowed = set(visible)
    places: dict[tuple[str, str], int] = {}
    member = np.full(len(nodes), -1, dtype=np.int64)
    for index, node in enumerate(nodes):
        if node.namespace in allowed:
            member[index] = places.setdefault((node.cluster, node.namespace), len(places))
    found = member_flows(projection, member, len(places))
    judged = flow_health(Flows(found.inbound, np.zeros_like(found.inbound)), scene.window_seconds)
    sizes = _workloads(nodes)
    items = [
        Namespace(cluster, name, name, "namespace", health, flow, sizes.get((cluster, name), 0))
        for (cluster, name), health, flow in zip(places, judged, traffic(found), strict=True)
    ]
    quiet = allowed - {item.name for item in items}
    items += [
        Namespace(None, name, name, "namespace", document.Health("idle", []), _QUIET, 0) for name in quiet
    ]
    return sorted(items, key=lambda item: (item.name, item.cluster or ""))


def _workloads(nodes: Iterable[Node]) -> dict[tuple[str, str], int]:
    sizes: dict[tuple[str, str], int] = {}
    for node in nodes:
        if node.kind == "workload":
            sizes[node.cluster, node.namespace] = sizes.get((node.cluster, node.namespace), 0) + 1
    return sizes
