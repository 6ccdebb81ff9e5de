"""Who the ends of an edge are in each type of graph.

A known workload is one node per type (workload, app, app version). What is not known is never one grey node:
each cause, catch-all cluster and outside host has its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, NamedTuple
from urllib.parse import quote

import numpy as np

from graph.domain.evidence import edge_causes
from graph.domain.query import GraphType
from graph.domain.scene import Scene
from mesh.hops import Bools, Ints, is_known
from mesh.identity import Service, Workload
from mesh.keys import grouped
from mesh.unknowns import Cause, is_real_service, service_kind

_LONGEST_ID: Final = 160


class Node(NamedTuple):
    """One node's identity. ``kind`` as in docs/api.md; absent parts are empty."""

    id: str
    kind: str
    name: str
    cluster: str
    namespace: str
    workload: str = ""
    app: str = ""
    version: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """Per edge of the scene the node indices of its one or two legs; -1 where there is none.

    Without a service node the only leg is ``source → target``. With one it is ``source → target`` (the
    service) and ``onward_source`` (the same service) ``→ onward_target``. ``rank`` is the order of
    the nodes.
    """

    nodes: tuple[Node, ...]
    source: Ints
    target: Ints
    onward_source: Ints
    onward_target: Ints
    rank: Ints
    causes: dict[int, Cause]


def node_id(prefix: str, *parts: str) -> str:
    """A readable id that is stable over time: parts percent-encoded, cut and hashed when long."""
    text = f"{prefix}:" + "/".join(quote(part, safe="", errors="replace") for part in parts)
    if len(text) <= _LONGEST_ID:
        return text
    return f"{text[: _LONGEST_ID - 17]}~{blake2b(text.encode(), digest_size=8).hexdigest()}"


def ends(scene: Scene, kind: GraphType, service_nodes: bool) -> Ends:
    """Place every edge's ends; once per scene, whatever namespaces are looked at."""
    key = ("ends", kind, service_nodes)
    if key not in scene.memo:
        scene.memo[key] = _ends(scene, kind, service_nodes)
    found: Ends = scene.memo[key]
    return found


def _ends(scene: Scene, kind: GraphType, service_nodes: bool) -> Ends:
    placing = _Placing(scene)
    own = placing.workloads("workload" if kind == "service" else kind)
    services, is_service = placing.services()
    source = own[scene.hops.source]
    target = own[scene.hops.destination]
    if kind == "service":
        home = _homes(scene, services, is_service)
        source = np.where(home >= 0, home, source)
        target = np.where(is_service, services, target)
    target = np.where(target >= 0, target, services)
    placing.unknown_ends(source, target)
    onward_source, onward_target = (np.full(len(source), -1, dtype=np.int64) for _ in range(2))
    if service_nodes:
        between = is_service & (target != services)
        onward_source, onward_target = np.where(between, services, -1), np.where(between, target, -1)
        target = np.where(between, services, target)
    nodes = tuple(placing.nodes)
    return Ends(nodes, source, target, onward_source, onward_target, _rank(nodes), placing.causes)


def _rank(nodes: Sequence[Node]) -> Ints:
    """Per node its place in the order of ids, so that equal documents are equal bytes."""
    order = sorted(range(len(nodes)), key=lambda place: nodes[place].id)
    rank = np.zeros(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


class _Placing:
    """The node table while it grows."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.nodes: list[Node] = []
        self.index: dict[str, int] = {}
        self.causes: dict[int, Cause] = scene.memo.get("causes") or edge_causes(scene)
        scene.memo["causes"] = self.causes

    def add(self, node: Node) -> int:
        """The index of the node, new or known."""
        found = self.index.setdefault(node.id, len(self.nodes))
        if found == len(self.nodes):
            self.nodes.append(node)
        return found

    def workloads(self, kind: GraphType) -> Ints:
        """Per workload its node, -1 for the nameless."""
        hops = self.scene.hops
        make = {"workload": _workload, "app": _app, "versioned-app": _version}[kind]
        found = (
            self.add(make(w)) if known else -1 for w, known in zip(hops.workloads, hops.known, strict=True)
        )
        return np.fromiter(found, dtype=np.int64, count=len(hops.workloads))

    def services(self) -> tuple[Ints, Bools]:
        """Per edge the node of its service (-1 for none), and whether it is a real service."""
        hops = self.scene.hops
        if not len(hops.service):
            return hops.service, np.zeros(0, dtype=np.bool_)
        group, first = grouped(_cluster_numbers(hops.workloads)[hops.destination], hops.service)
        places, real = [], []
        for edge in first.tolist():
            service = hops.services[hops.service[edge]]
            node = _service(hops.workloads[hops.destination[edge]].cluster, service)
            places.append(self.add(node) if node else -1)
            real.append(is_real_service(service))
        return np.array(places, dtype=np.int64)[group], np.array(real, dtype=np.bool_)[group]

    def unknown_ends(self, source: Ints, target: Ints) -> None:
        """Give the ends that have no node yet the node of their cause."""
        workloads, hops = self.scene.hops.workloads, self.scene.hops
        for edge in np.flatnonzero(source < 0).tolist():
            source[edge] = self.add(_unknown(workloads[hops.source[edge]], self.causes.get(edge)))
        for edge in np.flatnonzero(target < 0).tolist():
            target[edge] = self.add(_unknown(workloads[hops.destination[edge]], self.causes.get(edge)))


def _cluster_numbers(workloads: Sequence[Workload]) -> Ints:
    names: dict[str, int] = {}
    return np.array([names.setdefault(w.cluster, len(names)) for w in workloads], dtype=np.int64)


def _known_or_empty(value: str) -> str:
    return value if is_known(value) else ""


def _workload(w: Workload) -> Node:
    app, version = _known_or_empty(w.app), _known_or_empty(w.version)
    return Node(
        node_id("w", w.cluster, w.namespace, w.name),
        "workload",
        w.name,
        w.cluster,
        w.namespace,
        w.name,
        app,
        version,
    )


def _app(w: Workload) -> Node:
    if not is_known(w.app):
        return _workload(w)
    return Node(node_id("a", w.cluster, w.namespace, w.app), "app", w.app, w.cluster, w.namespace, app=w.app)


def _version(w: Workload) -> Node:
    if not is_known(w.app):
        return _workload(w)
    version = _known_or_empty(w.version)
    name = f"{w.app} {version}".strip()
    parts = (w.cluster, w.namespace, w.app, version)
    return Node(node_id("v", *parts), "app", name, w.cluster, w.namespace, app=w.app, version=version)


def _service(cluster: str, service: Service) -> Node | None:
    kind, name = service_kind(service), service.name
    if kind == "passthrough":
        return Node(node_id("p", cluster, name), kind, name, cluster, "")
    if kind == "blackhole":
        return Node(node_id("h", cluster), kind, name, cluster, "")
    namespace = _known_or_empty(service.namespace)
    if kind == "external":
        host = service.host if is_known(service.host) else name
        return Node(node_id("x", cluster, host), kind, host, cluster, namespace, service=host)
    if kind == "service":
        return Node(node_id("s", cluster, namespace, name), kind, name, cluster, namespace, service=name)
    return None


def _unknown(w: Workload, cause: Cause | None) -> Node:
    namespace = _known_or_empty(w.namespace)
    code = cause.code if cause else "no_peer_metadata"
    return Node(node_id("u", w.cluster, namespace, code), "unknown", "unknown", w.cluster, namespace)


def _homes(scene: Scene, services: Ints, is_service: Bools) -> Ints:
    """Per edge the service that its source workload stands for in the service graph, -1 for none.

    A workload behind several services is drawn once, or its calls would count twice: the service called as
    its app wins, else the one with most traffic (ties by name).
    """
    hops = scene.hops
    inbound = is_service & hops.known[hops.destination] & scene.present
    edges = np.flatnonzero(inbound)
    if not len(edges):
        return np.full(len(hops.source), -1, dtype=np.int64)
    group, first = grouped(hops.identity[hops.destination[edges]], services[edges])
    rate = np.bincount(group, weights=scene.volume[edges])
    best: dict[int, tuple[tuple[bool, float, str, str], int]] = {}
    for place, edge in enumerate(edges[first].tolist()):
        workload, service = hops.workloads[hops.destination[edge]], hops.services[hops.service[edge]]
        same = service.name == workload.app and service.namespace == workload.namespace
        rank = (same, float(rate[place]), service.namespace, service.name)
        identity = int(hops.identity[hops.destination[edge]])
        if identity not in best or rank > best[identity][0]:
            best[identity] = (rank, int(services[edge]))
    table = np.full(int(hops.identity.max(initial=-1)) + 1, -1, dtype=np.int64)
    for identity, (_, node) in best.items():
        table[identity] = node
    return np.asarray(table[hops.identity[hops.source]], dtype=np.int64)
