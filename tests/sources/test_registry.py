"""How each source is doing."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from pytest_django import Settings

from sources import probe, registry, shared
from sources.measures import observe
from tests.integration.hostile import Answer, always, hostile


@pytest.fixture(autouse=True)
def fresh(settings: Settings) -> Iterator[None]:
    settings.PROMETHEUS_URL = "http://127.0.0.1:1"
    settings.JAEGER_URL = ""
    shared.forget()
    cache.clear()
    yield
    shared.forget()


def test_since_stays_while_the_state_stays() -> None:
    with time_machine.travel(1000.0, tick=False) as clock:
        registry.report("prometheus", "down", "gone")
        clock.shift(10)
        registry.report("prometheus", "down", "still gone")
        state = registry.states()["prometheus"]
        assert (state.state, state.since, state.error) == ("down", 1000.0, "still gone")
        registry.report("prometheus", "ok")
        assert registry.states()["prometheus"].since == 1010.0


def test_latency_is_that_of_the_last_answer() -> None:
    observe("prometheus", 0.25, None)
    observe("prometheus", 9.0, "timeout")
    registry.report("prometheus", "ok")
    assert registry.states()["prometheus"].latency_ms == 250


def test_a_source_not_asked_yet_is_not_called_down() -> None:
    assert registry.states()["prometheus"].state == "ok"
    assert registry.states()["jaeger"].state == "off"


def test_redis_is_a_source_when_it_is_used(settings: Settings) -> None:
    assert "redis" not in registry.states()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert registry.states()["redis"].state == "ok"


def test_sources_that_nobody_collects_from_are_looked_at(settings: Settings) -> None:
    with hostile(always(Answer(b"<html>", media_type="text/html"))) as server:
        settings.JAEGER_URL = server.url
        probe.look()
        assert registry.states()["jaeger"].state == "ok"
        server.answer = always(Answer(b"", 503))
        probe.look()
        assert "503" in (registry.states()["jaeger"].error or "")
    probe.look()
    down = registry.states()["jaeger"]
    assert down.state == "down"
    assert "cannot reach" in (down.error or "")
    assert "Check" not in (down.error or "")
    assert "Check that it runs" in (down.remedy or "")


def test_a_remedy_comes_with_the_error_and_goes_with_it() -> None:
    registry.report("prometheus", "down", "Prometheus is gone", "Start it.")
    assert registry.states()["prometheus"].remedy == "Start it."
    registry.report("prometheus", "ok")
    assert registry.states()["prometheus"].remedy is None
    assert "MESHVIEW_JAEGER_URL" in (registry.states()["jaeger"].remedy or "")
