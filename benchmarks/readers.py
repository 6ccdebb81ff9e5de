"""Twenty readers of twenty views against one: what Prometheus is asked, and how long each reader waits.

The web process works as usual (it collects moving windows in the background); a proxy with a shifted clock
lets prepared data pass for the present.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from benchmarks import processes
from benchmarks.dashboard import ROOT, Dashboard
from benchmarks.graph_answer import TYPES, quantile
from benchmarks.openmetrics import AT
from benchmarks.prometheus import Prometheus, reachable

READERS: Final = 20
REFRESH_SECONDS: Final = 2.0
COLLECTIONS: Final = 8
"""In one phase: four ticks of two windows, one whole round of what is collected less often."""
_LEAD_SECONDS: Final = 590  # how far before the end of the data the present begins


@dataclass(frozen=True, slots=True)
class Phase:
    """Some readers while collections happen: queries to Prometheus, answers, milliseconds they took.

    ``first``: the slowest of the readers' first answers, when all ask at once what nobody asked before. The
    other times are those of every later answer.
    """

    readers: int
    seconds: float
    collections: int
    queries: int
    answers: int
    first: float
    p50: float
    p99: float
    unchanged: int
    unchanged_p99: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """One reader, then twenty. ``memory`` is the web process' highest (bytes) over both."""

    one: Phase
    many: Phase
    memory: int

    def as_json(self) -> dict[str, Any]:
        """For the result file."""
        return asdict(self)


def measure(server: Prometheus, namespaces: tuple[str, ...]) -> Crowd:
    """Both phases on one web process that is warm, each from a quiet moment to a quiet moment."""
    with _present(server) as url, Dashboard(url) as web:
        web.browser().graph_when_ready({"window": "5m"})
        time.sleep(20)  # the always-on windows have been collected
        with processes.MemoryPeak(web.pid) as watch:
            one, many = (_phase(server, web, namespaces, count) for count in (1, READERS))
        return Crowd(one, many, watch.peak.resident)


@contextmanager
def _present(server: Prometheus) -> Iterator[str]:
    """A proxy process that moves every query's time from now to the middle of the data."""
    port, shift = processes.free_port(), AT - _LEAD_SECONDS - time.time()
    command = [sys.executable, "-m", "benchmarks.query_recorder", server.url, str(port), f"{shift:.3f}"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        url = f"http://127.0.0.1:{port}"
        processes.wait_until("the proxy", lambda: reachable(f"{url}/-/ready"), process)
        yield url
    finally:
        processes.end(process)


class _Reader(threading.Thread):
    """Refreshes its own view until told to stop."""

    def __init__(self, web: Dashboard, view: dict[str, str], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.browser, self.view, self.stop = web.browser(), view, stop
        self.first: float | None = None
        self.took: list[float] = []
        self.unchanged: list[float] = []
        self.error = ""

    def run(self) -> None:
        etag = ""
        while not self.stop.is_set():
            answer = self.browser.graph(self.view, {"If-None-Match": etag} if etag else None)
            if answer.status not in (200, 304):
                self.error = f"{self.view} answered {answer.status}: {answer.body[:200]!r}"
                return
            etag = answer.headers.get("etag", etag)
            self._note(answer.status, answer.seconds * 1000)
            self.stop.wait(REFRESH_SECONDS)

    def _note(self, status: int, milliseconds: float) -> None:
        if self.first is None:
            self.first = milliseconds
            return
        self.took.append(milliseconds)
        if status == 304:
            self.unchanged.append(milliseconds)


def _phase(server: Prometheus, web: Dashboard, namespaces: tuple[str, ...], count: int) -> Phase:
    stop = threading.Event()
    readers = [_Reader(web, view(i, namespaces), stop) for i in range(count)]
    _quiet(server)
    begin, queries, collections = time.monotonic(), server.queries(), _collections(web)
    for reader in readers:
        reader.start()
    while (collected := _collections(web) - collections) < COLLECTIONS:
        time.sleep(0.2)
    _quiet(server)
    queries, seconds = server.queries() - queries, time.monotonic() - begin
    stop.set()
    for reader in readers:
        reader.join()
        if reader.error:
            raise RuntimeError(reader.error)
    took = [ms for reader in readers for ms in reader.took]
    same = [ms for reader in readers for ms in reader.unchanged]
    times = max(reader.first or 0.0 for reader in readers), quantile(took, 0.5), quantile(took, 0.99)
    return Phase(count, seconds, collected, queries, len(took), *times, len(same), quantile(same, 0.99))


def _quiet(server: Prometheus) -> None:
    """Wait for two seconds in which Prometheus is asked nothing: no collection is under way."""
    last, since = server.queries(), time.monotonic()
    while time.monotonic() - since < 2:
        time.sleep(0.2)
        if (now := server.queries()) != last:
            last, since = now, time.monotonic()


def _collections(web: Dashboard) -> int:
    """Collections the web process has finished, by its own count."""
    text = web.browser().get("/metrics", {"Accept-Encoding": "identity"}).body.decode()
    lines = (line for line in text.splitlines() if line.startswith("meshview_collections_total{"))
    return int(sum(float(line.rpartition(" ")[2]) for line in lines))


def view(index: int, namespaces: tuple[str, ...]) -> dict[str, str]:
    """The ``index``-th reader's view: no two of twenty are the same."""
    width = (len(namespaces), 1, 5, 12, 30)[index // 4 % 5]
    first = index * 2 % max(1, len(namespaces) - width + 1)
    chosen = namespaces[first : first + width]
    return {
        "type": TYPES[index % 4],
        "service_nodes": "true" if index % 3 == 0 else "false",
        "window": "5m",
        **({} if width == len(namespaces) else {"namespaces": ",".join(chosen)}),
        **({"box": "namespace"} if index % 2 else {}),
    }
