"""Decisions about snapshots: how often each window is collected, with which columns, and how windows add
up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from mesh.hops import is_known
from mesh.identity import Answer, Edge
from mesh.traffic import (
    COUNTERS,
    HISTOGRAMS,
    Counter,
    CounterName,
    Histogram,
    HistogramName,
    Snapshot,
    Traffic,
)

#: A moving window is collected again when this part of it has passed.
_FRESH_SHARE: Final = 1 / 60
#: Histograms nobody watches are collected at every so many-th collection.
SELDOM: Final = 4
#: Requests whose query fails are shown as they were for so many periods.
REQUESTS_PERIODS: Final = 3
REQUESTS: Final = "requests"
_JITTER_SHARE: Final = 0.5
#: What lies between the end of a quiet window and this much later was not looked at, and counts as quiet too.
_UNSEEN_SECONDS: Final = 60.0
Name = TypeVar("Name", Edge, Answer)


def period(window_seconds: int, collect_period: int) -> float:
    """Seconds between collections of a window: 15 s for up to 15 minutes, a minute for an hour, 24 for a
    day.
    """
    return max(collect_period, window_seconds * _FRESH_SHARE)


def columns(watched: frozenset[str], since_all: float, period_seconds: float) -> frozenset[str]:
    """What to collect: every counter, the watched histograms, and all when that was ``SELDOM`` periods
    ago.
    """
    seldom = frozenset(HISTOGRAMS) if since_all >= (SELDOM - 0.5) * period_seconds else watched
    return frozenset(COUNTERS) | seldom


def lacking(old: Snapshot | None) -> frozenset[str]:
    """Histograms of which there is nothing to carry over: a mesh just started, or one that had no traffic."""
    held = {} if old is None else old.traffic.histograms
    return frozenset(name for name in HISTOGRAMS if name not in held or not len(held[name].edge))


def carry(old: Snapshot | None, new: Snapshot, asked: frozenset[str], period_seconds: float) -> Snapshot:
    """``new`` with what it lacks as ``old`` had it: the histograms that were not asked for this time, and the
    requests if their query failed, without which there would be no graph, for at most ``REQUESTS_PERIODS``.

    What failed stays in ``missing``; everything that is older than the rest is in ``carried``.
    """
    if old is None:
        return new
    since = dict(old.carried)
    kept = [name for name in HISTOGRAMS if name not in asked and name in old.traffic.histograms]
    limit = REQUESTS_PERIODS * period_seconds + _JITTER_SHARE * period_seconds
    requests = _lacks_requests(new) and new.taken_at - since.get(REQUESTS, old.taken_at) <= limit
    counted: list[CounterName] = [REQUESTS] if requests and REQUESTS in old.traffic.counters else []
    if not kept and not counted:
        return new
    carried = tuple((name, since.get(name, old.taken_at)) for name in (*counted, *kept))
    return replace(new, traffic=_with(new.traffic, old.traffic, counted, kept), carried=carried)


def _lacks_requests(new: Snapshot) -> bool:
    return REQUESTS not in new.traffic.counters and any(one.column == REQUESTS for one in new.missing)


def _with(
    new: Traffic, old: Traffic, counted: Sequence[CounterName], kept: Sequence[HistogramName]
) -> Traffic:
    """``new`` and, of ``old``, the counters and histograms of those names."""
    edges = {edge: index for index, edge in enumerate(new.edges)}
    answers = {answer: index for index, answer in enumerate(new.answers)}
    moved = _moved(old, edges)
    counters, histograms = dict(new.counters), dict(new.histograms)
    for name in counted:
        column, turned = old.counters[name], _places(old.answers, answers)
        counters[name] = replace(column, edge=moved[column.edge], answer=turned[column.answer])
    for kind in kept:
        histograms[kind] = replace(old.histograms[kind], edge=moved[old.histograms[kind].edge])
    return Traffic(tuple(edges), tuple(answers), counters, histograms)


def merge(first: Snapshot, second: Snapshot) -> Snapshot:
    """One snapshot over both windows: each rate weighted by the length of its window, so that counts add up.

    The windows should be neighbours; a column that is missing in one is missing in the whole.
    """
    seconds = first.window_seconds + second.window_seconds
    shares = (first.window_seconds / seconds, second.window_seconds / seconds)
    parts = (first.traffic, second.traffic)
    missing = {one.column: one for one in (*second.missing, *first.missing)}
    return Snapshot(
        f"{first.id}+{second.id}",
        seconds,
        max(first.taken_at, second.taken_at),
        _merged(parts, shares),
        tuple(missing.values()),
        tuple(dict.fromkeys((*first.warnings, *second.warnings))),
        first.duration_seconds + second.duration_seconds,
        tuple(sorted({**dict(second.carried), **dict(first.carried)}.items())),
    )


def _merged(parts: tuple[Traffic, Traffic], shares: tuple[float, float]) -> Traffic:
    edges = {edge: index for index, edge in enumerate(parts[0].edges)}
    answers = {answer: index for index, answer in enumerate(parts[0].answers)}
    moves = [_moved(part, edges) for part in parts]
    turns = [_places(part.answers, answers) for part in parts]
    counters: dict[CounterName, Counter] = {}
    for name in COUNTERS:
        columns = [
            Counter(move[c.edge], turn[c.answer], c.rate * share)
            for part, move, turn, share in zip(parts, moves, turns, shares, strict=True)
            if (c := part.counters.get(name))
        ]
        if columns:
            counters[name] = _added(columns, len(answers))
    histograms: dict[HistogramName, Histogram] = {}
    for kind in HISTOGRAMS:
        matrices = [
            Histogram(move[h.edge], h.bounds, h.rates * share)
            for part, move, share in zip(parts, moves, shares, strict=True)
            if (h := part.histograms.get(kind))
        ]
        if matrices:
            histograms[kind] = _stacked(matrices)
    return Traffic(tuple(edges), tuple(answers), counters, histograms)


def _added(columns: list[Counter], answers: int) -> Counter:
    edge = np.concatenate([one.edge for one in columns]).astype(np.int64)
    answer = np.concatenate([one.answer for one in columns])
    rows, place = np.unique(edge * answers + answer, return_inverse=True)
    rate = np.zeros(len(rows))
    np.add.at(rate, place, np.concatenate([one.rate for one in columns]))
    return Counter((rows // answers).astype(np.int32), (rows % answers).astype(np.int32), rate)


def _stacked(matrices: list[Histogram]) -> Histogram:
    edges = np.unique(np.concatenate([one.edge for one in matrices]))
    bounds = np.unique(np.concatenate([one.bounds for one in matrices]))
    rates = np.zeros((len(edges), len(bounds)))
    for one in matrices:
        place = np.ix_(np.searchsorted(edges, one.edge), np.searchsorted(bounds, one.bounds))
        np.add.at(rates, place, one.rates)
    return Histogram(edges.astype(np.int32), bounds, rates)


def _moved(traffic: Traffic, edges: dict[Edge, int]) -> NDArray[np.int32]:
    return _places(traffic.edges, edges)


def _places(names: tuple[Name, ...], known: dict[Name, int]) -> NDArray[np.int32]:
    """Where each of ``names`` stands in ``known``, which grows by those it lacks."""
    return np.array([known.setdefault(name, len(known)) for name in names], np.int32)


@dataclass(frozen=True, slots=True)
class Seen:
    """When a namespace last had traffic, at the latest, and the time found quiet since (epoch seconds).

    A window with traffic only says that there was some until its end; the first quiet window of the same
    length then says when that was.
    """

    at: float | None = None
    quiet_from: float = 0.0
    quiet_until: float = 0.0


def seen(known: Seen, busy: bool, window_seconds: int, taken_at: float) -> Seen:
    """What is known after one more window that had traffic or not."""
    begin = taken_at - window_seconds
    if not busy:
        return _quiet(known, begin, taken_at)
    if begin < known.quiet_from < taken_at <= known.quiet_until + _UNSEEN_SECONDS:
        return replace(known, at=max(known.at or 0.0, known.quiet_from))  # it is the traffic before the quiet
    at = max(known.at or 0.0, taken_at)
    return replace(known, at=at) if taken_at <= known.quiet_from else Seen(at)


def _quiet(known: Seen, begin: float, end: float) -> Seen:
    if end < known.quiet_from:
        return known  # an older window, asked for by its end
    if begin <= known.quiet_until:
        begin, end = min(begin, known.quiet_from), max(end, known.quiet_until)
    inside = known.at is not None and begin < known.at <= end
    return Seen(begin if inside else known.at, begin, end)


def busy_namespaces(traffic: Traffic) -> frozenset[str]:
    """Namespaces of workloads that called or were called, and of services where nobody knows who answered."""
    return frozenset(name for edge in _busy(traffic) for name in _namespaces(edge) if is_known(name))


def _busy(traffic: Traffic) -> Iterator[Edge]:
    columns = [column.edge[column.rate > 0] for column in traffic.counters.values()]
    for place in np.unique(np.concatenate(columns)).tolist() if columns else ():
        yield traffic.edges[place]


def _namespaces(edge: Edge) -> tuple[str, ...]:
    served = () if is_known(edge.destination.name) else (edge.service.namespace,)
    return (edge.source.namespace, edge.destination.namespace, *served)
