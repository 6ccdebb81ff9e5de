"""Documents made ahead of their readers.

A new snapshot makes every document old at the same moment. Readers who come just then get the document they
had, with its true age, while this thread makes the new one of each question that was asked lately; so nobody
but the first asker of a question waits for a document to be made.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Final

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


#: Makes the newest answer of one question, or ``None`` when there is no snapshot.
Maker = Callable[[], Answer | None]


class Ahead:
    """The questions asked lately with their last answers. One thread keeps them answered once started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[Hashable, tuple[float, Maker]] = {}
        self._last: dict[Hashable, Answer] = {}
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    def start(self) -> None:
        """Begin to make answers ahead; until then every answer is made when it is asked for."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="documents-ahead", daemon=True)
            self._thread.start()

    def earlier(self, question: Hashable, make: Maker) -> Answer | None:
        """Note that the question was asked; the last answer, to be used while a newer one is being made."""
        with self._lock:
            self._asked[question] = (time.monotonic(), make)
            last = self._last.get(question)
        self._wake.set()
        return last if self._thread is not None else None

    def remember(self, question: Hashable, answer: Answer) -> None:
        """The newest answer of a question."""
        light = Answer(replace(answer.snapshot, traffic=Traffic()), answer.made)
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

    def _current(self) -> list[tuple[Hashable, Maker]]:
        """The questions asked lately, newest first; the others are forgotten."""
        oldest = time.monotonic() - _ASKED_SECONDS
        with self._lock:
            recent = sorted(self._asked.items(), key=lambda item: -item[1][0])[:_MOST_QUESTIONS]
            self._asked = {question: asked for question, asked in recent if asked[0] > oldest}
            self._last = {question: last for question, last in self._last.items() if question in self._asked}
            return [(question, make) for question, (_, make) in self._asked.items()]

    def _refresh(self, question: Hashable, make: Maker) -> None:
        try:
            answer = make()
        except CallerError:  # the namespace went away: its next reader is told so
            answer = None
        except Exception:
            log.exception("a document could not be made ahead")
            return
        if answer is not None:
            self.remember(question, answer)
            return
        with self._lock:
            self._asked.pop(question, None)
            self._last.pop(question, None)
