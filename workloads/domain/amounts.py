"""What flows into and out of rows: sums of the graph's own groups, so that a list and the graph agree."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.domain.edges import latencies, shares
from graph.domain.flows import Flows
from graph.domain.numbers import listed
from graph.domain.project import Projection
from graph.domain.scene import BY_KIND, BY_POLICY, COLUMNS, Column, Scene
from mesh.hops import GRPC, HTTP, PROTOCOLS, TCP, Bools, Floats, Ints
from mesh.keys import seen, summed_rows
from mesh.response import Kind, errors
from mesh.security import mtls_share
from workloads.domain.things import Flow, Latency

_WIDTH: Final = len(PROTOCOLS)
_REQUESTS: Final = [HTTP, GRPC]
_ERRORS: Final = {
    "http_5xx": Kind.HTTP_5XX,
    "http_4xx": Kind.HTTP_4XX,
    "no_response": Kind.NO_RESPONSE,
    "grpc": Kind.GRPC,
}
_QUIET: Final = Flow()


@dataclass(frozen=True, slots=True)
class Side:
    """One direction of many rows: ``amounts`` of shape ``(rows, protocols, COLUMNS)``, and merged buckets."""

    amounts: Floats
    buckets: Floats
    has_buckets: Bools


@dataclass(frozen=True, slots=True)
class Sums:
    """Both directions of many rows."""

    inbound: Side
    outbound: Side

    @property
    def flows(self) -> Flows:
        """As the graph judges them."""
        return Flows(self.inbound.amounts, self.outbound.amounts)


def sums(projection: Projection, member: Ints, size: int) -> Sums:
    """Everything that each row's nodes receive and send, also among themselves. ``member`` gives each node's
    row, -1 for none.
    """
    ends = (member[projection.target], member[projection.source])
    return Sums(*(_side(projection, row, size) for row in ends))


def _side(projection: Projection, row: Ints, size: int) -> Side:
    key = np.where(row < 0, -1, row * _WIDTH + projection.protocol)
    amounts = summed_rows(key, projection.amounts, size * _WIDTH).reshape(size, _WIDTH, COLUMNS)
    return Side(amounts, summed_rows(row, projection.buckets, size), seen(row, projection.has_buckets, size))


def flows(scene: Scene, side: Side) -> list[Flow]:
    """One value per row; rows without anything share one."""
    active = side.amounts.max(axis=(1, 2), initial=0.0) > 0
    places = np.flatnonzero(active)
    out = [_QUIET] * len(side.amounts)
    made = _flows(scene, Side(side.amounts[places], side.buckets[places], side.has_buckets[places]))
    for place, flow in zip(places.tolist(), made, strict=True):
        out[place] = flow
    return out


def _flows(scene: Scene, side: Side) -> list[Flow]:
    requests = side.amounts[:, _REQUESTS].sum(axis=1)
    by_kind = side.amounts[:, :, BY_KIND]
    rates, failed = by_kind.sum(axis=2), errors(by_kind)
    whole, bad = rates[:, _REQUESTS].sum(axis=1), failed[:, _REQUESTS].sum(axis=1)
    tcp = side.amounts[:, TCP]
    columns = (
        _plain(whole),
        _plain(rates[:, HTTP]),
        _plain(rates[:, GRPC]),
        _plain(bad),
        listed(shares(bad, whole)),
        _kinds(requests),
        listed(shares(failed[:, HTTP], rates[:, HTTP])),
        listed(shares(failed[:, GRPC], rates[:, GRPC])),
        _latencies(scene, requests, side),
        listed(_mtls(requests, tcp)),
        _plain(tcp[:, Column.TCP_SENT]),
        _plain(tcp[:, Column.TCP_RECEIVED]),
        _plain(tcp[:, Column.TCP_OPENED]),
    )
    return [Flow(*row) for row in zip(*columns, strict=True)]


def _plain(values: Floats) -> list[float]:
    return [value or 0 for value in listed(values)]


def _kinds(requests: Floats) -> list[dict[str, float]]:
    columns = [_plain(requests[:, BY_KIND][:, kind]) for kind in _ERRORS.values()]
    return [
        {name: rate for name, rate in zip(_ERRORS, row, strict=True) if rate}
        for row in zip(*columns, strict=True)
    ]


def _latencies(scene: Scene, requests: Floats, side: Side) -> list[Latency | None]:
    found = latencies(scene, requests, side.buckets, side.has_buckets)
    return [
        Latency(one.mean_ms, one.p50_ms, one.p90_ms, one.p95_ms, one.p99_ms) if one else None for one in found
    ]


def _mtls(requests: Floats, tcp: Floats) -> Floats:
    """Of requests; of TCP bytes where no request says anything: the two have no common unit."""
    found = mtls_share(requests[:, BY_POLICY])
    return np.where(np.isnan(found), mtls_share(tcp[:, BY_POLICY]), found)
