"""A demo run as the tests see it."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
Labels = dict[str, str]


def get(url: str, path: str, headers: Labels | None = None) -> tuple[int, bytes]:
    """GET on `host:port`."""
    connection = http.client.HTTPConnection(url, timeout=20)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class RunningDemo:
    """A demo started as a user starts it, in its own run folder."""

    def __init__(self, run_dir: Path, *options: str) -> None:
        self.run_dir = run_dir
        self._output = run_dir.parent / f"{run_dir.name}.out"
        command = [sys.executable, "-m", "demo", "--run-dir", str(run_dir), "--no-dashboard", *options]
        with self._output.open("w") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        self.wait_until(lambda: "The mesh runs" in self.said(), 120, "the mesh runs")
        self.facts: dict[str, Any] = json.loads((run_dir / "demo.json").read_text())

    def said(self) -> str:
        return self._output.read_text()

    def wait_until(self, true: Callable[[], Any], seconds: float, what: str) -> Any:
        """The first truthy answer."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := true():
                return found
            assert self.process.poll() is None, self.said()
            time.sleep(0.3)
        raise AssertionError(f"not within {seconds} s: {what}\n{self.said()}")

    def query(self, promql: str) -> list[tuple[Labels, float]]:
        """An instant query."""
        url = self.facts["prometheus"].removeprefix("http://")
        _, body = get(url, f"/api/v1/query?query={quote(promql)}")
        return [(row["metric"], float(row["value"][1])) for row in json.loads(body)["data"]["result"]]

    def series(self, promql: str, seconds: float = 60) -> list[Labels]:
        """Label sets of a selector once there are any."""
        found = self.wait_until(lambda: self.query(promql), seconds, promql)
        return [labels for labels, _ in found]

    def visit(self, host: str, path: str, headers: Labels | None = None) -> int:
        """One request to the ingress gateway."""
        ip = self.pod("istio-ingressgateway")["ip"]
        return get(f"{ip}:8080", path, {"host": host, **(headers or {})})[0]

    def pod(self, prefix: str) -> Labels:
        """The facts of the first pod whose name starts so."""
        return next(facts for name, facts in self.facts["pods"].items() if name.startswith(prefix))

    def log(self, namespace: str, pod: str, container: str = "istio-proxy") -> list[str]:
        """The log lines of a container, without their CRI prefix."""
        folder = next(self.run_dir.glob(f"pods/{namespace}_{pod}*"))
        lines = (folder / container / "0.log").read_text().splitlines()
        return [line.split(" ", 3)[3] for line in lines]

    def tell(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Another terminal."""
        command = [sys.executable, "-m", "demo", *arguments, "--run-dir", str(self.run_dir)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it and wait."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(30)


def descendants(pid: int) -> set[int]:
    """Every process below one."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            children = [int(child) for child in task.read_text().split()]
            found.update(children)
            waiting.extend(children)
    return found


def alive(pids: Sequence[int] | set[int]) -> set[int]:
    """Those that still run (a zombie does not)."""
    running = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            running.add(pid)
    return running


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
