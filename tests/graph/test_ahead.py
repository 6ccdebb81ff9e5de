"""Documents are made ahead, and the one before serves meanwhile."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from graph.ahead import Ahead, Answer, without_traffic
from graph.documents import Made
from graph.encoding import tail
from mesh.errors import NotFound
from mesh.traffic import Snapshot, Traffic
from tests.mesh.builder import edge


def answer(name: str) -> Answer:
    return Answer(
        Snapshot(name, 300, 1000.0, Traffic(edges=(edge("a/b", "c/d", "c/d"),))), Made(tail(b"{}"), name)
    )


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def test_without_its_thread_there_is_no_earlier_answer() -> None:
    ahead = Ahead(without_traffic)
    ahead.earlier("question", lambda: None)
    ahead.remember("question", answer("one"))
    assert ahead.earlier("question", lambda: None) is None


def test_a_question_asked_once_is_answered_again_when_the_snapshot_changes() -> None:
    ahead, newest = Ahead(without_traffic), [answer("one")]
    ahead.start()
    ahead.earlier("question", lambda: newest[0])
    ahead.remember("question", newest[0])
    newest[0] = answer("two")

    def seen() -> str:
        found = ahead.earlier("question", lambda: newest[0])
        return found.made.tag if found else ""

    assert seen() in {"one", "two"}
    until(lambda: seen() == "two")


def test_a_question_that_has_no_answer_any_more_is_forgotten() -> None:
    ahead, gone = Ahead(without_traffic), threading.Event()

    def make() -> Answer | None:
        gone.set()
        raise NotFound("unknown_namespace", "It went away.")

    ahead.start()
    ahead.earlier("question", make)
    ahead.remember("question", answer("one"))
    assert gone.wait(10)
    until(lambda: ahead.earlier("question", make) is None)


def test_what_is_remembered_holds_no_traffic() -> None:
    ahead = Ahead(without_traffic)
    ahead.start()
    full = answer("one")
    ahead.earlier("question", lambda: full)
    ahead.remember("question", replace(full))
    found = ahead.earlier("question", lambda: full)
    assert found is not None
    assert found.snapshot.traffic.edges == ()


def test_a_failure_is_not_the_end_of_the_thread(caplog: pytest.LogCaptureFixture) -> None:
    ahead, tries = Ahead(without_traffic), [0]

    def make() -> Answer | None:
        tries[0] += 1
        if tries[0] == 1:
            raise RuntimeError("once")
        return answer("two")

    ahead.start()
    ahead.earlier("question", make)
    until(lambda: tries[0] >= 2)
