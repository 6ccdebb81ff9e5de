"""Whose traffic is meant: a thing of the inventory found again among the nodes of a graph."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from graph.domain.nodes import Ends, Node, ends, node_id
from graph.domain.query import GraphType
from graph.domain.scene import Scene
from inventory.domain.world import Key
from mesh.hops import Bools, Ints
from workloads.domain.things import Kind

#: The type of graph that shows a kind, and how it is written in links.
GRAPH_TYPES: Final[dict[Kind, GraphType]] = {
    "workloads": "workload",
    "apps": "app",
    "services": "workload",
    "namespaces": "workload",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing by kind and key; of a namespace the key's name is the namespace."""

    kind: Kind
    key: Key

    @property
    def namespace(self) -> str:
        """The namespace it lies in, or is."""
        return self.key.name if self.kind == "namespaces" else self.key.namespace

    @property
    def node(self) -> str:
        """Its id in a graph, for ``select`` and ``only``."""
        cluster, namespace, name = self.key
        if self.kind == "namespaces":
            return node_id("bn", cluster, name)
        if self.kind == "services" and (not namespace or is_host(name)):
            return node_id("x", cluster, name)
        return node_id({"workloads": "w", "apps": "a", "services": "s"}[self.kind], *self.key)


def is_host(name: str) -> bool:
    """Whether a service's name is a whole host: those of the registry have neither dot nor port."""
    return "." in name or ":" in name


@dataclass(frozen=True, slots=True)
class Placed:
    """The ends of every edge as the subject's own graph places them, and per edge whether it comes in
    (``inbound``) or goes out (``outbound``); what a thing calls of itself is both.
    """

    ends: Ends
    inbound: Bools
    outbound: Bools


def placed(scene: Scene, subject: Subject) -> Placed:
    """Find the subject's edges. A service has no outbound: what it sends is sent by its workloads."""
    table = ends(scene, GRAPH_TYPES[subject.kind], subject.kind == "services")
    if subject.kind == "namespaces":
        table = _by_namespace(scene, table)
    own = np.fromiter((_is(node, subject) for node in table.nodes), np.bool_, len(table.nodes))
    nothing = np.full(len(table.source), -1, dtype=np.int64)
    table = replace(table, onward_source=nothing, onward_target=nothing)
    outbound = np.zeros(len(table.source), np.bool_) if subject.kind == "services" else own[table.source]
    return Placed(table, scene.active & own[table.target], scene.active & outbound)


def _is(node: Node, subject: Subject) -> bool:
    cluster, namespace, name = subject.key
    if subject.kind == "namespaces":
        return node.kind == "namespace" and (node.cluster, node.name) == (cluster, name)
    if (node.cluster, node.namespace) != (cluster, namespace):
        return False
    if subject.kind == "services":
        return node.kind in ("service", "external") and node.service == name
    if subject.kind == "apps":
        return node.kind == "app" and node.app == name
    return node.kind == "workload" and node.workload == name


def _by_namespace(scene: Scene, table: Ends) -> Ends:
    """The same edges between namespaces; what lies in none stays what it is. Once per scene."""
    if "by namespace" not in scene.memo:
        index: dict[Node, int] = {}
        home = np.array([index.setdefault(_home(node), len(index)) for node in table.nodes], dtype=np.int64)
        nodes = tuple(index)
        scene.memo["by namespace"] = replace(
            table,
            nodes=nodes,
            source=home[table.source] if len(home) else table.source,
            target=home[table.target] if len(home) else table.target,
            rank=_rank(nodes),
        )
    found: Ends = scene.memo["by namespace"]
    return found


def _home(node: Node) -> Node:
    if not node.namespace:
        return node
    return Node(
        node_id("bn", node.cluster, node.namespace), "namespace", node.namespace, node.cluster, node.namespace
    )


def _rank(nodes: tuple[Node, ...]) -> Ints:
    order = sorted(range(len(nodes)), key=lambda place: nodes[place].id)
    rank = np.zeros(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank
