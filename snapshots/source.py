"""The door through which traffic comes in."""

from collections.abc import Callable
from typing import Protocol

from mesh.traffic import Snapshot

#: Called with (queries done, queries known so far).
Progress = Callable[[int, int], None]


class TrafficSource(Protocol):
    """Something that knows who called whom."""

    def collect(
        self, window_seconds: int, at: float, deadline: float, columns: frozenset[str], progress: Progress
    ) -> Snapshot:
        """Traffic over the ``window_seconds`` before ``at``, done by ``deadline`` (both epoch seconds).

        ``columns`` are names of ``mesh.traffic.COUNTERS`` and ``HISTOGRAMS``. A column that does not arrive
        is in ``Snapshot.missing``; when none arrives it raises ``sources.errors.SourceError``.
        """
        ...
