"""Health of the drawn edges and nodes, judged by ``mesh.health`` per protocol and direction."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from graph.domain import document
from graph.domain.flows import Flows
from graph.domain.project import Projection
from graph.domain.scene import BY_KIND
from mesh.health import HEALTHY, IDLE, STATUSES, Reason, Severities, reasons, severities
from mesh.hops import PROTOCOLS, Bools, Floats


@dataclass(frozen=True, slots=True)
class Verdicts:
    """One per drawn edge and one per node of the projection's table."""

    edges: list[document.Health]
    nodes: list[document.Health]


def edge_health(
    projection: Projection, window_seconds: float, most: int | None = None
) -> list[document.Health]:
    """One verdict per drawn edge, with at most so many reasons, worst first."""
    by_kind = projection.amounts[:, BY_KIND]
    found = severities(by_kind, _active(projection.amounts), window_seconds)
    protocol = projection.protocol.tolist()
    out = _plain(found)
    for row in np.flatnonzero((found.by_tolerance != HEALTHY).any(axis=1)).tolist():
        name = PROTOCOLS[protocol[row]]
        why = reasons(by_kind[row], found.by_tolerance[row], name, window_seconds)
        out[row] = _health(int(found.status[row]), why[:most])
    return out


def flow_health(found: Flows, window_seconds: float, most: int | None = None) -> list[document.Health]:
    """One verdict per member: the worst of each protocol's requests it receives and sends (Kiali judges
    both). With at most so many reasons, worst first.
    """
    width = len(PROTOCOLS)
    count = len(found.inbound)
    status = np.full(count, IDLE)
    why: dict[int, list[tuple[int, Reason]]] = {}
    for side, words in ((found.inbound, "it receives"), (found.outbound, "it sends")):
        flat = side.reshape(count * width, side.shape[-1])
        judged = severities(flat[:, BY_KIND], _active(flat), window_seconds)
        status = np.maximum(status, judged.status.reshape(count, width).max(axis=1, initial=IDLE))
        for row in np.flatnonzero((judged.by_tolerance != HEALTHY).any(axis=1)).tolist():
            name = PROTOCOLS[row % width]
            levels = judged.by_tolerance[row]
            said = reasons(flat[row, BY_KIND], levels, name, window_seconds, words)
            rank = -int(levels[levels != HEALTHY].max())
            why.setdefault(row // width, []).extend((rank, reason) for reason in said)
    out = [_NO_REASON[state] for state in status.tolist()]
    for member, all_said in why.items():
        ordered = [reason for _, reason in sorted(all_said, key=itemgetter(0))]
        out[member] = _health(int(status[member]), ordered[:most])
    return out


def _active(amounts: Floats) -> Bools:
    return np.asarray(amounts.max(axis=1, initial=0.0) > 0, dtype=np.bool_)


_NO_REASON = [document.Health(status, []) for status in STATUSES]


def _plain(found: Severities) -> list[document.Health]:
    return [_NO_REASON[state] for state in found.status.tolist()]


def _health(status: int, why: Sequence[Reason]) -> document.Health:
    return document.Health(STATUSES[status], [document.Reason(r.code, r.message) for r in why])
