"""Who a thing talks to: one row per peer, direction and protocol, from one snapshot's scene.

A row is an edge of the thing's own graph, so that page, graph and API give the same numbers; what the edge
is made of (versions, services asked, ways it ended) is below it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeVar

import numpy as np
from msgspec import Struct, structs

from graph.domain import document
from graph.domain.edges import edges, latencies, rates, shares
from graph.domain.lists import edge_lists
from graph.domain.nodes import Node
from graph.domain.numbers import listed
from graph.domain.project import Projection, gathered
from graph.domain.scene import Scene
from graph.domain.verdicts import Verdicts, edge_health
from mesh import flags
from mesh.hops import PROTOCOLS, TCP, Bools, Ints, is_known
from mesh.identity import Service, Workload
from mesh.keys import grouped, summed, summed_rows
from mesh.response import Kind as Ending
from mesh.response import kind as ending
from workloads.domain.subject import Subject, placed

Direction = Literal["inbound", "outbound"]
T = TypeVar("T")
#: Most versions or services below one row; the strongest ones.
MOST: Final = 30


class Peer(Struct, frozen=True, gc=False):
    """The other end. ``kind`` is a graph node's, or ``namespace``; ``id`` is its id in the graph."""

    id: str
    kind: str
    name: str
    cluster: str | None
    namespace: str | None
    workload: str | None
    app: str | None
    version: str | None
    service: str | None


class Ended(Struct, frozen=True, gc=False):
    """One way requests (of TCP: connections) ended. ``words`` explain the flags; ``share`` is of the row."""

    code: str
    grpc_status: str
    grpc_name: str
    flags: str
    words: str
    kind: Literal["ok", "http_4xx", "http_5xx", "no_response", "grpc", "tcp_failed"]
    rate: float
    share: float | None


class Side(Struct, frozen=True, gc=False):
    """A workload in one version; a name is None where telemetry has none."""

    namespace: str | None
    workload: str | None
    app: str | None
    version: str | None


class Versions(Struct, frozen=True, gc=False):
    """The part of a row between two workloads in their versions. ``share`` is of the row."""

    source: Side
    destination: Side
    rate: float
    share: float | None
    error_share: float | None
    latency: document.Latency | None


class AskedFor(Struct, frozen=True, gc=False):
    """The part of a row that asked for one service. ``share`` is of the row."""

    namespace: str | None
    name: str
    host: str
    rate: float
    share: float | None
    error_share: float | None
    latency: document.Latency | None


class Row(Struct, frozen=True, gc=False):
    """One peer, direction and protocol. ``share`` is of everything in that direction: of its requests, or of
    its TCP bytes. The rest is as on the graph's edge of that ``id`` and protocol.
    """

    direction: Direction
    peer: Peer
    protocol: Literal["http", "grpc", "tcp"]
    rate: float | None
    share: float | None
    error_rate: float | None
    error_share: float | None
    errors: document.Errors | None
    latency: document.Latency | None
    latency_buckets: document.Buckets | None
    request_bytes_rate: float | None
    response_bytes_rate: float | None
    tcp: document.Tcp | None
    grpc: document.Messages | None
    mtls_share: float | None
    mtls: document.Mtls
    principals: document.Principals
    responses: list[Ended]
    versions: list[Versions]
    services: list[AskedFor]
    reporters: list[str]
    health: document.Health
    cause: document.Reason | None


def traffic(scene: Scene, subject: Subject) -> list[Row]:
    """Every row of the subject, strongest first, inbound before outbound."""
    found = placed(scene, subject)
    incoming = _rows(scene, "inbound", gathered(scene, found.ends, found.inbound), found.inbound)
    outgoing = _rows(scene, "outbound", gathered(scene, found.ends, found.outbound), found.outbound)
    return incoming + outgoing


def _rows(scene: Scene, direction: Direction, projection: Projection, drawn: Bools) -> list[Row]:
    if not len(projection.source):
        return []
    nothing: list[document.Health] = []
    verdicts = Verdicts(edge_health(projection, scene.window_seconds), nothing)
    drawn_edges = edges(scene, projection, verdicts, edge_lists(scene, projection))
    peers = (projection.source if direction == "inbound" else projection.target).tolist()
    share = _shares(projection)
    versions, services = _versions(scene, projection, drawn), _services(scene, projection, drawn)
    volume = projection.volume.tolist()
    order = sorted(range(len(peers)), key=lambda i: (-volume[i], projection.ends.nodes[peers[i]].id))
    return [
        _row(direction, projection.ends.nodes[peers[i]], drawn_edges[i], share[i], versions[i], services[i])
        for i in order
    ]


def _row(
    direction: Direction,
    peer: Node,
    edge: document.Edge,
    share: float | None,
    versions: list[Versions],
    services: list[AskedFor],
) -> Row:
    given = structs.asdict(edge)
    same = {name: given[name] for name in Row.__struct_fields__ if name in given}
    same |= {"direction": direction, "share": share, "versions": versions, "services": services}
    return Row(**same | {"peer": _peer(peer), "responses": _ended(edge)})


def _peer(node: Node) -> Peer:
    rest = (node.cluster, node.namespace, node.workload, node.app, node.version, node.service)
    return Peer(node.id, node.kind, node.name, *(value or None for value in rest))


def _shares(projection: Projection) -> list[float | None]:
    """Of what flows in this direction: requests among requests, bytes among bytes."""
    is_tcp = (projection.protocol == TCP).astype(np.int64)
    whole = summed(is_tcp, projection.volume, 2)[is_tcp]
    return listed(shares(projection.volume, whole))


_ENDINGS: Final[dict[Ending, Any]] = {
    Ending.OK: "ok",
    Ending.HTTP_4XX: "http_4xx",
    Ending.HTTP_5XX: "http_5xx",
    Ending.NO_RESPONSE: "no_response",
    Ending.GRPC: "grpc",
    Ending.TCP_FAILED: "tcp_failed",
}


def _ended(edge: document.Edge) -> list[Ended]:
    """The edge's answers with their meaning. ``-`` (no flag) is no flag."""
    protocol = PROTOCOLS.index(edge.protocol)
    answers = edge.responses or []
    total = sum(answer.rate for answer in answers)
    part = listed(shares(np.array([a.rate for a in answers]), np.full(len(answers), total)))
    return [
        Ended(
            code=answer.code,
            grpc_status=answer.grpc_status,
            grpc_name=flags.grpc_name(answer.grpc_status),
            flags="" if answer.flags == "-" else answer.flags,
            words=flags.explained(answer.flags),
            kind=_ENDINGS[ending(answer.code, answer.grpc_status, answer.flags, protocol)],
            rate=answer.rate,
            share=share,
        )
        for answer, share in zip(answers, part, strict=True)
    ]


#: Rate, share, error share and latency: what every part of a row has.
_Part = tuple[float, float | None, float | None, document.Latency | None]


def _versions(scene: Scene, projection: Projection, drawn: Bools) -> list[list[Versions]]:
    hops = scene.hops

    def make(edge: int, part: _Part) -> Versions:
        ends = (hops.workloads[hops.source[edge]], hops.workloads[hops.destination[edge]])
        return Versions(_side(ends[0]), _side(ends[1]), *part)

    return _parts(scene, projection, drawn, (hops.source, hops.destination), make)


def _side(workload: Workload) -> Side:
    named = (workload.namespace, workload.name, workload.app, workload.version)
    return Side(*(value if is_known(value) else None for value in named))


def _services(scene: Scene, projection: Projection, drawn: Bools) -> list[list[AskedFor]]:
    hops = scene.hops

    def make(edge: int, part: _Part) -> AskedFor:
        service: Service = hops.services[hops.service[edge]]
        namespace = service.namespace if is_known(service.namespace) else None
        return AskedFor(namespace, service.name, service.host, *part)

    return _parts(scene, projection, drawn, (hops.service,), make)


def _parts(
    scene: Scene,
    projection: Projection,
    drawn: Bools,
    columns: Sequence[Ints],
    make: Callable[[int, _Part], T],
) -> list[list[T]]:
    """Per group its edges summed by the ``columns``, strongest first; ``make`` gets any edge of the part."""
    edge = np.flatnonzero(drawn)
    group = projection.first[edge]
    part, first = grouped(group, *(column[edge] for column in columns))
    size = len(first)
    whole, volume = group[first], summed(part, scene.volume[edge], size)
    protocol = scene.hops.protocol[edge][first]
    amounts = summed_rows(part, scene.amounts[edge], size)
    buckets = summed_rows(part, scene.buckets[edge], size)
    known = summed(part, scene.has_buckets[edge].astype(np.float64), size) > 0
    found = rates(amounts, protocol)
    rate = [value or 0 for value in listed(found.rate)]
    share = listed(shares(volume, projection.volume[whole]))
    failed = listed(shares(found.error_rate, found.judged))
    latency = list(latencies(scene, amounts, buckets, known))
    out: list[list[T]] = [[] for _ in range(len(projection.source))]
    for place in np.lexsort((edge[first], -np.round(volume, 9))).tolist():
        mine = out[int(whole[place])]
        if len(mine) < MOST:
            mine.append(
                make(int(edge[first[place]]), (rate[place], share[place], failed[place], latency[place]))
            )
    return out
