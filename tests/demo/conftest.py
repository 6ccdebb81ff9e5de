"""One running demo for all tests of this folder, with a Zipkin collector behind it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from collector import Collector
from running import RunningDemo


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[RunningDemo]:
    run_dir = tmp_path_factory.mktemp("demo") / "run folder"
    running = RunningDemo(run_dir, "--rps", "25", "--scrape-interval", "1", "--zipkin-url", collector.address)
    yield running
    running.stop()
