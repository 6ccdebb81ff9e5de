"""Sums of the scene's rows, grouped as a query asks: numbers only, no text."""

from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

import numpy as np

from graph.domain.nodes import Ends, ends, node_id
from graph.domain.query import GraphQuery
from graph.domain.scene import COLUMNS, Scene
from mesh.errors import NotFound
from mesh.hops import PROTOCOLS, TCP, Bools, Floats, Ints, is_known
from mesh.keys import grouped, summed, summed_rows

#: Characters of an edge's id, where they tell it from all others of the graph.
EDGE_ID: Final = 7


@dataclass(frozen=True, slots=True)
class Projection:
    """Groups (the drawn edges) in order of source and target node id.

    Per group: ``source``, ``target`` (into ``nodes``), ``protocol``, ``amounts`` (shape ``(groups,
    COLUMNS)``), ``buckets``, ``has_buckets``, ``volume``, ``outgoing`` (volume of everything its source sends
    in that unit). Per scene edge: ``first`` and ``onward``, the groups of its legs, or -1. ``ids`` are there
    where the groups are part of a larger graph.
    """

    ends: Ends
    source: Ints
    target: Ints
    protocol: Ints
    amounts: Floats
    buckets: Floats
    has_buckets: Bools
    volume: Floats
    outgoing: Floats
    first: Ints
    onward: Ints
    ids: tuple[str, ...] = ()

    @property
    def shown(self) -> Bools:
        """Per scene edge whether it is in the picture; each counts once in totals."""
        return self.first >= 0


def project(scene: Scene, query: GraphQuery, wanted: frozenset[str] | None) -> Projection:
    """Group the edges that have an end in the ``wanted`` namespaces; None means everything."""
    placed = ends(scene, query.type, query.service_nodes)
    drawn = (scene.present if query.idle else scene.active) & _in_scope(scene, query.cluster, wanted)
    return gathered(scene, placed, drawn)


def gathered(scene: Scene, placed: Ends, drawn: Bools) -> Projection:
    """Group the ``drawn`` edges by the nodes of their ends and their protocol."""
    legs = np.concatenate([np.flatnonzero(drawn), np.flatnonzero(drawn & (placed.onward_source >= 0))])
    cut = int(drawn.sum())
    source = np.concatenate([placed.source[legs[:cut]], placed.onward_source[legs[cut:]]])
    target = np.concatenate([placed.target[legs[:cut]], placed.onward_target[legs[cut:]]])
    protocol = scene.hops.protocol[legs]
    group, start = grouped(placed.rank[source], placed.rank[target], protocol)
    size = len(start)
    first, onward = (np.full(len(drawn), -1, dtype=np.int64) for _ in range(2))
    first[legs[:cut]], onward[legs[cut:]] = group[:cut], group[cut:]
    volume = summed(group, scene.volume[legs], size)
    return Projection(
        ends=placed,
        source=source[start],
        target=target[start],
        protocol=protocol[start],
        amounts=summed_rows(group, scene.amounts[legs], size) if size else np.zeros((0, COLUMNS)),
        buckets=summed_rows(group, scene.buckets[legs], size),
        has_buckets=summed(group, scene.has_buckets[legs].astype(np.float64), size) > 0,
        volume=volume,
        outgoing=_outgoing(scene, placed)[source[start], (protocol[start] == TCP).astype(np.int64)],
        first=first,
        onward=onward,
    )


def narrowed(projection: Projection, only: str) -> Projection:
    """The groups that are, or touch, the one with that id. Raises ``NotFound`` when there is none."""
    if not only:
        return projection
    ids = edge_ids(projection)
    matches = [
        only in (source, target, short) or only == edge_id(source, target, protocol)
        for (source, target, protocol), short in zip(_names(projection), ids, strict=True)
    ]
    kept = np.flatnonzero(np.array(matches, dtype=np.bool_))
    if not len(kept):
        raise NotFound(
            "unknown_element", f"Nothing in this graph has the id {only[:100]!r}.", {"only": only[:300]}
        )
    return _part(projection, kept)


def surrounding(projection: Projection, around: str, hops: int) -> Projection:
    """The groups within so many edges of a node, or of a box of a namespace; none of a quiet one."""
    if not around:
        return projection
    seeds = [n.id == around or node_id("bn", n.cluster, n.namespace) == around for n in projection.ends.nodes]
    reached = np.array(seeds, dtype=np.bool_)
    touched = np.zeros(len(projection.source), dtype=np.bool_)
    for _ in range(hops):
        touched = reached[projection.source] | reached[projection.target]
        reached[projection.source[touched]] = True
        reached[projection.target[touched]] = True
    return _part(projection, np.flatnonzero(touched))


def _part(projection: Projection, kept: Ints) -> Projection:
    """Some of the groups, with the ids they have in the whole."""
    ids = edge_ids(projection)
    moved = np.full(len(ids) + 1, -1, dtype=np.int64)
    moved[kept] = np.arange(len(kept))
    return replace(
        projection,
        source=projection.source[kept],
        target=projection.target[kept],
        protocol=projection.protocol[kept],
        amounts=projection.amounts[kept],
        buckets=projection.buckets[kept],
        has_buckets=projection.has_buckets[kept],
        volume=projection.volume[kept],
        outgoing=projection.outgoing[kept],
        first=moved[projection.first],
        onward=moved[projection.onward],
        ids=tuple(ids[place] for place in kept.tolist()),
    )


def edge_id(source: str, target: str, protocol: str) -> str:
    """Stable, the same in every snapshot, and no two alike; ``edge_ids`` gives shorter ones."""
    digest = blake2b(f"{source}\n{target}\n{protocol}".encode(), digest_size=9).digest()
    return "e" + urlsafe_b64encode(digest).decode()


def edge_ids(projection: Projection) -> Sequence[str]:
    """The id of each group: the beginning of ``edge_id``, for ids make a large part of a large document.
    Where two begin alike (36 bits), both are given whole; part of a graph keeps the ids of the whole.
    """
    if projection.ids:
        return projection.ids
    whole = [edge_id(*names) for names in _names(projection)]
    often = Counter(name[:EDGE_ID] for name in whole)
    return [name[:EDGE_ID] if often[name[:EDGE_ID]] == 1 else name for name in whole]


def _names(projection: Projection) -> Iterator[tuple[str, str, str]]:
    ids = [node.id for node in projection.ends.nodes]
    ends_of = zip(projection.source.tolist(), projection.target.tolist(), strict=True)
    for (source, target), protocol in zip(ends_of, projection.protocol.tolist(), strict=True):
        yield ids[source], ids[target], PROTOCOLS[protocol]


def _outgoing(scene: Scene, placed: Ends) -> Floats:
    """Per node what it sends in all, whatever is shown: requests per second, and TCP bytes per second."""
    tcp = (scene.hops.protocol == TCP).astype(np.int64)
    total = np.zeros(len(placed.nodes) * 2)
    for source in (placed.source, placed.onward_source):
        total += summed(np.where(source >= 0, source * 2 + tcp, -1), scene.volume, len(total))
    return total.reshape(-1, 2)


def _in_scope(scene: Scene, cluster: str, wanted: frozenset[str] | None) -> Bools:
    """Edges with an end in a wanted namespace and cluster; a nameless server counts as its service's
    namespace.
    """
    hops = scene.hops
    scope = np.ones(len(hops.source), dtype=np.bool_)
    if wanted is not None:
        inside = np.fromiter((w.namespace in wanted for w in hops.workloads), np.bool_, len(hops.workloads))
        served = np.fromiter((s.namespace in wanted for s in hops.services), np.bool_, len(hops.services))
        scope = inside[hops.source] | inside[hops.destination]
        scope |= served[hops.service] & ~hops.known[hops.destination]
    if cluster:
        here = np.fromiter((w.cluster == cluster for w in hops.workloads), np.bool_, len(hops.workloads))
        scope &= here[hops.source] | here[hops.destination]
    return scope


def namespaces_of(scene: Scene) -> frozenset[str]:
    """Every namespace that the traffic names."""
    found = {w.namespace for w in scene.hops.workloads} | {s.namespace for s in scene.hops.services}
    return frozenset(name for name in found if is_known(name))


def clusters_of(scene: Scene) -> frozenset[str]:
    """Every cluster that the traffic names."""
    return frozenset(w.cluster for w in scene.hops.workloads)
