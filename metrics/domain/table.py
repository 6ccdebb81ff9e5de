"""Rows of answers become the columns of ``mesh.traffic``: every edge and answer named once, numbers in
arrays.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mesh.identity import UNKNOWN, Answer, Edge, Protocol, Workload
from mesh.traffic import Counter, CounterName, Histogram, HistogramName, Traffic
from metrics.domain.buckets import BucketRows
from metrics.domain.labels import NO_ANSWER, Labels, answer_of, edge_of, hop_of

#: (cluster, namespace, name) of a workload → its ``app`` and ``version`` labels.
Names = Mapping[tuple[str, str, str], tuple[str, str]]
_TCP: Final = "tcp_"


class TableBuilder:
    """Takes answers in any order and gives a ``Traffic``. Not for use by several threads at once."""

    def __init__(self) -> None:
        self.edges: dict[Edge, int] = {}
        self.answers: dict[Answer, int] = {}
        self.notes: list[str] = []
        self._hops: dict[tuple[Protocol, tuple[str, ...]], int] = {}
        self._counters: dict[CounterName, Counter] = {}
        self._histograms: dict[HistogramName, list[BucketRows]] = {}
        self._bounds: dict[HistogramName, tuple[float, ...]] = {}

    def add_counter(self, column: CounterName, labels: Sequence[Labels], values: Sequence[float]) -> None:
        """One counter column. A series that comes twice counts once; one without a known reporter does not
        count.
        """
        default = _default_protocol(column)
        edge = np.array([self._edge(hop, default) for hop in map(hop_of, labels)], np.int32)
        if column == "requests" or column.startswith(_TCP):
            answer = np.array([self._answer(values) for values in map(answer_of, labels)], np.int32)
        else:
            answer = np.full(len(labels), self._answer(tuple(NO_ANSWER)), np.int32)
        keep = self._sound(column, edge, answer)
        self._counters[column] = Counter(edge[keep], answer[keep], np.asarray(values, np.float64)[keep])

    def add_bounds(self, column: HistogramName, bounds: Iterable[float]) -> None:
        """Bucket bounds the histogram has, also where no observation fell: they narrow the buckets beside
        them.
        """
        self._bounds[column] = tuple(bounds)

    def add_buckets(self, column: HistogramName, *slices: BucketRows) -> None:
        """Decoded answers to bucket queries; none at all says that the column is there and empty."""
        self._histograms.setdefault(column, []).extend(slices)
        for repeated in (one.repeated for one in slices if one.repeated):
            self.notes.append(f"{repeated} series of {column} came twice; each was counted once.")

    def lacks_names(self, side: str) -> bool:
        """Whether some workload on that side (``source`` or ``destination``) reports no canonical name or
        revision.
        """
        return any(_lacks(getattr(edge, side)) for edge in self.edges)

    def traffic(self, names: Names) -> Traffic:
        """Everything added so far; ``names`` fills in what the canonical labels left empty."""
        named = tuple(
            edge._replace(source=_named(edge.source, names), destination=_named(edge.destination, names))
            for edge in self.edges
        )
        histograms: dict[HistogramName, Histogram] = {
            column: BucketRows.histogram(slices, self._bounds.get(column, ()))
            for column, slices in self._histograms.items()
        }
        return Traffic(named, tuple(self.answers), self._counters, histograms)

    def _edge(self, hop: tuple[str, ...], default: Protocol) -> int:
        key = (default, hop)
        known = self._hops.get(key)
        if known is None:
            edge = edge_of(hop, default)
            known = -1 if edge is None else self.edges.setdefault(edge, len(self.edges))
            self._hops[key] = known
        return known

    def _answer(self, values: tuple[str, ...]) -> int:
        """A tuple of strings finds the equal ``Answer`` there is; only a new one is made."""
        known = self.answers.get(values)  # type: ignore[call-overload]
        if known is None:
            known = self.answers[Answer(*values)] = len(self.answers)
        return int(known)

    def _sound(self, column: str, edge: NDArray[np.int32], answer: NDArray[np.int32]) -> NDArray[np.intp]:
        """Positions of rows to keep: known edge, first of its kind."""
        known = np.flatnonzero(edge >= 0)
        if strangers := len(edge) - len(known):
            self.notes.append(f"{strangers} series of {column} had no known reporter and were left out.")
        pairs = edge[known].astype(np.int64) * (len(self.answers) + 1) + answer[known]
        first = np.sort(np.unique(pairs, return_index=True)[1])
        if twice := len(known) - len(first):
            self.notes.append(f"{twice} series of {column} came twice; each was counted once.")
        kept: NDArray[np.intp] = known[first]
        return kept


def _default_protocol(column: str) -> Protocol:
    if column.startswith(_TCP):
        return "tcp"
    return "grpc" if column.endswith("_messages") else "http"


def _lacks(workload: Workload) -> bool:
    return not (workload.app and workload.version) and workload.name not in ("", UNKNOWN)


def _named(workload: Workload, names: Names) -> Workload:
    if not names or not _lacks(workload):
        return workload
    app, version = names.get(workload[:3], ("", ""))
    return workload._replace(app=workload.app or app, version=workload.version or version)


def names_of(side: str, labels: Sequence[Labels]) -> dict[tuple[str, str, str], tuple[str, str]]:
    """``Names`` from rows that carry one side's ``app`` and ``version``; of several, the first in
    alphabet.
    """
    key_of = attrgetter(*(f"{side}_{label}" for label in ("cluster", "workload_namespace", "workload")))
    name_of = attrgetter(f"{side}_app", f"{side}_version")
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    for one in labels:
        found[key_of(one)] = min(found.get(key_of(one), name_of(one)), name_of(one))
    return found
