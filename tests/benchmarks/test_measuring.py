"""The measuring itself: quantiles, the plan curl follows, the shifted clock, memory readings."""

import os
import subprocess

from benchmarks import processes
from benchmarks.curl_baseline import plan
from benchmarks.graph_answer import quantile
from benchmarks.query_recorder import Asked, QueryRecorder
from benchmarks.readers import READERS, view
from benchmarks.report import table


def asked(query: str, started: float, ended: float) -> Asked:
    return Asked("/api/v1/query", f"query={query}&time=1", "identity", started, ended, 10)


def test_quantiles_are_by_nearest_rank() -> None:
    values = [float(i) for i in range(1, 101)]
    assert (quantile(values, 0.5), quantile(values, 0.99), quantile([7.0], 0.99)) == (50, 99, 7)


def test_the_plan_has_the_recorded_order_and_concurrency() -> None:
    counts = [asked("a", 0, 4), asked("b", 0.1, 2), asked("c", 2.1, 3)]
    buckets = [asked("x_bucket", 5, 6), asked("y_bucket", 6.1, 7)]
    after = plan([*buckets, *counts])
    assert [[len(pool.queries) for pool in stage] for stage in after.stages] == [[3], [2]]
    assert after.at_once == (2, 1)
    beside = plan([*counts, asked("x_bucket", 1, 6)])
    assert [len(stage) for stage in beside.stages] == [2]


def test_only_times_are_shifted() -> None:
    proxy = QueryRecorder("http://127.0.0.1:9", clock_shift=-100.0)
    assert proxy.shifted("query=up&time=250.5&timeout=3s") == "query=up&time=150.500&timeout=3s"
    proxy.close()


def test_no_two_readers_look_at_the_same() -> None:
    names = tuple(f"ns-{i}" for i in range(50))
    assert len({tuple(sorted(view(i, names).items())) for i in range(READERS)}) == READERS


def test_memory_and_cpu_of_a_process_can_be_read() -> None:
    with processes.MemoryPeak(os.getpid()) as watch:
        filled = bytearray(os.urandom(1)) * (64 * processes.MIB)
    assert len(filled) == 64 * processes.MIB
    assert 0 < watch.before.own <= watch.before.resident
    assert processes.cpu_seconds(os.getpid()) > 0


def test_a_child_that_has_ended_weighs_nothing() -> None:
    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert processes.memory(child.pid) == processes.Memory(0, 0)
    child.wait()


def test_tables_are_aligned() -> None:
    assert table(("a", "b"), [("long", 1)]).splitlines() == ["| a    | b |", "|------|--:|", "| long | 1 |"]
