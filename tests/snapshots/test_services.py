"""Reading, asking, collecting."""

from dataclasses import replace

import pytest
from django.db import OperationalError as DatabaseDown
from kombu.exceptions import OperationalError
from pytest_django import DjangoAssertNumQueries, Settings

from mesh.traffic import HISTOGRAMS, Missing, Snapshot, Traffic
from snapshots import services, storage
from snapshots.models import StoredSnapshot
from sources.errors import SourceTimeout
from tests.snapshots.conftest import Source
from tests.snapshots.traffic import same, snapshot

pytestmark = pytest.mark.django_db
Sent = list[tuple[str, tuple[object, ...]]]


def test_nothing_is_there_at_first(source: Source) -> None:
    assert services.newest(300) is None
    assert services.at(300, 1000.0) is None
    assert services.job("300") is None
    assert services.summaries() == []
    assert source.asked == []


def test_what_was_collected_is_read(source: Source) -> None:
    services.collect(300, None)
    found = services.newest(300)
    assert found
    assert found.id == "s0"
    assert services.newest(60) is None
    assert source.asked[0][2].issuperset(HISTOGRAMS)
    (summary,) = services.summaries()
    assert summary.window_seconds == 300
    assert summary.watched


def test_it_survives_a_restart(source: Source) -> None:
    services.collect(300, None)
    before = services.newest(300)
    storage.forget()
    after = services.newest(300)
    assert before
    assert after
    assert after is not before
    assert same(after, before)


def test_a_reader_costs_the_database_almost_nothing(
    source: Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    services.collect(300, None)
    with django_assert_num_queries(0):
        for _ in range(20):
            services.newest(300)


def test_only_a_few_are_kept(source: Source) -> None:
    for _ in range(5):
        services.collect(300, None)
    for at in range(storage.KEPT_FIXED + 3):
        services.collect(300, float(at))
    assert StoredSnapshot.objects.filter(moving=True).count() == storage.KEPT_MOVING
    assert StoredSnapshot.objects.filter(moving=False).count() == storage.KEPT_FIXED


def test_a_fixed_end_is_another_snapshot(source: Source) -> None:
    services.collect(300, 1000.0)
    assert services.newest(300) is None
    found = services.at(300, 1000.4)
    assert found
    assert found.taken_at == 1000.0


def test_a_source_that_fails_leaves_the_old_one_and_says_why(source: Source) -> None:
    services.collect(300, None)

    def slow(_window: int, _at: float) -> Snapshot:
        raise SourceTimeout("prometheus", "no answer within 30 s", "See whether it is overloaded.")

    good, source.answer = source.answer, slow
    services.collect(300, None)
    found = services.newest(300)
    assert found
    assert found.id == "s0"
    state = services.failures()["prometheus"]
    assert state.state == "down"
    assert state.since
    assert state.error == "Prometheus no answer within 30 s"
    assert state.remedy == "See whether it is overloaded."
    services.collect(300, None)
    assert services.failures()["prometheus"].since == state.since
    source.answer = good
    services.collect(300, None)
    assert services.failures()["prometheus"].state == "ok"
    assert services.failures()["prometheus"].error is None


def test_a_partial_one_is_served_and_marked(source: Source) -> None:
    gap = Missing("tcp_sent", "prometheus", "slow", 1.0, "Ask for less.")
    source.answer = lambda window, at: snapshot(window, at, missing=(gap,))
    services.collect(300, None)
    state = services.failures()["prometheus"]
    assert state.state == "degraded"
    assert "tcp_sent" in (state.error or "")
    assert state.remedy == "Ask for less."
    found = services.newest(300)
    assert found
    assert not found.complete


def test_sources_not_configured_are_off(settings: Settings) -> None:
    settings.PROMETHEUS_URL = settings.JAEGER_URL = ""
    assert {name: state.state for name, state in services.failures().items()} == {
        "prometheus": "off",
        "jaeger": "off",
    }


def test_asking_twice_is_one_job(source: Source, sent: Sent) -> None:
    job = services.request(300)
    assert services.request(300) == job
    assert (job.id, job.state, job.progress) == ("300", "waiting", 0.0)
    assert sent == [("snapshots.collect", (300, None))]
    services.request(300, 1000.2)
    assert sent[1:] == [("snapshots.collect", (300, 1000.0))]


def test_a_job_tells_how_it_goes(source: Source, sent: Sent) -> None:
    services.request(300)
    seen: list[object] = []

    def looking(window: int, at: float) -> Snapshot:
        seen.append(services.job("300"))
        return snapshot(window, at)

    source.answer = looking
    services.collect(300, None)
    (running,) = seen
    assert isinstance(running, services.Job)
    assert (running.state, running.done, running.total, running.progress) == ("running", 1, 2, 0.5)
    done = services.job("300")
    assert done
    assert (done.state, done.progress, done.error) == ("done", 1.0, None)


def test_a_job_that_fails_says_why(source: Source, sent: Sent) -> None:
    def broken(_window: int, _at: float) -> Snapshot:
        raise RuntimeError("a bug")

    services.request(300)
    source.answer = broken
    with pytest.raises(RuntimeError):
        services.collect(300, None)
    job = services.job("300")
    assert job
    assert job.state == "failed"
    assert job.error


def test_without_a_queue_a_job_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("refused")

    monkeypatch.setattr(services, "_send", refuse)
    assert services.request(300).state == "failed"


def test_one_collection_at_a_time(source: Source) -> None:
    def nested(window: int, at: float) -> Snapshot:
        services.collect(window, None)
        return snapshot(window, at, f"nested{at}")

    source.answer = nested
    services.collect(300, None)
    assert len(source.asked) == 1
    services.collect(300, None)
    assert len(source.asked) == 2


def test_refresh_collects_what_is_always_kept_or_watched_and_due(
    source: Source, sent: Sent, settings: Settings
) -> None:
    settings.ALWAYS_WINDOWS = ["1m"]
    services.newest(3600)
    services.refresh()
    assert [args for _, args in sent] == [(60, None), (3600, None)]
    services.collect(3600, None)
    sent.clear()
    services.refresh()
    assert [args for _, args in sent] == [(60, None)]


def test_only_watched_histograms_come_every_time(source: Source) -> None:
    some = snapshot().traffic
    every = replace(some, histograms=dict.fromkeys(HISTOGRAMS, some.histograms["request_duration"]))
    source.answer = lambda window, at: snapshot(window, at, str(at), traffic=every)
    services.collect(300, None)
    services.collect(300, None)
    assert not source.asked[1][2] & set(HISTOGRAMS)
    services.newest(300, frozenset({"request_bytes"}))
    services.collect(300, None)
    assert source.asked[2][2] & set(HISTOGRAMS) == {"request_bytes"}


def test_when_the_database_is_gone_memory_serves(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    services.collect(300, None)
    before = services.newest(300)

    def gone(*_: object, **__: object) -> None:
        raise DatabaseDown("gone")

    monkeypatch.setattr(storage, "_POINTER_SECONDS", -1.0)
    monkeypatch.setattr(StoredSnapshot.objects, "filter", gone)
    assert services.newest(300) is before


def test_a_stored_one_that_cannot_be_read_is_dropped(source: Source) -> None:
    services.collect(300, None)
    StoredSnapshot.objects.update(payload=b"rubbish")
    storage.forget()
    assert services.newest(300) is None
    assert not StoredSnapshot.objects.exists()


def test_when_traffic_was_last_seen_survives_quiet_collections_and_a_restart(source: Source) -> None:
    busy = source.answer
    services.collect(300, 1000.0)
    assert services.last_seen({"shop"}, 5000.0) == 1000.0
    assert services.last_seen({"shop"}, 900.0) == 900.0
    assert services.last_seen({"bank", "x" * 5000, "\0"}, 5000.0) is None
    source.answer = lambda window, at: snapshot(window, at, f"q{at}", traffic=Traffic())
    services.collect(300, 1200.0)
    storage.forget()
    assert services.last_seen({"shop", "bank"}, 5000.0) == 900.0
    source.answer = busy
    services.collect(300, 2000.0)
    assert services.last_seen({"shop"}, 5000.0) == 2000.0


def test_a_window_whose_counters_did_not_arrive_does_not_look_quiet(source: Source) -> None:
    services.collect(300, 1000.0)
    gap = Missing("requests", "prometheus", "slow", 1.0, "Ask for less.")
    source.answer = lambda window, at: snapshot(window, at, "q", traffic=Traffic(), missing=(gap,))
    services.collect(300, 1200.0)
    assert services.last_seen({"shop"}, 5000.0) == 1000.0
