"""How old an answer is and what is missing in it: what every reply that shows telemetry says about itself."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal

from django.conf import settings
from msgspec import Struct

from mesh.traffic import Snapshot
from snapshots import domain
from snapshots.services import SourceState

#: A snapshot is stale when it is older than this many periods of its window's collection, plus the slack.
_PERIODS: Final = 3
_SLACK_SECONDS: Final = 15.0


class MissingColumn(Struct, frozen=True):
    """A column, or a slice of one, that a source did not deliver."""

    column: str
    source: str
    error: str
    since: str


class CarriedColumn(Struct, frozen=True):
    """A column whose values are those of an earlier collection."""

    column: str
    taken_at: str


class Freshness(Struct, frozen=True):
    """``age_seconds`` is true at the moment of the answer; ``complete`` is whether every column arrived."""

    taken_at: str
    window_seconds: int
    age_seconds: float
    complete: bool
    missing: list[MissingColumn]
    warnings: list[str]
    carried: list[CarriedColumn]


class Source(Struct, frozen=True):
    """One source of evidence and how it is doing: why it is not well, and what can be done about it."""

    name: str
    kind: str
    state: Literal["ok", "degraded", "down", "off"]
    since: str | None
    error: str | None
    latency_ms: float | None
    remedy: str | None


class DataStatus(Struct, frozen=True):
    """``stale``: the newest snapshot should have been replaced by now."""

    state: Literal["fresh", "stale", "waiting"]
    sources: list[Source]


def rfc3339(epoch_seconds: float) -> str:
    """UTC with milliseconds and ``Z``."""
    moment = datetime.fromtimestamp(epoch_seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")


def freshness(snapshot: Snapshot, now: float | None = None) -> Freshness:
    """The ``snapshot`` block of a reply."""
    missing = [MissingColumn(m.column, m.source, m.error, rfc3339(m.since)) for m in snapshot.missing]
    return Freshness(
        taken_at=rfc3339(snapshot.taken_at),
        window_seconds=snapshot.window_seconds,
        age_seconds=round(max(0.0, (now or time.time()) - snapshot.taken_at), 3),
        complete=snapshot.complete,
        missing=missing,
        warnings=list(snapshot.warnings),
        carried=[CarriedColumn(column, rfc3339(taken_at)) for column, taken_at in snapshot.carried],
    )


def sources(states: Mapping[str, SourceState]) -> list[Source]:
    """The sources as replies show them, by name."""
    return [
        Source(
            s.name, s.kind, s.state, rfc3339(s.since) if s.since else None, s.error, s.latency_ms, s.remedy
        )
        for _, s in sorted(states.items())
    ]


def data_status(
    snapshot: Snapshot, fixed: bool, states: Mapping[str, SourceState], now: float | None = None
) -> DataStatus:
    """The ``status`` block. A window with a fixed end never goes stale."""
    age = (now or time.time()) - snapshot.taken_at
    period = domain.period(snapshot.window_seconds, settings.COLLECT_PERIOD)
    stale = not fixed and age > _PERIODS * period + _SLACK_SECONDS
    return DataStatus("stale" if stale else "fresh", sources(states))
