"""A real meshview web process on a Prometheus, and a client that asks it as a browser does."""

import gzip
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from benchmarks import processes
from benchmarks.prometheus import reachable

ROOT: Final = Path(__file__).resolve().parents[1]
Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: status, headers (lower case), body as sent, seconds from asking to the last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def json(self) -> dict[str, Any]:
        """The body as JSON, decompressed first."""
        raw = gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
        document: dict[str, Any] = json.loads(raw)
        return document


class Browser:
    """One kept connection to the dashboard. Not for use by two threads at once."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str, headers: Parameters | None = None) -> Answer:
        """Ask, and read everything. Asks for gzip unless the headers say otherwise."""
        begin = time.perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip", **(headers or {})})
        answer = self._connection.getresponse()
        body = answer.read()
        seconds = time.perf_counter() - begin
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, body, seconds)

    def graph(self, parameters: Parameters, headers: Parameters | None = None) -> Answer:
        """``/api/v1/graph`` with these parameters, whatever it answers."""
        return self.get(f"/api/v1/graph?{urllib.parse.urlencode(parameters)}", headers)

    def graph_when_ready(self, parameters: Parameters, seconds: float = 120) -> Answer:
        """The same, but a 202 is asked again until the collection is done. Raises on any other status."""
        until = time.monotonic() + seconds
        while (answer := self.graph(parameters)).status == 202 and time.monotonic() < until:
            time.sleep(0.2)
        if answer.status != 200:
            raise RuntimeError(f"the graph answered {answer.status}: {answer.body[:500]!r}")
        return answer


class Dashboard:
    """``with Dashboard(url) as web``: ``meshview serve`` as one process, its data in a folder of its own."""

    def __init__(self, prometheus_url: str, **settings: str) -> None:
        self.port = processes.free_port()
        self._settings = {
            "MESHVIEW_PROMETHEUS_URL": prometheus_url,
            "MESHVIEW_PORT": str(self.port),
            "MESHVIEW_LOG_LEVEL": "ERROR",
            "PYTHONWARNINGS": "ignore",
            **settings,
        }

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            data = stack.enter_context(tempfile.TemporaryDirectory())
            environment = {**os.environ, "MESHVIEW_DATA_DIR": data, **self._settings}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "meshview.cli", "serve"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
            )
            stack.callback(processes.end, self._process)
            alive = f"http://127.0.0.1:{self.port}/healthz"
            processes.wait_until("meshview serve", lambda: reachable(alive), self._process)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def pid(self) -> int:
        """Process id, for what it costs."""
        return self._process.pid

    def browser(self) -> Browser:
        """A client with a connection of its own."""
        return Browser(self.port)
