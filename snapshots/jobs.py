"""Collections as jobs that somebody waits for. A job's id is its window and end, so that asking twice is one
job.
"""

import time
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from sources import shared

State = Literal["waiting", "running", "done", "failed"]
_KEPT_SECONDS: Final = 3600.0
#: Progress is written down no more often than this.
_STEP_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Job:
    """``done`` of ``total`` queries are answered; ``at`` is ``None`` for a window that ends now (epoch
    seconds).
    """

    id: str
    state: State
    progress: float
    done: int
    total: int
    error: str | None
    window_seconds: int
    at: float | None
    changed_at: float = 0.0

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ("done", "failed")


def job_id(window_seconds: int, at: float | None) -> str:
    """``300`` for five minutes up to now, ``300-1767225600`` for five minutes up to then."""
    return str(window_seconds) if at is None else f"{window_seconds}-{at:.0f}"


def find(name: str) -> Job | None:
    """The job of that id, if it is less than an hour old."""
    known = shared.get(f"job:{name[:40]}")
    return Job(**known) if known else None


def create(window_seconds: int, at: float | None) -> Job:
    """A new waiting job in the place of any older one of the same id."""
    return _write(Job(job_id(window_seconds, at), "waiting", 0.0, 0, 0, None, window_seconds, at))


def fail(job: Job, error: str) -> Job:
    """The job cannot be done, and why."""
    return _write(replace(job, state="failed", error=error))


class Waiters:
    """Tells whoever waits for one collection how it goes; costs nothing while nobody waits."""

    def __init__(self, window_seconds: int, at: float | None) -> None:
        self._id = job_id(window_seconds, at)
        self._written = 0.0

    def progress(self, done: int, total: int) -> None:
        """So many queries of so many are answered."""
        if time.monotonic() - self._written > _STEP_SECONDS:
            self._written = time.monotonic()
            self._change(state="running", done=done, total=total, progress=done / max(total, 1))

    def done(self) -> None:
        """The snapshot is stored."""
        self._change(state="done", progress=1.0)

    def failed(self, error: str) -> None:
        """There will be no snapshot, and why."""
        self._change(state="failed", error=error)

    def _change(self, **changes: Any) -> None:
        job = find(self._id)
        if job and not job.over:
            _write(replace(job, **changes))


def _write(job: Job) -> Job:
    changed = replace(job, changed_at=time.time())
    shared.put(f"job:{job.id}", asdict(changed), _KEPT_SECONDS)
    return changed
