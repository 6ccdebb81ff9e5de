"""Answers made ahead of their readers.

A new snapshot makes every answer old at the same moment. Readers who come just then get the answer they had,
with its true age, while this thread makes the new one of each question that was asked lately; so nobody but
the first asker of a question waits for an answer to be made.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

import structlog
from django.db import close_old_connections

from graph.documents import Made
from mesh.errors import CallerError
from mesh.traffic import Snapshot, Traffic

log = structlog.get_logger(__name__)
#: A question is kept answered this long after it was last asked.
_ASKED_SECONDS: Final = 90.0
_LOOK_SECONDS: Final = 1.0
_MOST_QUESTIONS: Final = 64


@dataclass(frozen=True, slots=True)
class Answer:
    """A document and the snapshot it shows, without that snapshot's traffic."""

    snapshot: Snapshot
    made: Made


Kept = TypeVar("Kept")


def without_traffic(answer: Answer) -> Answer:
    """All that a reader of the document still needs of the snapshot."""
    return Answer(replace(answer.snapshot, traffic=Traffic()), answer.made)


class Ahead(Generic[Kept]):
    """The questions asked lately with their last answers. One thread keeps them answered once started.

    A maker gives the newest answer of one question, or ``None`` when there is no snapshot.
    """

    def __init__(self, light: Callable[[Kept], Kept] | None = None) -> None:
        self._light = light
        self._lock = threading.Lock()
        self._asked: dict[Hashable, tuple[float, Callable[[], Kept | None]]] = {}
        self._last: dict[Hashable, Kept] = {}
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    def start(self) -> None:
        """Begin to make answers ahead; until then every answer is made when it is asked for."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="answers-ahead", daemon=True)
            self._thread.start()

    def earlier(self, question: Hashable, make: Callable[[], Kept | None]) -> Kept | None:
        """Note that the question was asked; the last answer, to be used while a newer one is being made."""
        with self._lock:
            self._asked[question] = (time.monotonic(), make)
            last = self._last.get(question)
        self._wake.set()
        return last if self._thread is not None else None

    def remember(self, question: Hashable, answer: Kept) -> None:
        """The newest answer of a question."""
        light = self._light(answer) if self._light else answer
        with self._lock:
            if question in self._asked:
                self._last[question] = light

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._asked.clear()
            self._last.clear()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            for question, make in self._current():
                self._refresh(question, make)
            close_old_connections()
            time.sleep(_LOOK_SECONDS)
            if self._asked:
                self._wake.set()

    def _current(self) -> list[tuple[Hashable, Callable[[], Kept | None]]]:
        """The questions asked lately, newest first; the others are forgotten."""
        oldest = time.monotonic() - _ASKED_SECONDS
        with self._lock:
            recent = sorted(self._asked.items(), key=lambda item: -item[1][0])[:_MOST_QUESTIONS]
            self._asked = {question: asked for question, asked in recent if asked[0] > oldest}
            self._last = {question: last for question, last in self._last.items() if question in self._asked}
            return [(question, make) for question, (_, make) in self._asked.items()]

    def _refresh(self, question: Hashable, make: Callable[[], Kept | None]) -> None:
        try:
            answer = make()
        except CallerError:  # the namespace went away: its next reader is told so
            answer = None
        except Exception:
            log.exception("an answer could not be made ahead")
            return
        if answer is not None:
            self.remember(question, answer)
            return
        with self._lock:
            self._asked.pop(question, None)
            self._last.pop(question, None)
