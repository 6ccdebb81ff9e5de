"""What everybody else does with snapshots: read the newest, ask for one that is not there, see how sources
are doing.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from mesh.traffic import Snapshot
from snapshots import interest, jobs, seen, storage
from snapshots.collection import collect, due, time_limit
from snapshots.jobs import Job
from sources import registry
from sources.registry import SourceState

__all__ = [
    "Job",
    "SourceState",
    "Summary",
    "at",
    "collect",
    "failures",
    "job",
    "last_seen",
    "newest",
    "refresh",
    "request",
    "summaries",
]

log = structlog.get_logger(__name__)
#: What every reader of traffic looks at; others say so.
LATENCY: Final = frozenset({"request_duration"})
#: A job that nobody began to work on, or that stopped moving, may be asked for again after this long.
_STUCK_SECONDS: Final = 20.0
#: A job that is over stays as it is this long before asking again makes a new one.
_AGAIN_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Summary:
    """The newest snapshot of one moving window, as the status lists it. Times are epoch seconds."""

    window_seconds: int
    taken_at: float
    age_seconds: float
    watched: bool
    last_duration_ms: float


def newest(window_seconds: int, columns: frozenset[str] = LATENCY) -> Snapshot | None:
    """The newest snapshot of a moving window, or ``None``; never waits on a source.

    Registers interest in the window and in the histogram ``columns`` the caller shows.
    """
    interest.register(window_seconds, columns)
    return storage.load(window_seconds, None)


def at(window_seconds: int, at: float) -> Snapshot | None:
    """The snapshot of the window that ended at ``at`` (epoch seconds, to the second), or ``None``."""
    return storage.load(window_seconds, float(round(at)))


def request(window_seconds: int, at: float | None = None) -> Job:
    """Starts the collection that would fill the window, unless it is under way already."""
    end = None if at is None else float(round(at))
    known = jobs.find(jobs.job_id(window_seconds, end))
    if known and time.time() - known.changed_at < _patience(known):
        return known
    if end is None:
        interest.register(window_seconds, LATENCY)
    return _start(jobs.create(window_seconds, end))


def job(job_id: str) -> Job | None:
    """The job of that id, or ``None``."""
    return jobs.find(job_id)


def failures() -> Mapping[str, SourceState]:
    """How each source is doing, by its name."""
    return registry.states()


def last_seen(namespaces: Collection[str], before: float) -> float | None:
    """When any of the namespaces last had traffic (epoch seconds, at the latest), as any collection tells.

    ``before`` is the beginning of a window that is known to have had none; never waits on a source.
    """
    found = seen.last(namespaces)
    return None if found is None else min(found, before)


def summaries() -> list[Summary]:
    """One line per moving window that has a snapshot."""
    now, watched = time.time(), interest.watched_windows()
    return [
        Summary(window, taken_at, now - taken_at, window in watched, duration * 1000)
        for window, taken_at, duration in storage.taken()
    ]


def refresh() -> None:
    """Starts a collection of each window that is watched (or always kept) and old enough."""
    for window in sorted(interest.watched_windows() | interest.always_windows()):
        if due(window):
            _send(window, None)


def _patience(known: Job) -> float:
    if known.over:
        return _AGAIN_SECONDS
    return _STUCK_SECONDS if known.state == "waiting" else time_limit(known.window_seconds) + _STUCK_SECONDS


def _start(job: Job) -> Job:
    try:
        _send(job.window_seconds, job.at)
    except OperationalError:
        log.warning("the task queue does not answer", job=job.id)
        return jobs.fail(job, "The task queue does not answer, so nothing can be collected now.")
    return job


def _send(window_seconds: int, at: float | None) -> None:
    """By name: the tasks import this module."""
    expires = time_limit(window_seconds)
    current_app.send_task("snapshots.collect", (window_seconds, at), expires=expires, retry=False)
