"""The drawn edges: columns of a projection turned into values of the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.domain import document
from graph.domain.causes import edge_causes
from graph.domain.lists import EdgeLists
from graph.domain.numbers import DIGITS, listed
from graph.domain.project import Projection, edge_ids
from graph.domain.scene import BY_KIND, BY_POLICY, Column, Scene
from graph.domain.verdicts import Verdicts
from mesh.histogram import means, quantiles
from mesh.hops import PROTOCOLS, TCP, Bools, Floats, Ints
from mesh.response import errors
from mesh.security import mtls_share

#: Of latencies, bytes and shares in a summary; no bucket bound of Istio has more than two.
SUMMARY_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Rates:
    """Per group and second: requests or opened connections, failed ones, and what shares are shares of."""

    rate: Floats
    error_rate: Floats
    judged: Floats


def rates(amounts: Floats, protocol: Ints) -> Rates:
    """TCP connections are judged when they close, for only then their flags are known."""
    by_kind = amounts[:, BY_KIND]
    judged = by_kind.sum(axis=1)
    return Rates(np.where(protocol == TCP, amounts[:, Column.TCP_OPENED], judged), errors(by_kind), judged)


def edges(
    scene: Scene, projection: Projection, verdicts: Verdicts, lists: EdgeLists | None
) -> list[document.Edge]:
    """All groups as edges. ``lists`` are the longer parts; without them those are None."""
    ids = [node.id for node in projection.ends.nodes]
    source = [ids[place] for place in projection.source.tolist()]
    target = [ids[place] for place in projection.target.tolist()]
    protocol = [PROTOCOLS[place] for place in projection.protocol.tolist()]
    columns = _columns(scene, projection, DIGITS if lists else SUMMARY_DIGITS)
    causes = edge_causes(scene, projection)
    nothing = [None] * len(source)
    found = zip(
        edge_ids(projection),
        source,
        target,
        protocol,
        columns.rate,
        columns.error_rate,
        columns.error_share,
        columns.source_share,
        columns.latency,
        columns.request_bytes,
        columns.response_bytes,
        columns.tcp,
        columns.mtls_share,
        lists.principals if lists else nothing,
        lists.responses if lists else nothing,
        columns.reporters,
        verdicts.edges,
        map(causes.get, range(len(source))),
        *((lists.services, lists.buckets, lists.errors, lists.mtls, lists.grpc) if lists else [nothing] * 5),
        strict=True,
    )
    return [document.Edge(*row) for row in found]


@dataclass(frozen=True, slots=True)
class _Columns:
    rate: list[float | None]
    error_rate: list[float | None]
    error_share: list[float | None]
    source_share: list[float | None]
    latency: list[document.Latency | None]
    request_bytes: list[float | None]
    response_bytes: list[float | None]
    tcp: list[document.Tcp | None]
    mtls_share: list[float | None]
    reporters: list[list[str]]


def _columns(scene: Scene, projection: Projection, digits: int) -> _Columns:
    amounts, is_tcp = projection.amounts, projection.protocol == TCP
    found = rates(amounts, projection.protocol)
    counted = np.where(is_tcp, "tcp_opened" in scene.columns, "requests" in scene.columns)
    judged = np.where(is_tcp, "tcp_closed" in scene.columns, "requests" in scene.columns)
    return _Columns(
        rate=listed(found.rate, counted),
        error_rate=listed(found.error_rate, judged, digits),
        error_share=listed(shares(found.error_rate, found.judged), judged, digits),
        source_share=listed(shares(projection.volume, projection.outgoing), digits=digits),
        latency=list(latencies(scene, amounts, projection.buckets, projection.has_buckets, digits)),
        request_bytes=_sizes(amounts[:, Column.REQUEST_BYTES], is_tcp, digits),
        response_bytes=_sizes(amounts[:, Column.RESPONSE_BYTES], is_tcp, digits),
        tcp=_tcp(scene, projection, digits),
        mtls_share=listed(mtls_share(amounts[:, BY_POLICY]), digits=digits),
        reporters=_reporters(scene, projection),
    )


def shares(part: Floats, whole: Floats) -> Floats:
    """``part / whole``, ``nan`` where the whole is nothing."""
    found: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return found


def latencies(
    scene: Scene, amounts: Floats, buckets: Floats, known: Bools, digits: int = DIGITS
) -> Iterator[document.Latency | None]:
    """Per row the percentiles of its buckets and the mean from its sums; None where neither is known."""
    found = quantiles(scene.le_ms, buckets)
    found[~known] = np.nan
    mean = means(amounts[:, Column.DURATION_SUM], amounts[:, Column.OBSERVED])
    table = np.column_stack([mean, found])
    some: list[bool] = (np.isfinite(table).sum(axis=1) > 0).tolist()
    columns = [listed(column, digits=digits) for column in table.T]
    for known_row, values in zip(some, zip(*columns, strict=True), strict=True):
        yield document.Latency(*values) if known_row else None


def _sizes(amounts: Floats, is_tcp: Bools, digits: int) -> list[float | None]:
    """Bytes per second. No message has none on the wire, so 0 is what proxies say that do not count them."""
    return listed(amounts, ~is_tcp & (amounts > 0), digits)


def _tcp(scene: Scene, projection: Projection, digits: int) -> list[document.Tcp | None]:
    """Bytes and connections of the TCP groups; None for the others."""
    out: list[document.Tcp | None] = [None] * len(projection.protocol)
    places = np.flatnonzero(projection.protocol == TCP)
    amounts = projection.amounts[places]
    names = {
        "tcp_sent": Column.TCP_SENT,
        "tcp_received": Column.TCP_RECEIVED,
        "tcp_opened": Column.TCP_OPENED,
        "tcp_closed": Column.TCP_CLOSED,
    }
    columns = [
        listed(amounts[:, c], np.full(len(amounts), name in scene.columns), digits)
        for name, c in names.items()
    ]
    for place, values in zip(places.tolist(), zip(*columns, strict=True), strict=True):
        out[place] = document.Tcp(*values)
    return out


def _reporters(scene: Scene, projection: Projection) -> list[list[str]]:
    from_whom = np.zeros(len(projection.source), dtype=np.int64)
    for group in (projection.first, projection.onward):
        inside = group >= 0
        np.bitwise_or.at(from_whom, group[inside], 1 << scene.hops.reporter[inside])
    names = [
        [word for bit, word in ((2, "destination"), (1, "source"), (4, "waypoint")) if mask & bit]
        for mask in range(8)
    ]
    return [names[mask] for mask in from_whom.tolist()]
