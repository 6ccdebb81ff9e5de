"""Causes of what is drawn: each unknown edge and node gets that of its strongest hop."""

from collections.abc import Iterable

import numpy as np

from graph.domain import document
from graph.domain.project import Projection
from graph.domain.scene import Scene
from mesh.unknowns import Cause


def edge_causes(scene: Scene, projection: Projection) -> dict[int, document.Reason]:
    """By group, for groups made of nameless hops only. A named hop on the same edge leaves nothing to
    explain.
    """
    causes = projection.ends.causes
    named = np.ones(len(scene.volume), dtype=np.bool_)
    named[list(causes)] = False
    some_named = np.zeros(len(projection.source), dtype=np.bool_)
    for group in (projection.first, projection.onward):
        some_named[group[(group >= 0) & named]] = True
    hops = ((int(projection.first[edge]), float(scene.volume[edge]), cause) for edge, cause in causes.items())
    return _strongest(hop for hop in hops if hop[0] >= 0 and not some_named[hop[0]])


def node_causes(scene: Scene, projection: Projection) -> dict[int, document.Reason]:
    """By node index, for nodes that are no plain workload or app, nor a service that anybody was seen to
    serve.
    """
    placed, hops = projection.ends, scene.hops
    served = {int(place) for place in placed.onward_source[projection.onward >= 0]}
    served |= {int(p) for p in placed.target[projection.shown & hops.known[hops.destination]]}
    found = []
    for edge, cause in placed.causes.items():
        side = placed.target if hops.known[hops.source[edge]] else placed.source
        node = int(side[edge])
        plain = placed.nodes[node].kind in ("workload", "app") or node in served
        if projection.first[edge] >= 0 and not plain:
            found.append((node, float(scene.volume[edge]), cause))
    return _strongest(found)


def _strongest(hops: Iterable[tuple[int, float, Cause]]) -> dict[int, document.Reason]:
    """By place the cause of the hop with most volume; ties by text, so that the order of rows does not
    matter.
    """
    best: dict[int, tuple[float, str, str]] = {}
    for place, volume, cause in hops:
        rank = (round(volume, 9), cause.code, cause.message)
        best[place] = max(best.get(place, rank), rank)
    return {place: document.Reason(code, message) for place, (_, code, message) in best.items()}
