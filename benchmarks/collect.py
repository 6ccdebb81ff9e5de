"""What one snapshot of the reference mesh costs: time against curl, CPU and memory of both sides."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import processes
from benchmarks.curl_baseline import Plan, plan, replay
from benchmarks.openmetrics import AT
from benchmarks.prometheus import Prometheus
from benchmarks.query_recorder import QueryRecorder

ROOT: Final = Path(__file__).resolve().parents[1]
KIALI_SECONDS: Final = 10.0
"""One graph with p95, throughput and security of a mesh of this size in Kiali. Measured elsewhere."""


@dataclass(frozen=True, slots=True)
class Collected:
    """Figures of one kind of Prometheus. Seconds are medians, memory and bytes are bytes."""

    queries: int
    at_once: tuple[int, ...]
    wire_bytes: int
    edges: int
    seconds: float
    curl_seconds: float
    ratio: float
    ratio_of_fastest: float
    cpu_seconds: float
    prometheus_cpu_seconds: float
    prometheus_cpu_seconds_curl: float
    prometheus_at_rest: int
    prometheus_first_extra: processes.Memory
    prometheus_steady_extra: processes.Memory
    prometheus_curl_extra: processes.Memory
    process_at_rest: int
    process_peak: int
    process_after: int
    missing: tuple[str, ...]

    @property
    def times_faster_than_kiali(self) -> float:
        """Against the reference figure that was measured elsewhere."""
        return KIALI_SECONDS / self.seconds

    def as_json(self) -> dict[str, Any]:
        """For the result file."""
        return asdict(self)


class Collector:
    """The collecting process: one collection a call."""

    def __init__(self, process: subprocess.Popen[bytes], window_seconds: int) -> None:
        self.process = process
        self.window_seconds = window_seconds
        self.pid = process.pid

    def collect(self) -> dict[str, Any]:
        """Collect the window that ends with the data."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{AT} {self.window_seconds}\n".encode())
        self.process.stdin.flush()
        return self.read()

    def read(self) -> dict[str, Any]:
        """The next thing it says."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the collecting process ended with status {self.process.wait()}")
        said: dict[str, Any] = json.loads(line)
        return said


@contextmanager
def collector(url: str, window_seconds: int) -> Iterator[Collector]:
    """Start a collecting process for the Prometheus at that URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.collector"],
        cwd=ROOT,
        env={**os.environ, "MESHVIEW_PROMETHEUS_URL": url, "MESHVIEW_LOG_LEVEL": "ERROR"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        started = Collector(process, window_seconds)
        started.read()
        yield started
    finally:
        if process.stdin:
            process.stdin.close()
        processes.end(process)


def measure(blocks: Path, window_seconds: int, rounds: int) -> Collected:
    """Collect ``rounds`` times, each followed by the same queries from curl."""
    with Prometheus(blocks) as server:
        todo, wire_bytes = _recorded(server, window_seconds)
    with Prometheus(blocks) as server, collector(server.url, window_seconds) as one:
        return _Measurement(server, one, todo).run(rounds, wire_bytes)


def _recorded(server: Prometheus, window_seconds: int) -> tuple[Plan, int]:
    """The queries of a second collection (the first may look around), and the bytes of their answers."""
    with QueryRecorder(server.url) as proxy, collector(proxy.url, window_seconds) as one:
        one.collect()
        proxy.asked.clear()
        one.collect()
        asked = [a for a in proxy.asked if a.query]
    return plan(asked), sum(a.answer_bytes for a in asked)


class _Measurement:
    """A fresh Prometheus and a fresh collecting process, and what they cost."""

    def __init__(self, server: Prometheus, one: Collector, todo: Plan) -> None:
        self.server, self.one, self.todo = server, one, todo
        self.said: list[dict[str, Any]] = []
        self.curl: list[float] = []
        self.server_cpu: list[float] = []
        self.server_cpu_curl: list[float] = []
        self.server_peak_curl: list[processes.Memory] = []

    def run(self, rounds: int, wire_bytes: int) -> Collected:
        at_rest = processes.memory(self.one.pid)
        server_at_rest = processes.memory(self.server.pid)
        with processes.MemoryPeak(self.one.pid) as ours:
            first = self._peak(self._collect)
            self.said.clear()
            self.server_cpu.clear()
            steady = [self._round() for _ in range(rounds)]
        after = processes.memory(self.one.pid)
        return Collected(
            queries=self.todo.queries,
            at_once=self.todo.at_once,
            wire_bytes=wire_bytes,
            edges=self.said[-1]["edges"],
            seconds=self._median("seconds"),
            curl_seconds=statistics.median(self.curl),
            ratio=self._median("seconds") / statistics.median(self.curl),
            ratio_of_fastest=min(float(said["seconds"]) for said in self.said) / min(self.curl),
            cpu_seconds=self._median("cpu_seconds"),
            prometheus_cpu_seconds=statistics.median(self.server_cpu),
            prometheus_cpu_seconds_curl=statistics.median(self.server_cpu_curl),
            prometheus_at_rest=server_at_rest.resident,
            prometheus_first_extra=first.over(server_at_rest),
            prometheus_steady_extra=_highest(steady).over(server_at_rest),
            prometheus_curl_extra=_highest(self.server_peak_curl).over(server_at_rest),
            process_at_rest=at_rest.resident,
            process_peak=ours.peak.resident,
            process_after=after.resident,
            missing=tuple(self.said[-1]["missing"]),
        )

    def _median(self, field: str) -> float:
        return statistics.median(float(said[field]) for said in self.said)

    def _round(self) -> processes.Memory:
        peak = self._peak(self._collect)
        self.server_peak_curl.append(self._peak(self._curl))
        return peak

    def _peak(self, action: Any) -> processes.Memory:
        with processes.MemoryPeak(self.server.pid) as watch:
            action()
        return watch.peak

    def _collect(self) -> None:
        cpu = processes.cpu_seconds(self.server.pid)
        self.said.append(self.one.collect())
        self.server_cpu.append(processes.cpu_seconds(self.server.pid) - cpu)

    def _curl(self) -> None:
        cpu = processes.cpu_seconds(self.server.pid)
        self.curl.append(replay(self.todo, self.server.url))
        self.server_cpu_curl.append(processes.cpu_seconds(self.server.pid) - cpu)


def _highest(readings: list[processes.Memory]) -> processes.Memory:
    return max(readings, key=lambda m: m.own)
