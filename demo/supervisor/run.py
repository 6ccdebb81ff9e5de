"""One run of the demo, stage by stage."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from demo.controlplane.addresses import AddressBook
from demo.controlplane.convergence import ask
from demo.controlplane.delivery import replace
from demo.controlplane.naming import MONITORING_PORT
from demo.controlplane.objects import load
from demo.controlplane.registry import Mesh, build
from demo.controlplane.rendering import subscriptions
from demo.controlplane.workloads import Pod
from demo.incidents import INCIDENTS, Incidents
from demo.options import DemoError, Options
from demo.podlog import PodLog
from demo.supervisor import preflight, prometheus
from demo.supervisor.loop import Loop
from demo.supervisor.manifests import place
from demo.supervisor.pods import OUTSIDE_PORTS, Pods
from demo.supervisor.probes import get
from demo.supervisor.process import Nursery

FACTS = "demo.json"
GATEWAY = "istio-ingressgateway"
GATEWAY_PORT = 8080


class Run:
    """Everything of one run; `go` returns when it is told to stop."""

    def __init__(self, options: Options) -> None:
        """Check what can be checked before anything is started."""
        self.options = options
        self.run_dir = options.run_dir.resolve()
        self._envoy = preflight.envoy_binary()
        self._prometheus = preflight.prometheus_binary() if options.prometheus else ""
        self._lock = preflight.lock(self.run_dir)
        if options.dashboard:
            preflight.port_free(options.host, options.port)
        self.network, control = preflight.claim_network(options.network)
        self.manifests = place(options, self.run_dir)
        self.mesh = self._read_mesh()
        preflight.enough_watches(sum(subscriptions(self.mesh, pod) for pod in self.mesh.pods if pod.proxy))
        self.nursery = Nursery()
        self.loop = Loop(self.nursery, control, self.command)
        self.pods = Pods(self.nursery, self.mesh, self.run_dir, self._envoy)
        self.incidents = Incidents(self.run_dir, self.pods)
        self._control = control

    def _read_mesh(self) -> Mesh:
        (self.run_dir / "pods.json").unlink(missing_ok=True)
        (self.run_dir / "load.json").unlink(missing_ok=True)
        loaded = load(self.manifests)
        if loaded.rejected:
            raise DemoError(
                "A manifest cannot be used: " + "; ".join(message for _, message in loaded.rejected)
            )
        return build(loaded.resources, AddressBook(self.network))

    def go(self) -> int:
        """Run every stage, then until a signal."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        self._began = time.time()
        try:
            self._stages()
            say(f"\nThe mesh runs ({time.time() - self._began:.0f} s). {self._where()}\nStop it with Ctrl-C.")
            while not self.loop.stopping:
                self.loop.turn()
                self.pods.report_readiness()
        except KeyboardInterrupt:
            say("stopped before everything ran")
        finally:
            self._end()
        return 0

    def _stop(self, *_: object) -> None:
        self.loop.stopping = True

    def _stages(self) -> None:
        with stage(f"control plane (manifests in {self.manifests})"):
            self._start_control_plane()
        with stage("programs of the pods"):
            self._start_programs()
        with stage(f"{sum(bool(pod.proxy) for pod in self.mesh.pods)} Envoy proxies"):
            self._start_proxies()
        self._configure_prometheus()
        if self.options.prometheus:
            with stage(f"Prometheus at {self.prometheus_url}"):
                self._start_prometheus()
        if self.options.load:
            self._start_load()
        self._write_facts()
        if self.options.dashboard:
            with stage("meshview"):
                self._start_dashboard()
        if self.options.load and self.options.prometheus:
            with stage("first traffic in Prometheus"):
                self.loop.wait_for("Traffic", self._traffic_seen, 60)

    def _start_control_plane(self) -> None:
        command = [sys.executable, "-m", "demo.controlplane", "--manifests", str(self.manifests)]
        command += ["--run-dir", str(self.run_dir), "--network", str(self.network)]
        self.nursery.start(
            "control plane", command, PodLog(self.run_dir / "logs" / "controlplane"), _import_path()
        )
        url = f"http://127.{self.network}.0.2:{MONITORING_PORT}/ready"
        self.loop.wait_for("The control plane", lambda: get(url) is not None, 30)

    def _start_programs(self) -> None:
        self.pods.start_zygote()
        self.loop.readers["programs"] = self._heard
        addresses = " ".join(self.mesh.outside.values())
        if addresses:
            self.pods.start_extra("outside", {"ADDRESSES": addresses}, OUTSIDE_PORTS)
        for pod in self.mesh.pods:
            self.pods.start_program(pod)

    def _heard(self, lines: list[bytes]) -> None:
        for line in lines:
            event = json.loads(line)
            if not self.pods.is_dead(event["exited"]) and not self.loop.stopping:
                raise DemoError(
                    f"The program of {event['exited']} ended with status {event['status']}; see its log."
                )

    def _start_proxies(self) -> None:
        proxied = [pod for pod in self.mesh.pods if pod.proxy]
        for pod in proxied:
            self.pods.start_proxy(pod)
        for pod in proxied:
            self.loop.wait_for(f"The proxy of {pod.name}", lambda pod=pod: _configured(pod), 60)  # type: ignore[misc]

    def _configure_prometheus(self) -> None:
        folder = self.run_dir / "prometheus"
        folder.mkdir(exist_ok=True)
        text = prometheus.configuration(self.mesh.pods, self.network, self.options.scrape_seconds)
        replace(folder / "prometheus.yml", text)

    def _start_prometheus(self) -> None:
        command = prometheus.command(self._prometheus, self.run_dir / "prometheus", self.network)
        limits = {"GOGC": "40", "GOMAXPROCS": "1"}
        self.nursery.start("Prometheus", command, PodLog(self.run_dir / "logs" / "prometheus"), limits)
        self.loop.wait_for("Prometheus", lambda: get(self.prometheus_url + "/-/ready") is not None, 60)

    @property
    def prometheus_url(self) -> str:
        """Where Prometheus answers."""
        return f"http://{prometheus.address(self.network)}"

    def _start_load(self) -> None:
        gateway = next((pod for pod in self.mesh.pods if pod.workload == GATEWAY), None)
        if gateway is None:
            raise DemoError(f"The manifests have no {GATEWAY} to send requests to: use --no-load.")
        env = {"GATEWAY_IP": gateway.ip, "GATEWAY_PORT": str(GATEWAY_PORT), "RPS": str(self.options.rps)}
        self.pods.start_extra("load", env, [])
        say(f"  load: {self.options.rps:g} requests a second at http://{gateway.ip}:{GATEWAY_PORT}")

    def _start_dashboard(self) -> None:
        options = self.options
        command = [
            sys.executable,
            "-m",
            "meshview.cli",
            "serve",
            "--host",
            options.host,
            "--port",
            str(options.port),
        ]
        data = self.run_dir / "meshview"
        data.mkdir(exist_ok=True)
        env = {
            "MESHVIEW_PROMETHEUS_URL": self.prometheus_url,
            "MESHVIEW_DATA_DIR": str(data),
            **_import_path(),
        }
        self.nursery.start("meshview", command, PodLog(self.run_dir / "logs" / "meshview"), env)
        url = f"http://{options.host}:{options.port}/healthz"
        self.loop.wait_for("meshview", lambda: get(url) is not None, 60)

    def _traffic_seen(self) -> bool:
        fresh = f"count(timestamp(istio_requests_total)%3E{self._began:.0f})"
        answer = get(f"{self.prometheus_url}/api/v1/query?query={fresh}")
        return answer is not None and prometheus.requests_seen(answer)

    def _where(self) -> str:
        if self.options.dashboard:
            return f"Open http://{self.options.host}:{self.options.port}"
        if self.options.prometheus:
            return f"Prometheus is at {self.prometheus_url}"
        return f"Prometheus' configuration is {self.run_dir / 'prometheus' / 'prometheus.yml'}"

    def _write_facts(self) -> None:
        facts = {
            "pid": os.getpid(),
            "network": self.network,
            "control": [f"127.{self.network}.0.1", preflight.CONTROL_PORT],
            "prometheus": self.prometheus_url,
            "manifests": str(self.manifests),
            "pods": {pod.name: {"namespace": pod.namespace, "ip": pod.ip} for pod in self.mesh.pods},
        }
        replace(self.run_dir / FACTS, json.dumps(facts, indent=1))

    def command(self, request: dict[str, str]) -> dict[str, object]:
        """Obey the control socket: `begin`, `end`, `list`, `status`."""
        action, name = request.get("action"), request.get("name", "")
        if action == "begin":
            return {"said": self.incidents.begin(name)}
        if action == "end":
            return {"said": self.incidents.end(name)}
        if action == "list":
            running = self.incidents.running()
            return {
                "incidents": [{**asdict(one), "since": running.get(one.name)} for one in INCIDENTS.values()]
            }
        if action == "status":
            return {"children": [child.name for child in self.nursery.children], "where": self._where()}
        raise DemoError(f"The control socket does not know the action {action}.")

    def _end(self) -> None:
        self.loop.stopping = True
        self.incidents.end_all()
        (self.run_dir / FACTS).unlink(missing_ok=True)
        self.nursery.close()
        self.loop.close()
        self._control.close()
        self._lock.close()


def _configured(pod: Pod) -> bool:
    """Whether a proxy runs the configuration it was given."""
    state = ask(pod.ip)
    if state and any(state.rejected.values()):
        raise DemoError(f"The proxy of {pod.name} refused its configuration; its log says why.")
    return state is not None and {"cds", "lds"} <= state.versions.keys()


def _import_path() -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[2])
    others = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": f"{root}{os.pathsep}{others}" if others else root}


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Print a progress line with the seconds it took."""
    began = time.monotonic()
    yield
    say(f"  {name}: ready ({time.monotonic() - began:.1f} s)")
