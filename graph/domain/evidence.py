"""The evidence behind every nameless side of an edge, and the cause it points to."""

import numpy as np

from graph.domain.scene import Scene
from mesh.hops import Bools
from mesh.keys import stacked
from mesh.traffic import CounterName
from mesh.unknowns import Cause, Evidence, destination_cause, source_cause


def edge_causes(scene: Scene) -> dict[int, Cause]:
    """The cause of every counted edge that lacks a name on one side, by edge index."""
    hops, answers = scene.hops, scene.counted.traffic.answers
    nameless_source = ~hops.known[hops.source]
    nameless = (nameless_source | ~hops.known[hops.destination]) & scene.present
    found: dict[int, Cause] = {}
    rows = _rows_by_edge(scene, nameless)
    for edge in np.flatnonzero(nameless).tolist():
        strongest = [answers[a] for a in rows.get(edge, ())]
        evidence = Evidence(
            tuple(dict.fromkeys(a.source_principal for a in strongest)),
            tuple(dict.fromkeys(a.destination_principal for a in strongest)),
            tuple(dict.fromkeys(a.security for a in strongest)),
            tuple(dict.fromkeys(a.flags for a in strongest)),
        )
        source, destination = hops.workloads[hops.source[edge]], hops.workloads[hops.destination[edge]]
        service = hops.services[hops.service[edge]]
        if nameless_source[edge]:
            found[edge] = source_cause(source, destination, service, evidence)
        else:
            found[edge] = destination_cause(source, service, evidence)
    return found


def _rows_by_edge(scene: Scene, wanted: Bools) -> dict[int, list[int]]:
    """Answer indices of the wanted edges, by falling rate; bytes stand in where no TCP connection closed."""
    columns: tuple[CounterName, ...] = ("requests", "tcp_closed", "tcp_opened", "tcp_sent", "tcp_received")
    edge, answer, rate = stacked(scene.counted.traffic, *columns)
    inside = wanted[edge]
    edge, answer, rate = edge[inside], answer[inside], rate[inside]
    found: dict[int, list[int]] = {}
    answers = scene.counted.traffic.answers
    for place in sorted(
        range(len(rate)), key=lambda row: (-round(float(rate[row]), 9), answers[answer[row]])
    ):
        found.setdefault(int(edge[place]), []).append(int(answer[place]))
    return found
