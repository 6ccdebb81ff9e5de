"""Real servers for tests: each on a free port, in its own folder, gone when the block ends."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Waits until ``condition`` holds; fails after ``seconds``, saying ``what`` did not come."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds} s")
        time.sleep(0.1)


def answers(url: str) -> bool:
    """Whether a GET gets a 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return 200 <= reply.status < 300
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def process(
    command: list[str], log: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended with the block, first kindly; its output is in ``log``."""
    with log.open("ab") as output:
        running = subprocess.Popen(command, stdout=output, stderr=output, env=env, cwd=log.parent)
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def blocks(folder: Path, text: str) -> None:
    """Adds OpenMetrics text to a Prometheus data folder."""
    source = folder.parent / f"{folder.name}.om"
    source.write_text(text)
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(source), str(folder)]
    subprocess.run(command, check=True, capture_output=True)


@contextlib.contextmanager
def prometheus(
    data: Path, port: int | None = None, config: str = "global: {}\n", web_config: Path | None = None
) -> Iterator[str]:
    """Debian's Prometheus over a data folder; gives its URL. With a ``web_config`` it speaks TLS."""
    assert shutil.which("prometheus"), "Prometheus is not installed (Debian package: prometheus)"
    port = port or free_port()
    url = f"{'https' if web_config else 'http'}://127.0.0.1:{port}"
    settings = data.parent / f"{data.name}.yml"
    settings.write_text(config)
    command = [
        "prometheus",
        f"--config.file={settings}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
        *([f"--web.config.file={web_config}"] if web_config else []),
    ]
    with process(command, data.parent / "prometheus.log"):
        ready = (lambda: _listens(port)) if web_config else (lambda: answers(f"{url}/-/ready"))
        wait_for(ready, "Prometheus' start")
        yield url


@contextlib.contextmanager
def redis(folder: Path, port: int) -> Iterator[str]:
    """A real Redis; gives its URL."""
    assert shutil.which("redis-server"), "Redis is not installed (Debian package: redis-server)"
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with process(command, folder / "redis.log"):
        wait_for(lambda: _listens(port), "Redis' start")
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Debian's PostgreSQL, empty; gives its URL. It refuses to be root: then ``nobody`` runs it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "PostgreSQL is not installed (Debian package: postgresql)"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="meshview-pg-") as home:
        data = f"{home}/data"
        unprivileged: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(home, "nobody")
            unprivileged = ["setpriv", "--reuid=nobody", "--clear-groups"]
        begin = [f"{programs[-1]}/initdb", "-D", data, "-U", "meshview", "-A", "trust", "-N", "-E", "UTF8"]
        subprocess.run([*unprivileged, *begin], check=True, capture_output=True, cwd=home)
        options = ["-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", home, "-F"]
        with process([*unprivileged, f"{programs[-1]}/postgres", *options], folder / "postgres.log"):
            wait_for(lambda: _listens(port), "PostgreSQL's start")
            yield f"postgres://meshview@127.0.0.1:{port}/postgres"


def meshview_env(data_dir: Path, **settings: str) -> dict[str, str]:
    """The environment of a meshview process: nothing of ours but what is given (without the prefix)."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MESHVIEW_")}
    ours = {f"MESHVIEW_{name}": value for name, value in settings.items()}
    return (
        clean | ours | {"MESHVIEW_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    )


def meshview(*arguments: str) -> list[str]:
    """The command line of one of our commands."""
    return [sys.executable, "-m", "meshview.cli", *arguments]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
