"""The cache that all processes share, which may be down: then this process goes on with what it remembers
itself.

Without Redis it is this process's own memory and never down. Values are plain JSON-like things.
"""

import threading
import time
from collections.abc import Iterable
from typing import Any, Final

import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)
#: After a failure the cache is left alone this long, so that readers do not wait for it one after another.
REST_SECONDS: Final = 5.0
_ROOM: Final = 2000

_lock = threading.Lock()
_own: dict[str, tuple[Any, float]] = {}
_down_since: float | None = None
_asked_at = 0.0


def get(key: str) -> Any:
    """The value, or ``None``."""
    return get_many([key]).get(key)


def get_many(keys: Iterable[str]) -> dict[str, Any]:
    """Those of the keys that are there."""
    wanted = list(keys)
    answer = _try(lambda: cache.get_many(wanted))
    return _remembered(wanted) if answer is _DOWN else dict(answer)


def put(key: str, value: Any, seconds: float) -> None:
    """Keeps the value for about ``seconds``."""
    with _lock:
        _remember(key, value, seconds)
    _try(lambda: cache.set(key, value, max(1, round(seconds))))


def claim(key: str, value: str, seconds: float) -> bool:
    """Takes a lock unless somebody has it; it falls open by itself after ``seconds``."""
    answer = _try(lambda: cache.add(key, value, max(1, round(seconds))))
    with _lock:
        free = key not in _own or _own[key][1] <= time.time()
        won = free if answer is _DOWN else bool(answer)
        if won:
            _remember(key, value, seconds)
    return won


def release(key: str, value: str) -> None:
    """Gives a lock back, if it is still the one that was claimed with ``value``."""
    if get(key) == value:
        _try(lambda: cache.delete(key))
        with _lock:
            _own.pop(key, None)


def down_since() -> float | None:
    """Since when (epoch seconds) the cache does not answer this process, or ``None``."""
    return _down_since


def forget() -> None:
    """Forgets everything this process remembers (for tests)."""
    global _down_since, _asked_at
    with _lock:
        _own.clear()
        _down_since, _asked_at = None, 0.0


_DOWN: Final = object()


def _try(ask: Any) -> Any:
    """What the cache answers, or ``_DOWN``. Any exception of any cache library means that it is down."""
    global _down_since, _asked_at
    if _down_since is not None and time.monotonic() - _asked_at < REST_SECONDS:
        return _DOWN
    _asked_at = time.monotonic()  # while it is down, one caller looks and the others go on
    try:
        answer = ask()
    except Exception as error:  # noqa: BLE001 - each backend has its own tree of errors
        if _down_since is None:
            _down_since = time.time()
            log.warning("shared cache is down; going on alone", error=type(error).__name__)
        return _DOWN
    if _down_since is not None:
        log.info("shared cache is back")
        _down_since = None
    return answer


def _remember(key: str, value: Any, seconds: float) -> None:
    now = time.time()
    if len(_own) >= _ROOM:
        for old in [old for old, (_, until) in _own.items() if until <= now]:
            del _own[old]
    if len(_own) < _ROOM or key in _own:
        _own[key] = value, now + seconds


def _remembered(keys: Iterable[str]) -> dict[str, Any]:
    now = time.time()
    with _lock:
        found = ((key, _own.get(key)) for key in keys)
        return {key: entry[0] for key, entry in found if entry and entry[1] > now}
