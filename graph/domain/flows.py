"""What flows into and out of nodes (or boxes): amounts per direction and protocol."""

from dataclasses import dataclass

import numpy as np

from graph.domain import document
from graph.domain.numbers import DIGITS, listed
from graph.domain.project import Projection
from graph.domain.scene import BY_KIND, COLUMNS, Column
from mesh.hops import PROTOCOLS, TCP, Floats, Ints
from mesh.keys import summed_rows
from mesh.response import errors


@dataclass(frozen=True, slots=True)
class Flows:
    """Shape ``(members, protocols, COLUMNS)`` each."""

    inbound: Floats
    outbound: Floats


def flows(projection: Projection, member: Ints, size: int) -> Flows:
    """Sum the groups per member. ``member`` gives each node's (-1 for none); what stays inside one member of
    several nodes is neither inbound nor outbound, but a node's calls to itself are both.
    """
    source, target = member[projection.source], member[projection.target]
    inside = (source == target) & (projection.source != projection.target)
    width = len(PROTOCOLS)
    both = []
    for end in (target, source):
        key = np.where((end < 0) | inside, -1, end * width + projection.protocol)
        both.append(summed_rows(key, projection.amounts, size * width).reshape(size, width, COLUMNS))
    return Flows(*both)


def member_flows(projection: Projection, member: Ints, size: int) -> Flows:
    """Sum of what each member's nodes receive and send, also among themselves."""
    count = len(projection.ends.nodes)
    single = flows(projection, np.arange(count), count)
    inside = member >= 0
    both = []
    for side in (single.inbound, single.outbound):
        total = np.zeros((size, *side.shape[1:]))
        np.add.at(total, member[inside], side[inside])
        both.append(total)
    return Flows(*both)


def traffic(found: Flows, digits: int = DIGITS) -> list[document.Traffic]:
    """As the document shows them, one per member."""
    sides = [_directions(side, digits) for side in (found.inbound, found.outbound)]
    return [document.Traffic(inbound, outbound) for inbound, outbound in zip(*sides, strict=True)]


def _directions(side: Floats, digits: int) -> list[document.Direction]:
    by_kind = side[:, :, BY_KIND]
    rate = by_kind.sum(axis=2)
    share = np.divide(errors(by_kind), rate, out=np.zeros_like(rate), where=rate > 0)
    columns = []
    for protocol in (0, 1):
        pairs = zip(listed(rate[:, protocol]), listed(share[:, protocol], digits=digits), strict=True)
        columns.append([document.Requests(r, s) if r else None for r, s in pairs])
    sent, received = (
        listed(side[:, TCP, column], digits=digits) for column in (Column.TCP_SENT, Column.TCP_RECEIVED)
    )
    flowing = (side[:, TCP].max(axis=1, initial=0.0) > 0).tolist()
    octets = zip(sent, received, flowing, strict=True)
    tcp = [document.Bytes(out or 0, into or 0) if flows_ else None for out, into, flows_ in octets]
    return [document.Direction(*row) for row in zip(*columns, tcp, strict=True)]
