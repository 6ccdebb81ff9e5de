"""Edits take effect, nothing is left behind, failures are one clear line."""

import datetime as dt
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import ROOT, RunningDemo, alive, descendants

pytestmark = [pytest.mark.demo, pytest.mark.integration]

SMALL = """
apiVersion: v1
kind: Namespace
metadata: {name: istio-system, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gate, namespace: istio-system}
spec:
  template:
    metadata: {labels: {app: gate, istio: gategateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: istio-system}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: meshview-demo/http-service, ports: [{containerPort: 8080}]}]}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "mesh.yaml").write_text(SMALL)
    return folder


def test_a_weight_edit_changes_live_traffic(demo: RunningDemo) -> None:
    path = Path(demo.facts["manifests"]) / "10-istioinaction.yaml"
    before = path.read_text()
    edited = time.time()
    path.write_text(before.replace("weight: 80", "weight: 0").replace("weight: 20", "weight: 100"))
    try:
        calls = demo.wait_until(lambda: _calls_settled(demo, edited), 20, "only catalog v2")
        last_old = max((at for at, version in calls if version == "v1"), default=edited)
        print(f"the last request by the old weights began {last_old - edited:.2f} s after the edit")
        assert last_old - edited < 5
    finally:
        path.write_text(before)


def _calls_settled(demo: RunningDemo, since: float) -> list[tuple[float, str]] | None:
    """Calls to catalog since a moment, once the newest 30 all went to v2."""
    pattern = re.compile(r"^\[(\S+)\].* outbound\|80\|(v\d)\|catalog\.")
    found = [match for line in demo.log("istioinaction", "webapp") if (match := pattern.match(line))]
    calls = [(dt.datetime.fromisoformat(match[1]).timestamp(), match[2]) for match in found]
    recent = [call for call in calls if call[0] > since]
    return recent if len(recent) > 30 and {version for _, version in recent[-30:]} == {"v2"} else None


def test_a_broken_manifest_is_refused_and_the_mesh_goes_on(demo: RunningDemo) -> None:
    path = Path(demo.facts["manifests"]) / "99-broken.yaml"
    path.write_text("kind: Nonsense\nmetadata: {name: x}\n")
    try:
        demo.series('pilot_total_rejected_configs{name="99-broken.yaml"}', 20)
        assert demo.visit("webapp.istioinaction.io", "/api/catalog") in (200, 503)
    finally:
        path.unlink()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_behind(small: Path, tmp_path: Path, number: int) -> None:
    running = RunningDemo(tmp_path / "run", "--manifests", str(small), "--no-load")
    children = descendants(running.process.pid)
    assert len(children) >= 6
    running.stop(number)
    deadline = time.monotonic() + 15
    while alive(children) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(children)


def test_a_second_demo_in_the_same_folder_is_refused(demo: RunningDemo) -> None:
    answer = demo.tell("--no-dashboard")
    assert answer.returncode == 1
    assert "already runs" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "demo", "--run-dir", str(tmp_path / "run"), "--port", port]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert f"Port {port}" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_without_prometheus_only_its_configuration_is_written(small: Path, tmp_path: Path) -> None:
    running = RunningDemo(tmp_path / "run", "--manifests", str(small), "--no-load", "--no-prometheus")
    written = tmp_path / "run" / "prometheus" / "prometheus.yml"
    checked = subprocess.run(["promtool", "check", "config", written], capture_output=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "prometheus.yml" in running.tell("status").stdout
    running.stop()


def test_a_missing_prometheus_is_one_clear_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": str(tmp_path)}
    command = [sys.executable, "-m", "demo", "--run-dir", str(tmp_path / "run"), "--no-dashboard"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Prometheus is missing: install the Debian package prometheus")


def test_a_dead_child_is_reported_with_its_last_lines(small: Path, tmp_path: Path) -> None:
    running = RunningDemo(tmp_path / "run", "--manifests", str(small), "--no-load")
    victims = [
        pid for pid in descendants(running.process.pid) if "envoy" in Path(f"/proc/{pid}/comm").read_text()
    ]
    os.kill(victims[0], signal.SIGKILL)
    running.process.wait(30)
    assert running.process.returncode == 1
    assert "istio-proxy ended with status -9" in running.said()
    running.stop()
