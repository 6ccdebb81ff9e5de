"""Rows are made once per snapshot and shown to whom they may be shown."""

import time

import pytest

from graph import services as graph
from inventory import services as inventory
from mesh.traffic import Snapshot
from snapshots import interest, storage
from sources import shared
from tests.api.conftest import small, stored
from workloads import services
from workloads.services import Job, Things, things, visible

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    for forget in (
        storage.forget,
        interest.forget,
        shared.forget,
        graph.forget,
        inventory.forget,
        services.forget,
    ):
        forget()


def fresh(name: str = "one") -> Snapshot:
    return stored(small().snapshot(name, taken_at=time.time() - 5))


def rows_of(found: Things | Job) -> Things:
    assert isinstance(found, Things)
    return found


def test_rows_are_made_once_for_a_snapshot() -> None:
    fresh()
    first = things("workloads", 300)
    assert things("workloads", 300) is first
    fresh("two")
    storage.forget()
    assert rows_of(things("workloads", 300)).snapshot.id == "two"


def test_a_window_nobody_has_is_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    from celery import current_app

    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, *_, **__: sent.append(name))
    fresh()
    assert isinstance(things("workloads", 3600), Job)
    assert isinstance(things("apps", 300, at=1_700_000_000.0), Job)
    assert sent


def test_only_namespaces_the_user_may_see(settings: object) -> None:
    fresh()
    found = rows_of(things("workloads", 300))
    assert visible(found, None) is found
    settings.NAMESPACES = ["shop"]  # type: ignore[attr-defined]
    seen = visible(found, None)
    assert {row.key.namespace for row in seen.rows} == {"shop"}
    assert seen.known == {"shop"}
    spaces = visible(rows_of(things("namespaces", 300)), None)
    assert {row.key.name for row in spaces.rows} == {"shop"}
