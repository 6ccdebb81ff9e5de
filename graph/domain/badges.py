"""Marks on nodes that telemetry alone can give."""

import numpy as np

from graph.domain.project import Projection
from graph.domain.scene import Scene


def badges(scene: Scene, projection: Projection) -> dict[int, list[str]]:
    """Per node index its marks: ``gateway`` and ``waypoint`` (by Istio's naming), ``no-sidecar`` (named by
    others, never heard itself) and ``root`` (nobody calls it).
    """
    hops, placed = scene.hops, projection.ends
    found: dict[int, list[str]] = {}
    for place in np.union1d(projection.source, projection.target).tolist():
        words = f"{placed.nodes[place].workload} {placed.nodes[place].app}".lower()
        found[place] = [mark for mark in ("gateway", "waypoint") if mark in words]
    by_waypoint = hops.reporter == 2
    for node_of, workload in ((placed.source, hops.source), (placed.target, hops.destination)):
        silent = projection.shown & hops.known[workload] & ~hops.reports[workload] & ~by_waypoint
        for place in found.keys() & set(node_of[silent].tolist()):
            if placed.nodes[place].kind == "workload" and "no-sidecar" not in found[place]:
                found[place].append("no-sidecar")
    for place in np.setdiff1d(projection.source, projection.target).tolist():
        found[place].append("root")
    return found
