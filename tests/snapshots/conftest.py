"""A process that remembers nothing of the test before, and a source that does as it is told."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.core.cache import cache
from pytest_django import Settings

from mesh.traffic import Snapshot
from snapshots import collection, interest, storage
from snapshots.source import Progress
from sources import shared
from tests.snapshots.traffic import snapshot


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Forgets caches of the process before each test."""
    for part in (storage, interest, shared):
        part.forget()
    cache.clear()
    yield
    for part in (storage, interest, shared):
        part.forget()


@dataclass
class Source:
    """Collects what ``answer`` gives; ``asked`` are (window, at, columns)."""

    answer: Callable[[int, float], Snapshot]
    asked: list[tuple[int, float, frozenset[str]]] = field(default_factory=list)

    def collect(
        self, window_seconds: int, at: float, deadline: float, columns: frozenset[str], progress: Progress
    ) -> Snapshot:
        assert deadline > time.time()
        self.asked.append((window_seconds, at, columns))
        progress(1, 2)
        return self.answer(window_seconds, at)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Source:
    """Stands in for Prometheus."""
    settings.PROMETHEUS_URL = "http://127.0.0.1:1"
    numbers = iter(range(1000))
    made = Source(lambda window, at: snapshot(window, at, f"s{next(numbers)}"))
    monkeypatch.setattr(collection, "_source", lambda: made)
    return made


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[object, ...]]]:
    """Tasks that would have gone to Celery."""
    from celery import current_app

    tasks: list[tuple[str, tuple[object, ...]]] = []
    monkeypatch.setattr(
        type(current_app._get_current_object()),
        "send_task",
        lambda _, name, args=(), **__: tasks.append((name, args)),
    )
    return tasks
