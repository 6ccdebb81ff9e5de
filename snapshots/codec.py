"""A snapshot as bytes: MessagePack with every string once and every column as a raw little-endian array,
deflated.
"""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import DTypeLike, NDArray

from mesh.identity import Answer, Edge, Service, Workload
from mesh.traffic import Counter, CounterName, Histogram, HistogramName, Missing, Snapshot, Traffic

#: Level 1 takes a quarter of the time of the default level and gives files a tenth larger.
_LEVEL: Final = 1
_EDGE_FIELDS: Final = 15
_ANSWER_FIELDS: Final = 6


class _Stored(msgspec.Struct, array_like=True):
    id: str
    window_seconds: int
    taken_at: float
    duration_seconds: float
    missing: list[tuple[str, str, str, float]]
    warnings: list[str]
    strings: list[str]
    edges: bytes
    answers: bytes
    counters: dict[CounterName, tuple[bytes, bytes, bytes]]
    histograms: dict[HistogramName, tuple[bytes, bytes, bytes]]
    # What older releases did not store comes last and may be absent.
    remedies: list[str] = []
    carried: list[tuple[str, float]] = []


_decoder: Final = msgspec.msgpack.Decoder(_Stored)


def encode(snapshot: Snapshot) -> bytes:
    """The bytes that ``decode`` turns back into an equal snapshot."""
    strings: dict[str, int] = {}
    traffic = snapshot.traffic
    stored = _Stored(
        snapshot.id,
        snapshot.window_seconds,
        snapshot.taken_at,
        snapshot.duration_seconds,
        [(one.column, one.source, one.error, one.since) for one in snapshot.missing],
        list(snapshot.warnings),
        [],
        _codes((_flat(edge) for edge in traffic.edges), strings),
        _codes(traffic.answers, strings),
        {
            name: (_raw(c.edge, "<i4"), _raw(c.answer, "<i4"), _raw(c.rate, "<f8"))
            for name, c in traffic.counters.items()
        },
        {
            name: (_raw(h.edge, "<i4"), _raw(h.bounds, "<f8"), _raw(h.rates, "<f8"))
            for name, h in traffic.histograms.items()
        },
        [one.remedy for one in snapshot.missing],
        list(snapshot.carried),
    )
    stored.strings = list(strings)
    return zlib.compress(msgspec.msgpack.encode(stored), _LEVEL)


def decode(data: bytes | memoryview) -> Snapshot:
    """The snapshot in bytes made by ``encode``; raises ``ValueError`` for any other bytes. Its arrays are
    read-only.
    """
    try:
        stored = _decoder.decode(zlib.decompress(data))
        return _snapshot(stored)
    except (zlib.error, msgspec.DecodeError, IndexError, TypeError) as error:
        raise ValueError("these bytes are no snapshot") from error


def _snapshot(stored: _Stored) -> Snapshot:
    edges = tuple(_edge(row) for row in _rows(stored.edges, _EDGE_FIELDS, stored.strings))
    answers = tuple(Answer(*row) for row in _rows(stored.answers, _ANSWER_FIELDS, stored.strings))
    counters = {
        name: Counter(_array(edge, "<i4"), _array(answer, "<i4"), _array(rate, "<f8"))
        for name, (edge, answer, rate) in stored.counters.items()
    }
    histograms = {name: _histogram(*parts) for name, parts in stored.histograms.items()}
    remedies = stored.remedies or [""] * len(stored.missing)
    return Snapshot(
        stored.id,
        stored.window_seconds,
        stored.taken_at,
        Traffic(edges, answers, counters, histograms),
        tuple(Missing(*one, remedy) for one, remedy in zip(stored.missing, remedies, strict=True)),
        tuple(stored.warnings),
        stored.duration_seconds,
        tuple(stored.carried),
    )


def _histogram(edge: bytes, bounds: bytes, rates: bytes) -> Histogram:
    limits = _array(bounds, "<f8")
    return Histogram(_array(edge, "<i4"), limits, _array(rates, "<f8").reshape(-1, len(limits)))


def _flat(edge: Edge) -> tuple[str, ...]:
    return (*edge.source, *edge.destination, *edge.service, edge.protocol, edge.reporter)


def _edge(row: Sequence[Any]) -> Edge:
    return Edge(Workload(*row[:5]), Workload(*row[5:10]), Service(*row[10:13]), row[13], row[14])


def _codes(rows: Iterable[Sequence[str]], strings: dict[str, int]) -> bytes:
    codes = [strings.setdefault(text, len(strings)) for row in rows for text in row]
    return np.array(codes, "<i4").tobytes()


def _rows(codes: bytes, width: int, strings: Sequence[str]) -> Iterable[list[str]]:
    table = np.array(strings or [""], dtype=object)
    rows: Iterable[list[str]] = table[_array(codes, "<i4")].reshape(-1, width).tolist()
    return rows


def _raw(array: NDArray[Any], dtype: DTypeLike) -> bytes:
    return np.ascontiguousarray(array, dtype).tobytes()


def _array(data: bytes, dtype: str) -> NDArray[Any]:
    return np.frombuffer(data, dtype)
