"""Documents in memory: each is made and compressed once, however many readers ask at the same moment."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from graph.encoding import Tail
from graph.measures import DOCUMENTS

#: Compressed bytes that are kept; the reference mesh's graph is about 0.3 MiB.
ROOM: Final = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """A finished document: its bytes, and the tag that changes when they do."""

    tail: Tail
    tag: str


class Documents:
    """The most recently used documents, up to ``room`` compressed bytes."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._making: dict[Hashable, Future[Made]] = {}
        self._weight = 0

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """The document of that key. Raises what ``make`` raises, and then remembers nothing."""
        with self._lock:
            if (known := self._made.get(key)) is not None:
                self._made.move_to_end(key)
                DOCUMENTS.labels("hit").inc()
                return known
            future = self._making.get(key)
            mine = future is None
            if future is None:
                future = self._making[key] = Future()
        if not mine:
            DOCUMENTS.labels("waited").inc()
            return future.result()
        DOCUMENTS.labels("miss").inc()
        return self._make(key, make, future)

    def has(self, key: Hashable) -> bool:
        """Whether the document of that key is ready."""
        with self._lock:
            return key in self._made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._made.clear()
            self._weight = 0

    def _make(self, key: Hashable, make: Callable[[], Made], future: Future[Made]) -> Made:
        try:
            made = make()
        except BaseException as error:
            with self._lock:
                self._making.pop(key, None)
            future.set_exception(error)
            raise
        with self._lock:
            self._making.pop(key, None)
            self._keep(key, made)
        future.set_result(made)
        return made

    def _keep(self, key: Hashable, made: Made) -> None:
        self._made[key] = made
        self._weight += made.tail.weight
        while self._weight > self._room and len(self._made) > 1:
            _, old = self._made.popitem(last=False)
            self._weight -= old.tail.weight
