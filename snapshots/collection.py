"""One collection, from the lock that makes it the only one of its kind to the stored snapshot."""

import secrets
import time
from functools import cache
from typing import Final

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from mesh.traffic import HISTOGRAMS, Snapshot
from snapshots import domain, interest, seen, storage
from snapshots.jobs import Waiters, job_id
from snapshots.measures import COLLECTION_SECONDS, COLLECTIONS
from snapshots.source import TrafficSource
from sources import registry, shared
from sources.configured import PROMETHEUS
from sources.errors import SourceError

log = structlog.get_logger(__name__)
_SLACK_SECONDS: Final = 10.0


def time_limit(window_seconds: int) -> float:
    """Seconds a collection may take: its period, but never less than one query may."""
    return max(_period(window_seconds), float(settings.PROMETHEUS_TIMEOUT))


def due(window_seconds: int) -> bool:
    """Whether the last collection of a moving window began long enough ago (a beat's jitter aside)."""
    begun = shared.get(f"begun:{window_seconds}")
    jitter = settings.COLLECT_PERIOD / 2
    return begun is None or time.time() - begun >= _period(window_seconds) - jitter


def collect(window_seconds: int, at: float | None) -> None:
    """Collects and stores one window, unless somebody else is at it. A source that fails leaves everything as
    it was.
    """
    key, token = f"collecting:{job_id(window_seconds, at)}", secrets.token_hex(8)
    if not shared.claim(key, token, time_limit(window_seconds) + _SLACK_SECONDS):
        return
    waiters = Waiters(window_seconds, at)
    try:
        _collect(window_seconds, at, waiters)
    except SourceError as error:
        COLLECTIONS.labels("failed").inc()
        registry.report(error.source, "down", error.fact, error.remedy)
        waiters.failed(error.sentence)
        log.warning(
            "collection failed", window_seconds=window_seconds, source=error.source, error=error.message
        )
    except Exception:
        COLLECTIONS.labels("broken").inc()
        waiters.failed("meshview could not process what it collected; see its log.")
        raise
    else:
        waiters.done()
    finally:
        shared.release(key, token)


def _collect(window_seconds: int, at: float | None, waiters: Waiters) -> None:
    begin = time.time()
    old = storage.load(window_seconds, None) if at is None else None
    columns = domain.columns(frozenset(), 1.0, 0.0)
    if at is None:
        columns = _columns(window_seconds) | domain.lacking(old)
        shared.put(f"begun:{window_seconds}", begin, 2 * 86_400)
    deadline = begin + time_limit(window_seconds)
    new = _source().collect(window_seconds, begin if at is None else at, deadline, columns, waiters.progress)
    storage.save(domain.carry(old, new, columns, _period(window_seconds)), at)
    seen.note(new)
    _told(new, columns)


def _columns(window_seconds: int) -> frozenset[str]:
    watched = interest.watched_columns(window_seconds)
    since_all = time.time() - (shared.get(f"all:{window_seconds}") or 0.0)
    wanted = domain.columns(watched, since_all, _period(window_seconds))
    if wanted.issuperset(HISTOGRAMS):
        shared.put(f"all:{window_seconds}", time.time(), 2 * 86_400)
    return wanted


def _told(snapshot: Snapshot, columns: frozenset[str]) -> None:
    COLLECTIONS.labels("complete" if snapshot.complete else "partial").inc()
    COLLECTION_SECONDS.observe(snapshot.duration_seconds)
    if not snapshot.missing:
        registry.report(PROMETHEUS, "ok")
    for one in snapshot.missing[:1]:
        error = f"{len(snapshot.missing)} of its columns did not arrive: {one.column}: {one.error}"
        registry.report(one.source, "degraded", error, one.remedy)
    log.info(
        "collected",
        window_seconds=snapshot.window_seconds,
        seconds=round(snapshot.duration_seconds, 3),
        edges=len(snapshot.traffic.edges),
        columns=len(columns),
        missing=[one.column for one in snapshot.missing],
    )


@cache
def _source() -> TrafficSource:
    make = import_string(settings.TRAFFIC_SOURCE)
    source: TrafficSource = make()
    return source


def _period(window_seconds: int) -> float:
    return domain.period(window_seconds, settings.COLLECT_PERIOD)
