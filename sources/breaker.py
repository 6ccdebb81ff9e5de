"""A circuit breaker: after several failures in a row a source is left alone for a while, then asked once."""

import threading
import time
from collections.abc import Callable
from typing import Literal

Position = Literal["closed", "open", "half_open"]


class Breaker:
    """Opens after ``failures`` in a row; ``rest_seconds`` later it lets one call through to see.
    Thread-safe.
    """

    def __init__(
        self, failures: int = 6, rest_seconds: float = 5.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = failures
        self._rest = rest_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def position(self) -> Position:
        """Where it stands now."""
        with self._lock:
            return self._position()

    def _position(self) -> Position:
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._clock() - self._opened_at >= self._rest else "open"

    def allow(self) -> bool:
        """Whether a call may go out now. In the half-open position only one caller at a time hears yes."""
        with self._lock:
            position = self._position()
            if position == "half_open" and not self._probing:
                self._probing = True
                return True
            return position == "closed"

    def succeeded(self) -> None:
        """A call came back with an answer, good or bad: the source is alive."""
        with self._lock:
            self._failed, self._opened_at, self._probing = 0, None, False

    def failed(self) -> None:
        """A call got no answer."""
        with self._lock:
            self._failed += 1
            if self._probing or self._failed >= self._limit:
                self._opened_at, self._probing = self._clock(), False
