"""Cumulative bucket rates, as Prometheus keeps them, become rates per bucket, as everything after wants
them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from mesh.traffic import Histogram
from metrics.domain.labels import Labels

_le = attrgetter("le")


@dataclass(frozen=True, slots=True)
class BucketRows:
    """One slice: ``cumulative[i]`` is the rate of observations up to ``bounds[bound[i]]`` on edge
    ``edge[i]``.
    """

    edge: NDArray[np.int32]
    bound: NDArray[np.int32]
    cumulative: NDArray[np.float64]
    bounds: tuple[float, ...]
    repeated: int = 0

    @classmethod
    def read(
        cls,
        labels: Sequence[Labels],
        values: Sequence[float],
        keys: Sequence[str],
        edges: Mapping[tuple[str, ...], int],
    ) -> "BucketRows":
        """Rows of an answer; ``edges`` maps the values of ``keys`` to an edge's index.

        Left out: rows of edges that were not asked for, rows without a readable ``le``, and repeated rows
        (counted).
        """
        key_of = attrgetter(*keys)
        bounds: dict[str, int] = {}
        place_of = edges.get
        edge = np.array([place_of(key, -1) for key in map(key_of, labels)], np.int32)
        bound = np.array([bounds.setdefault(le, len(bounds)) for le in map(_le, labels)], np.int32)
        limits = [bound_of(le) for le in bounds]
        bad = [index for index, limit in enumerate(limits) if limit is None]
        known = np.flatnonzero((edge >= 0) & ~np.isin(bound, bad))
        place = edge[known].astype(np.int64) * (len(bounds) + 1) + bound[known]
        keep = known[np.sort(np.unique(place, return_index=True)[1])]
        amounts = np.asarray(values, np.float64)[keep]
        numbers = tuple(np.inf if limit is None else limit for limit in limits)
        return cls(edge[keep], bound[keep], amounts, numbers, len(known) - len(keep))

    @staticmethod
    def histogram(slices: Sequence["BucketRows"], bounds: Iterable[float] = ()) -> Histogram:
        """All slices as one matrix over the union of their bounds and the given ones, the last one infinite.

        A series that lacks a bound of the union had, as far as it tells, no observation between its bound
        before and that one. Where proxies with different bucket lists were summed, cumulative sums can step
        down; as Prometheus' own ``histogram_quantile`` does, each is raised to the one before it, so no rate
        is negative.
        """
        everywhere = {limit for one in slices for limit in one.bounds} | {np.inf, *bounds}
        union = np.array(sorted(everywhere), np.float64)
        edges = np.unique(np.concatenate([one.edge for one in slices] or [np.zeros(0, np.int32)]))
        cumulative = np.zeros((len(edges), len(union)))
        for one in slices:
            column = np.searchsorted(union, np.asarray(one.bounds, np.float64))
            # Bounds written differently ("5" and "5.0") are one bound: their rows add.
            np.add.at(cumulative, (np.searchsorted(edges, one.edge), column[one.bound]), one.cumulative)
        np.maximum.accumulate(cumulative, axis=1, out=cumulative)
        return Histogram(edges.astype(np.int32), union, np.diff(cumulative, axis=1, prepend=0.0))


def bound_of(le: str) -> float | None:
    """The upper bound that a ``le`` label names, or ``None`` if it names none."""
    try:
        limit = float(le)
    except ValueError:
        return None
    return None if np.isnan(limit) else limit
