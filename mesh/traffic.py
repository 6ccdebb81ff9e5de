"""The traffic table: one collection's rates and histograms at the finest grain, as columns.

Edges and answers are stored once and referred to by index, so that every projection is a ``bincount``.
Rates are per second. All arrays of one column have the same length and are never written to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mesh.identity import Answer, Edge

CounterName = Literal[
    "requests",
    "request_duration_sum",  # milliseconds per second
    "request_bytes_sum",
    "response_bytes_sum",
    "request_messages",
    "response_messages",
    "tcp_sent",  # bytes per second, server to client
    "tcp_received",  # bytes per second, client to server
    "tcp_opened",
    "tcp_closed",
]
HistogramName = Literal["request_duration", "request_bytes", "response_bytes"]

COUNTERS: Final[tuple[CounterName, ...]] = (
    "requests",
    "request_duration_sum",
    "request_bytes_sum",
    "response_bytes_sum",
    "request_messages",
    "response_messages",
    "tcp_sent",
    "tcp_received",
    "tcp_opened",
    "tcp_closed",
)
HISTOGRAMS: Final[tuple[HistogramName, ...]] = ("request_duration", "request_bytes", "response_bytes")


@dataclass(frozen=True, slots=True)
class Counter:
    """Rates of one counter. ``edge`` and ``answer`` index ``Traffic.edges`` and ``Traffic.answers``.

    Columns whose metric carries no answer labels (histogram sums, gRPC messages) point at the answer
    ``Answer("", "", "", "", "", "")``.
    """

    edge: NDArray[np.int32]
    answer: NDArray[np.int32]
    rate: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bucket rates of one histogram, one row per edge that has observations.

    ``bounds`` are the inclusive upper bounds, ascending, the last one ``inf``; ``rates[i, j]`` is the rate of
    observations of edge ``edge[i]`` above ``bounds[j-1]`` and up to ``bounds[j]``: per bucket, not
    cumulative, so rows simply add.
    """

    edge: NDArray[np.int32]
    bounds: NDArray[np.float64]
    rates: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Traffic:
    """Everything one window's collection says about who called whom."""

    edges: tuple[Edge, ...] = ()
    answers: tuple[Answer, ...] = ()
    counters: Mapping[CounterName, Counter] = field(default_factory=dict)
    histograms: Mapping[HistogramName, Histogram] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """A column (or slice of one) that a source did not deliver. ``since`` is epoch seconds; ``remedy`` is
    what an operator can do.
    """

    column: str
    source: str
    error: str
    since: float
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One immutable collection of the mesh over ``[taken_at - window_seconds, taken_at]`` (epoch seconds).

    ``id`` changes whenever the content does; ``duration_seconds`` is what the collection took. ``carried``
    names the columns whose values are those of an earlier collection, and when that was taken.
    """

    id: str
    window_seconds: int
    taken_at: float
    traffic: Traffic
    missing: tuple[Missing, ...] = ()
    warnings: tuple[str, ...] = ()
    duration_seconds: float = 0.0
    carried: tuple[tuple[str, float], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every column arrived."""
        return not self.missing
