"""Two web processes, a worker and a beat around a real Redis: one collection serves all, and Redis may
die.
"""

import contextlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.hostile import Hostile, hostile, passing_on
from tests.integration.servers import (
    answers,
    blocks,
    free_port,
    meshview,
    meshview_env,
    postgres,
    process,
    prometheus,
    redis,
    wait_for,
)
from tests.metrics.small_mesh import open_metrics

pytestmark = pytest.mark.timeout(170)


@dataclass
class Fleet:
    """The running parts: ``webs`` are addresses; ``stop_redis`` and ``start_redis`` do what they say."""

    webs: tuple[str, str]
    source: Hostile
    stop_redis: Callable[[], None]
    start_redis: Callable[[], None]
    worker_metrics: str


def get(url: str) -> tuple[int, Any]:
    """Status and JSON of a GET."""
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def graph(web: str, window: str = "5m") -> tuple[int, Any]:
    return get(f"{web}/api/v1/graph?window={window}")


@contextlib.contextmanager
def _redis_switch(folder: Path, port: int) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    with contextlib.ExitStack() as stack:

        def start() -> None:
            stack.enter_context(redis(folder, port))

        start()
        yield stack.close, start


@pytest.fixture(params=["sqlite", "postgresql"])
def fleet(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Fleet]:
    end = float(int(time.time()) // 15 * 15 + 1800)
    blocks(tmp_path / "tsdb", open_metrics(end - 3600, end))
    port, metrics = free_port(), free_port()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(prometheus(tmp_path / "tsdb"))
        counted = stack.enter_context(hostile(passing_on(url)))
        stop, start = stack.enter_context(_redis_switch(tmp_path, port))
        settings = {
            "MODE": "distributed",
            "REDIS_URL": f"redis://127.0.0.1:{port}/0",
            "PROMETHEUS_URL": counted.url,
            "SECRET_KEY": "the same in every process",
            "ALWAYS_WINDOWS": "",
            "COLLECT_PERIOD": "2",
            "WORKER_METRICS_PORT": str(metrics),
        }
        if request.param == "postgresql":
            settings["DATABASE_URL"] = stack.enter_context(postgres(tmp_path))
        env = meshview_env(tmp_path / "data", **settings)
        webs = (free_port(), free_port())
        commands = [("worker",), ("beat",), *(("serve", f"--port={web}") for web in webs)]
        for number, command in enumerate(commands):
            stack.enter_context(process(meshview(*command), tmp_path / f"{command[0]}{number}.log", env))
        addresses = (f"http://127.0.0.1:{webs[0]}", f"http://127.0.0.1:{webs[1]}")
        for address in addresses:
            wait_for(lambda address=address: answers(f"{address}/healthz"), "a web process", 60)  # type: ignore[misc]
        assert (tmp_path / "data" / "meshview.sqlite3").exists() == ("DATABASE_URL" not in settings)
        yield Fleet(addresses, counted, stop, start, f"http://127.0.0.1:{metrics}/metrics")


def test_one_collection_serves_both_and_redis_may_die(fleet: Fleet) -> None:
    _one_collection_serves_both(fleet)
    _the_rhythm_is_one_whatever_is_read(fleet)
    _redis_dies_and_returns(fleet)


def _one_collection_serves_both(fleet: Fleet) -> None:
    first, second = fleet.webs
    status, body = graph(first)
    assert status == 202, body
    assert body["job"]["state"] in ("waiting", "running", "done")
    assert graph(second)[0] in (200, 202)
    wait_for(lambda: graph(first)[0] == 200, "the first graph", 30)
    wait_for(lambda: graph(second)[0] == 200, "the other's graph", 5)
    assert graph(first)[1]["edges"]
    assert _counted(fleet.worker_metrics, "meshview_collections_total") >= 1
    assert {edge["id"] for edge in graph(first)[1]["edges"]} == {
        edge["id"] for edge in graph(second)[1]["edges"]
    }


def _the_rhythm_is_one_whatever_is_read(fleet: Fleet) -> None:
    """Many readers of two processes, one question per column and tick."""
    fleet.source.queries.clear()
    begin, ends = time.monotonic(), set()
    while time.monotonic() - begin < 14:
        for web in fleet.webs:
            ends.add(graph(web)[1]["snapshot"]["taken_at"])
    requests = [
        query for query in fleet.source.queries if "istio_requests_total{" in query and "rate(" in query
    ]
    assert 2 <= len(requests) <= 4  # a five minute window comes every five seconds
    assert len(ends) >= 2


def _redis_dies_and_returns(fleet: Fleet) -> None:
    fleet.stop_redis()
    time.sleep(1)
    for web in fleet.webs:
        begin = time.monotonic()
        status, body = graph(web)
        assert status == 200
        assert body["edges"]
        assert time.monotonic() - begin < 3
    status, body = get(f"{fleet.webs[0]}/api/v1/status")
    assert {one["name"]: one["state"] for one in body["sources"]}["redis"] == "down"
    status, body = graph(fleet.webs[0], "1h")
    assert status in (202, 503)
    before = _taken(fleet)
    fleet.start_redis()
    # The readers' interest died with Redis: reading is what brings it back.
    wait_for(lambda: graph(fleet.webs[0])[0] == 200 and _taken(fleet) > before, "a new collection", 60)


def _taken(fleet: Fleet) -> float:
    status, body = get(f"{fleet.webs[0]}/api/v1/status")
    assert status == 200
    return max(datetime.fromisoformat(one["taken_at"]).timestamp() for one in body["snapshots"])


def _counted(url: str, name: str) -> float:
    with urllib.request.urlopen(url, timeout=5) as reply:
        lines = reply.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))
