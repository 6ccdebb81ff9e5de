"""A snapshot made ready for projections: counted once, summed per edge; each graph is a sum of its rows."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any, Final

import numpy as np

from mesh.hops import TCP, Bools, Floats, Hops, Ints, hops, intern_sorted
from mesh.keys import stacked, summed
from mesh.reporter import Counted, counted
from mesh.response import KINDS, kinds
from mesh.security import policies
from mesh.traffic import CounterName, Snapshot


class Column(IntEnum):
    """Columns of the amounts matrix after the rates by ``Kind`` and by ``Policy``; all per second."""

    DURATION_SUM = KINDS + 3  # milliseconds
    OBSERVED = auto()  # requests that the duration sum stands for
    REQUEST_BYTES = auto()
    RESPONSE_BYTES = auto()
    TCP_SENT = auto()
    TCP_RECEIVED = auto()
    TCP_OPENED = auto()
    TCP_CLOSED = auto()
    REQUEST_MESSAGES = auto()  # of gRPC
    RESPONSE_MESSAGES = auto()


BY_KIND: Final = slice(0, KINDS)
BY_POLICY: Final = slice(KINDS, KINDS + 3)
COLUMNS: Final = max(Column) + 1
_PLAIN: Final[dict[Column, CounterName]] = {
    Column.DURATION_SUM: "request_duration_sum",
    Column.REQUEST_BYTES: "request_bytes_sum",
    Column.RESPONSE_BYTES: "response_bytes_sum",
    Column.TCP_SENT: "tcp_sent",
    Column.TCP_RECEIVED: "tcp_received",
    Column.TCP_OPENED: "tcp_opened",
    Column.TCP_CLOSED: "tcp_closed",
    Column.REQUEST_MESSAGES: "request_messages",
    Column.RESPONSE_MESSAGES: "response_messages",
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Answer rows for lists: requests, and closed connections for TCP. Indices into the scene's tables."""

    edge: Ints
    answer: Ints
    rate: Floats
    response: Ints  # distinct (code, gRPC status, flags)


@dataclass(frozen=True, slots=True)
class Scene:
    """Per edge: ``amounts`` (see ``Column``), ``buckets`` of the request duration (bounds ``le_ms``),
    ``volume`` (requests per second, for TCP bytes per second; what shares are shares of), ``present`` (has a
    series that counts) and ``active`` (something flows). ``memo`` is what projections keep for the next one.
    """

    snapshot_id: str
    window_seconds: int
    hops: Hops
    counted: Counted
    amounts: Floats
    buckets: Floats
    le_ms: Floats
    has_buckets: Bools
    volume: Floats
    present: Bools
    active: Bools
    rows: Rows
    responses: tuple[tuple[str, str, str], ...]
    columns: frozenset[str]
    memo: dict[Hashable, Any] = field(default_factory=dict, compare=False)


def scene(snapshot: Snapshot) -> Scene:
    """Apply the reporter rule and sum every column per edge."""
    table = hops(snapshot.traffic.edges)
    result = counted(snapshot.traffic, table)
    traffic = result.traffic
    count = len(traffic.edges)
    rows, responses = _rows(result)
    amounts = _amounts(result, table, rows)
    le_ms, buckets, has_buckets = _buckets(result, count)
    volume = _volume(amounts, table)
    present = np.zeros(count, dtype=np.bool_)
    for counter in traffic.counters.values():
        present[counter.edge] = True
    return Scene(
        snapshot_id=snapshot.id,
        window_seconds=snapshot.window_seconds,
        hops=table,
        counted=result,
        amounts=amounts,
        buckets=buckets,
        le_ms=le_ms,
        has_buckets=has_buckets,
        volume=volume,
        present=present,
        active=amounts.max(axis=1, initial=0.0) > 0,
        rows=rows,
        responses=responses,
        columns=frozenset(traffic.counters) | frozenset(traffic.histograms),
    )


def _rows(result: Counted) -> tuple[Rows, tuple[tuple[str, str, str], ...]]:
    edge, answer, rate = stacked(result.traffic, "requests", "tcp_closed")
    responses, of_answer = intern_sorted((a.code, a.grpc_status, a.flags) for a in result.traffic.answers)
    return Rows(edge, answer, rate, of_answer[answer]), responses


def _amounts(result: Counted, table: Hops, rows: Rows) -> Floats:
    traffic, count = result.traffic, len(result.traffic.edges)
    amounts = np.zeros((count, COLUMNS))
    kind = kinds(traffic.answers, rows.answer, table.protocol[rows.edge])
    amounts[:, BY_KIND] = summed(rows.edge * KINDS + kind, rows.rate, count * KINDS).reshape(count, KINDS)
    for column, name in _PLAIN.items():
        if (counter := traffic.counters.get(name)) is not None:
            amounts[:, column] = summed(counter.edge.astype(np.int64), counter.rate, count)
    requests = amounts[:, BY_KIND].sum(axis=1) * (table.protocol != TCP)
    amounts[:, Column.OBSERVED] = np.where(result.additional, 0.0, requests)
    amounts[:, BY_POLICY] = _by_policy(result, count)
    return amounts


def _by_policy(result: Counted, count: int) -> Floats:
    """Amounts per connection security: requests for HTTP and gRPC, bytes for TCP."""
    edge, answer, rate = stacked(result.traffic, "requests", "tcp_sent", "tcp_received")
    policy = policies(result.traffic.answers)[answer]
    return summed(edge * 3 + policy, rate, count * 3).reshape(count, 3)


def _buckets(result: Counted, count: int) -> tuple[Floats, Floats, Bools]:
    histogram = result.traffic.histograms.get("request_duration")
    has = np.zeros(count, dtype=np.bool_)
    if histogram is None or not len(histogram.bounds):
        return np.array([np.inf]), np.zeros((count, 1)), has
    buckets = np.zeros((count, len(histogram.bounds)))
    np.add.at(buckets, histogram.edge, histogram.rates)
    has[histogram.edge] = True
    return histogram.bounds, buckets, has


def _volume(amounts: Floats, table: Hops) -> Floats:
    requests = amounts[:, BY_KIND].sum(axis=1)
    octets = amounts[:, Column.TCP_SENT] + amounts[:, Column.TCP_RECEIVED]
    return np.where(table.protocol == TCP, octets, requests)
