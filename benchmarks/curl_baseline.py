"""The same queries by curl: what a collection would cost if meshview cost nothing.

One curl process per pool, connections kept, answers thrown away, at the concurrency that the recorded
collection had.
"""

import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.query_recorder import Asked


@dataclass(frozen=True, slots=True)
class Pool:
    """Queries of one kind, in the order in which they were asked, and how many at once."""

    queries: tuple[Asked, ...]
    at_once: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How one collection asked. ``stages`` follow each other; the pools of one stage run side by side."""

    stages: tuple[tuple[Pool, ...], ...]

    @property
    def queries(self) -> int:
        """How many queries one collection is."""
        return sum(len(pool.queries) for stage in self.stages for pool in stage)

    @property
    def at_once(self) -> tuple[int, ...]:
        """Queries at once, for each stage and pool."""
        return tuple(pool.at_once for stage in self.stages for pool in stage)


def plan(asked: Sequence[Asked]) -> Plan:
    """Read the plan off a recording: bucket queries and the others, one after the other or side by side."""
    ordered = sorted(asked, key=lambda a: a.started)
    buckets = [a for a in ordered if "_bucket" in a.query]
    counts = [a for a in ordered if "_bucket" not in a.query]
    pools = [_pool(queries) for queries in (counts, buckets) if queries]
    if counts and buckets and buckets[0].started < max(a.ended for a in counts):
        return Plan((tuple(pools),))
    return Plan(tuple((pool,) for pool in pools))


def _pool(queries: list[Asked]) -> Pool:
    return Pool(tuple(queries), max(in_flight(queries, a.started) for a in queries))


def in_flight(queries: Iterable[Asked], moment: float) -> int:
    """Queries under way at that moment (monotonic seconds)."""
    return sum(a.started <= moment < a.ended for a in queries)


def replay(todo: Plan, url: str) -> float:
    """Ask everything once more with curl; seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = [[_prepare(pool, url, Path(folder)) for pool in stage] for stage in todo.stages]
        begin = time.perf_counter()
        for stage in prepared:
            threads = [threading.Thread(target=_curl, args=(config, at_once)) for config, at_once in stage]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return time.perf_counter() - begin


def _prepare(pool: Pool, url: str, folder: Path) -> tuple[Path, int]:
    transfers = [_transfer(asked, url, folder / f"{id(pool)}-{i}") for i, asked in enumerate(pool.queries)]
    config = folder / f"{id(pool)}.curl"
    config.write_text("next\n".join(transfers))
    return config, pool.at_once


def _transfer(asked: Asked, url: str, body: Path) -> str:
    body.write_text(asked.form)
    lines = [
        f'url = "{url}{asked.path}"',
        f'data-binary = "@{body}"',
        'output = "/dev/null"',
        "fail",
        "silent",
    ]
    if asked.accept_encoding:
        lines.append(f'header = "Accept-Encoding: {asked.accept_encoding}"')
    return "\n".join(lines) + "\n"


def _curl(config: Path, at_once: int) -> None:
    parallel = ("--parallel", "--parallel-immediate", "--parallel-max", str(at_once))
    command = ["curl", "--silent", "--show-error", *parallel, "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"curl ended with status {done.returncode}: {done.stderr[-500:]}")
