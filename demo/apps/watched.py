"""A small JSON file that is read again when it changes."""

import json
import time
from pathlib import Path
from typing import Any

RECHECK_SECONDS = 0.3


class Watched:
    """The newest content of a JSON file; an unreadable one keeps the last good content."""

    def __init__(self, path: Path) -> None:
        """Nothing is read before the first `get`."""
        self._path = path
        self._content: dict[str, Any] = {}
        self._seen = 0
        self._checked = 0.0

    def get(self) -> dict[str, Any]:
        """The content, at most `RECHECK_SECONDS` old."""
        now = time.monotonic()
        if now - self._checked > RECHECK_SECONDS:
            self._checked = now
            self._read()
        return self._content

    def _read(self) -> None:
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._seen:
                self._content = json.loads(self._path.read_text(encoding="utf-8"))
                self._seen = changed
        except (OSError, ValueError):
            return
