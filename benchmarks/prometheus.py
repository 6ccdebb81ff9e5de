"""A real Prometheus on prepared blocks: nothing to scrape, nothing to delete, a folder of its own."""

import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from benchmarks import processes


def reachable(url: str) -> bool:
    """Whether a GET of the URL answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def link_blocks(source: Path, target: Path) -> None:
    """The same blocks once more, without a copy: Prometheus never writes into a block."""
    for block in sorted(p for p in source.iterdir() if (p / "meta.json").exists()):
        if not (target / block.name).exists():
            shutil.copytree(block, target / block.name, copy_function=os.link)


class Prometheus:
    """``with Prometheus(blocks) as server``: runs until the block ends; the given folder stays as it is."""

    def __init__(self, *blocks: Path) -> None:
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._blocks = blocks
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            near = self._blocks[0].parent  # hard links need the same file system
            self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=near, prefix="run-")))
            for blocks in self._blocks:
                link_blocks(blocks, self.folder)
            self._process = self._start()
            stack.callback(processes.end, self._process)
            ready = f"{self.url}/-/ready"
            processes.wait_until("Prometheus", lambda: reachable(ready), self._process)
            self._stack = stack.pop_all()
        return self

    def _start(self) -> subprocess.Popen[bytes]:
        config = self.folder / "prometheus.yml"
        config.write_text("global: {}\n")
        options = (
            f"--config.file={config}",
            f"--storage.tsdb.path={self.folder}",
            "--storage.tsdb.retention.time=10y",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--log.level=error",
        )
        return subprocess.Popen(["prometheus", *options], stdout=subprocess.DEVNULL)

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def pid(self) -> int:
        """Process id, for what it costs."""
        return self._process.pid

    def queries(self) -> int:
        """Queries answered since the start (instant and range), by its own count."""
        return sum(
            int(float(line.rpartition(" ")[2]))
            for line in self.metrics().splitlines()
            if line.startswith("prometheus_http_requests_total{")
            and ('handler="/api/v1/query"' in line or 'handler="/api/v1/query_range"' in line)
        )

    def metrics(self) -> str:
        """Its own metrics, in text form."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=10) as answer:
            text: str = answer.read().decode()
            return text
