"""Who watches what: a window (and a histogram of it) that somebody read within the last minutes is kept
fresh.
"""

import threading
import time
from collections.abc import Iterable
from typing import Final

from django.conf import settings

from mesh.traffic import HISTOGRAMS
from mesh.window import WINDOWS, parse_window
from sources import shared

#: A reader writes its interest down no more often than this, however often it reads.
_AGAIN_SECONDS: Final = 5.0
_written: dict[str, float] = {}
_lock = threading.Lock()


def register(window_seconds: int, columns: Iterable[str]) -> None:
    """Somebody reads this window and these histograms of it now."""
    now = time.monotonic()
    for key in (_key(window_seconds), *(_key(window_seconds, column) for column in columns)):
        with _lock:
            if now - _written.get(key, -_AGAIN_SECONDS) < _AGAIN_SECONDS:
                continue
            _written[key] = now
        shared.put(key, time.time(), settings.INTEREST_SECONDS)


def watched_windows() -> frozenset[int]:
    """Windows with a reader, in seconds."""
    keys = {_key(window): window for window in WINDOWS}
    return frozenset(keys[key] for key in shared.get_many(keys))


def watched_columns(window_seconds: int) -> frozenset[str]:
    """Histograms of that window with a reader."""
    keys = {_key(window_seconds, column): column for column in HISTOGRAMS}
    return frozenset(keys[key] for key in shared.get_many(keys))


def always_windows() -> frozenset[int]:
    """Windows that are collected whether or not anybody watches."""
    return frozenset(parse_window(text) for text in settings.ALWAYS_WINDOWS)


def forget() -> None:
    """Forgets what this process has written (for tests)."""
    with _lock:
        _written.clear()


def _key(window_seconds: int, column: str = "") -> str:
    return f"interest:{window_seconds}:{column}"
