"""How each source is doing, as every process sees it."""

import time
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from django.conf import settings

from sources import measures, shared
from sources.configured import sources

State = Literal["ok", "degraded", "down", "off"]
REDIS: Final = "redis"
DATABASE_REMEDY: Final = "Check MESHVIEW_DATABASE_URL."
REDIS_REMEDY: Final = "Check MESHVIEW_REDIS_URL, and that Redis runs."
_KEPT_SECONDS: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class SourceState:
    """``since`` (epoch seconds) is when it came into this state; ``error`` says why it is not ``ok``,
    ``remedy`` what an operator can do about it.
    """

    name: str
    kind: str
    state: State
    since: float | None = None
    error: str | None = None
    latency_ms: float | None = None
    remedy: str | None = None


def report(name: str, state: State, error: str | None = None, remedy: str | None = None) -> None:
    """Says how a source is doing now. ``since`` stays while the state stays; the latency is its last
    request's.
    """
    old = shared.get(_key(name)) or {}
    since = old["since"] if old.get("state") == state else time.time()
    seconds = measures.latest(name)
    latency = old.get("latency_ms") if seconds is None else seconds * 1000
    entry = {"state": state, "since": since, "error": error, "latency_ms": latency, "remedy": remedy or None}
    shared.put(_key(name), entry, _KEPT_SECONDS)


def states() -> dict[str, SourceState]:
    """Every source by name. One that is not configured is ``off``; one not asked yet counts as ``ok``."""
    known: dict[str, Any] = shared.get_many(_key(source.name) for source in sources())
    found = {}
    for source in sources():
        if source.access is None:
            hint = f"Set {source.setting} to its address."
            found[source.name] = SourceState(source.name, source.kind, "off", remedy=hint)
        else:
            entry = known.get(_key(source.name), {"state": "ok"})
            found[source.name] = SourceState(source.name, source.kind, **entry)
    if settings.REDIS_URL:
        found[REDIS] = _redis()
    return found


def as_json(state: SourceState) -> dict[str, Any]:
    """The fields by name."""
    return asdict(state)


def _redis() -> SourceState:
    since = shared.down_since()
    if since is None:
        return SourceState(REDIS, "cache", "ok")
    error = "Redis does not answer; nothing new is collected until it does"
    return SourceState(REDIS, "cache", "down", since, error, remedy=REDIS_REMEDY)


def _key(name: str) -> str:
    return f"source:{name}"
