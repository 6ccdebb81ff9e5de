"""A query and a scene in, the whole document out."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

import numpy as np

from graph.domain import document
from graph.domain.badges import badges
from graph.domain.boxes import Boxed, boxes, membership
from graph.domain.causes import node_causes
from graph.domain.edges import SUMMARY_DIGITS, edges
from graph.domain.flows import Flows, flows, member_flows, traffic
from graph.domain.lists import edge_lists
from graph.domain.numbers import DIGITS
from graph.domain.project import Projection, narrowed, project, surrounding
from graph.domain.query import GraphQuery
from graph.domain.scene import Scene
from graph.domain.totals import totals
from graph.domain.verdicts import Verdicts, edge_health, flow_health
from mesh.hops import Ints

#: With ``detail=auto``, documents up to this many edges carry everything.
FULL_UP_TO: Final = 1500
#: In a summary the worst reason stands for all; what is asked alone has them all.
SUMMARY_REASONS: Final = 1


def build(
    scene: Scene, query: GraphQuery, wanted: frozenset[str] | None, namespaces: Sequence[str]
) -> document.Document:
    """The document. ``wanted`` limits the edges (None: all), ``namespaces`` are those the caller may see."""
    projection = narrowed(project(scene, query, wanted), query.only)
    projection = surrounding(projection, query.around, query.hops)
    detail = _detail(query, len(projection.source))
    nodes = projection.ends.nodes
    found = flows(projection, np.arange(len(nodes)), len(nodes))
    most = None if detail == "full" else SUMMARY_REASONS
    verdicts = Verdicts(
        edge_health(projection, scene.window_seconds, most),
        flow_health(_judged(projection, found), scene.window_seconds, most),
    )
    lists = edge_lists(scene, projection) if detail == "full" else None
    drawn_edges = edges(scene, projection, verdicts, lists)
    shown = sorted({*projection.source.tolist(), *projection.target.tolist()}, key=lambda n: nodes[n].id)
    boxed, parents = boxes(nodes, shown, query.box)
    places = np.array(shown, dtype=np.int64)
    digits = DIGITS if detail == "full" else SUMMARY_DIGITS
    amounts = traffic(Flows(found.inbound[places], found.outbound[places]), digits)
    drawn = _nodes(scene, projection, zip(shown, amounts, strict=True), verdicts.nodes, parents)
    return document.Document(
        type=query.type,
        window_seconds=scene.window_seconds,
        detail=detail,
        namespaces=list(namespaces),
        boxes=list(query.box),
        totals=totals(scene, projection, drawn, drawn_edges),
        nodes=[*_box_nodes(scene, projection, boxed), *drawn],
        edges=drawn_edges,
    )


def _detail(query: GraphQuery, count: int) -> Literal["full", "summary"]:
    if query.detail == "auto":
        return "full" if count <= FULL_UP_TO else "summary"
    return query.detail


def _nodes(
    scene: Scene,
    projection: Projection,
    shown: Iterable[tuple[int, document.Traffic]],
    health: list[document.Health],
    parents: dict[int, str],
) -> list[document.Node]:
    table = projection.ends.nodes
    marks = badges(scene, projection)
    causes = node_causes(scene, projection)
    out = []
    for place, flow in shown:
        node = table[place]
        out.append(
            document.Node(
                id=node.id,
                kind=node.kind,
                name=node.name,
                cluster=node.cluster or None,
                namespace=node.namespace or None,
                workload=node.workload or None,
                app=node.app or None,
                version=node.version or None,
                service=node.service or None,
                parent=parents.get(place),
                traffic=flow,
                health=health[place],
                badges=marks.get(place, []),
                cause=causes.get(place),
            )
        )
    return out


def _box_nodes(scene: Scene, projection: Projection, boxed: list[Boxed]) -> list[document.Node]:
    out: dict[int, document.Node] = {}
    for level in {box.box for box in boxed}:
        member, places = membership(boxed, len(projection.ends.nodes), level)
        found = flows(projection, member, len(places))
        health = _box_health(projection, member, len(places), scene.window_seconds)
        for place, flow, verdict in zip(places, traffic(found), health, strict=True):
            out[place] = _box_node(boxed[place], flow, verdict)
    return [out[place] for place in sorted(out)]


def _judged(projection: Projection, found: Flows) -> Flows:
    """What nodes are judged by. A service is judged by what it receives: what goes out of it is its
    workloads' doing, and where it stands between two others the same requests again.
    """
    nodes = projection.ends.nodes
    service = np.fromiter((node.kind == "service" for node in nodes), dtype=np.bool_, count=len(nodes))
    return Flows(found.inbound, np.where(service[:, None, None], 0.0, found.outbound))


def _box_health(projection: Projection, member: Ints, size: int, window: int) -> list[document.Health]:
    """A box is judged by all requests to its members, whether they come from inside or outside."""
    received = member_flows(projection, member, size).inbound
    return flow_health(Flows(received, np.zeros_like(received)), window)


def _box_node(box: Boxed, flow: document.Traffic, health: document.Health) -> document.Node:
    return document.Node(
        id=box.id,
        kind="box",
        name=box.name,
        cluster=box.cluster,
        namespace=box.namespace,
        workload=None,
        app=box.app,
        version=None,
        service=None,
        parent=box.parent,
        box=box.box,
        traffic=flow,
        health=health,
        badges=[],
        cause=None,
    )
