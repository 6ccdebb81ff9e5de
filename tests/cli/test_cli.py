"""The command line as a person uses it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from meshview import cli
from tests.integration.hostile import Answer, always, hostile, passing_on
from tests.integration.servers import (
    answers,
    blocks,
    free_port,
    meshview,
    meshview_env,
    process,
    prometheus,
    wait_for,
)
from tests.metrics.small_mesh import open_metrics

pytestmark = pytest.mark.integration
VECTOR = b'{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"7"]}]}}'


def run(tmp_path: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = meshview_env(tmp_path / "data", **settings)
    return subprocess.run(
        meshview(*arguments), capture_output=True, text=True, env=env, timeout=60, check=False
    )


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("serve", "demo", "check", "rules", "worker", "beat"))


@pytest.mark.parametrize("words", [[], ["nonsense"], ["serve", "--port", "many"]])
def test_bad_usage_is_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    assert end.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_rules_are_printed(tmp_path: Path) -> None:
    result = run(tmp_path, "rules")
    assert result.returncode == 0
    assert "groups:" in result.stdout


def test_check_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path, "check", "--prometheus-url", f"http://127.0.0.1:{free_port()}")
    assert result.returncode == 1
    assert "FAIL prometheus: cannot reach" in result.stdout
    assert "Check that it runs" in result.stdout
    assert "jaeger: not configured" in result.stdout


def test_check_without_a_prometheus_names_the_setting(tmp_path: Path) -> None:
    result = run(tmp_path, "check")
    assert result.returncode == 1
    assert "MESHVIEW_PROMETHEUS_URL" in result.stdout


def test_check_finds_a_redis_that_is_not_there(tmp_path: Path) -> None:
    result = run(tmp_path, "check", REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert "FAIL redis" in result.stdout


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (VECTOR, 0, "7 Istio series"),
        (
            b'{"status":"success","data":{"resultType":"vector","result":[]}}',
            1,
            "has no istio_requests_total",
        ),
        (b"<html>", 1, "not Prometheus JSON"),
    ],
)
def test_check_asks_prometheus_for_istio(tmp_path: Path, body: bytes, code: int, words: str) -> None:
    with hostile(always(Answer(body))) as server:
        url = f"--prometheus-url={server.url}"
        result = run(tmp_path, "check", url, f"--jaeger-url={server.url}")
    assert result.returncode == code, result.stdout
    assert words in result.stdout
    assert "ok   jaeger" in result.stdout


def test_a_worker_without_redis_says_so(tmp_path: Path) -> None:
    for command in ("worker", "beat"):
        result = run(tmp_path, command)
        assert result.returncode == 1
        assert "MESHVIEW_REDIS_URL" in result.stderr


@pytest.mark.parametrize("command", ["serve", "check", "worker", "beat"])
def test_a_malformed_namespace_expression_is_one_clear_line(tmp_path: Path, command: str) -> None:
    result = run(tmp_path, command, NAMESPACES="shop.*,bank(")
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith("MESHVIEW_NAMESPACES: 'bank(' is not a regular expression (")


def test_settings_refuse_a_malformed_namespace_expression_too(tmp_path: Path) -> None:
    env = meshview_env(tmp_path / "data", NAMESPACES="bank(")
    command = [sys.executable, "-c", "import meshview.settings"]
    result = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, check=False)
    assert "MESHVIEW_NAMESPACES: 'bank('" in result.stderr.splitlines()[-1]


def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run(tmp_path, "serve", f"--port={port}")
    assert result.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in result.stderr
    assert "Traceback" not in result.stderr


@contextmanager
def serving(
    tmp_path: Path, *arguments: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    command = meshview("serve", f"--port={port}", f"--data-dir={tmp_path / 'data'}", *arguments)
    with process(command, tmp_path / "serve.log", meshview_env(tmp_path / "unused", **settings)) as running:
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/healthz") or running.poll() is not None, "the server's start")
        assert running.poll() is None, (tmp_path / "serve.log").read_text()
        yield running, url


def children(parent: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_serve_ends_with_its_child_however_it_is_ended(tmp_path: Path, sent: signal.Signals) -> None:
    with serving(tmp_path) as (running, _):
        pids = children(running.pid)
        assert pids
        begin = time.monotonic()
        os.kill(running.pid, sent)
        code = running.wait(10)
        wait_for(lambda: gone(pids), "the child's end", 6)
        assert time.monotonic() - begin < 6
    assert code == (-9 if sent == signal.SIGKILL else 0)


def test_one_process_collects_by_itself_at_once(tmp_path: Path) -> None:
    end = float(int(time.time()) // 15 * 15 + 600)
    blocks(tmp_path / "tsdb", open_metrics(end - 1800, end))
    with (
        prometheus(tmp_path / "tsdb") as url,
        hostile(passing_on(url)) as counted,
        serving(tmp_path, f"--prometheus-url={counted.url}", ALWAYS_WINDOWS="5m"),
    ):
        log = tmp_path / "serve.log"
        wait_for(lambda: b'"collected"' in log.read_bytes(), "a first collection", 15)
    assert any("[300s]" in query for query in counted.queries)
    assert "Traceback" not in log.read_text()
