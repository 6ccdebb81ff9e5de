"""Boxes around nodes: cluster, namespace, app, nested in this order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.domain.nodes import Node, node_id
from graph.domain.query import Box
from mesh.hops import Ints

_PREFIX: Final[dict[Box, str]] = {"cluster": "bc", "namespace": "bn", "app": "ba"}


@dataclass(frozen=True, slots=True)
class Boxed:
    """One box with its parent's id, and which nodes (by index) it holds, directly or deeper."""

    id: str
    box: Box
    name: str
    cluster: str
    namespace: str | None
    app: str | None
    parent: str | None
    members: tuple[int, ...]


def boxes(
    nodes: Sequence[Node], shown: Sequence[int], wanted: tuple[Box, ...]
) -> tuple[list[Boxed], dict[int, str]]:
    """The boxes of the shown nodes, and each node's innermost box. An app box needs at least two members."""
    chains = {place: list(_chain(nodes[place], wanted)) for place in shown}
    members: dict[tuple[Box, tuple[str, ...]], list[int]] = {}
    for place, chain in chains.items():
        for key in chain:
            members.setdefault(key, []).append(place)
    kept = {key for key, inside in members.items() if key[0] != "app" or len(inside) > 1}
    ids = {key: node_id(_PREFIX[key[0]], *key[1]) for key in kept}
    found, parents = [], {}
    for place, chain in chains.items():
        if inner := [ids[key] for key in chain if key in kept]:
            parents[place] = inner[-1]
    for key in sorted(kept, key=lambda k: ids[k]):
        chain = [k for k in chains[members[key][0]] if k in kept]
        above = chain[: chain.index(key)]
        cluster, namespace, app = (*key[1], None, None)[:3]
        name = key[1][-1]
        parent = ids[above[-1]] if above else None
        found.append(Boxed(ids[key], key[0], name, str(cluster), namespace, app, parent, tuple(members[key])))
    return found, parents


def _chain(node: Node, wanted: tuple[Box, ...]) -> Iterator[tuple[Box, tuple[str, ...]]]:
    """The boxes a node belongs to, outermost first. Nodes without a namespace are in their cluster's box
    only.
    """
    for box in wanted:
        if box == "cluster":
            yield box, (node.cluster,)
        elif box == "namespace" and node.namespace:
            yield box, (node.cluster, node.namespace)
        elif box == "app" and node.namespace and node.app:
            yield box, (node.cluster, node.namespace, node.app)


def membership(found: Sequence[Boxed], nodes: int, level: Box) -> tuple[Ints, list[int]]:
    """Per node the number of its box among those of one level (-1 for none), and which boxes these are."""
    member = np.full(nodes, -1, dtype=np.int64)
    places = [place for place, box in enumerate(found) if box.box == level]
    for number, place in enumerate(places):
        member[list(found[place].members)] = number
    return member, places
