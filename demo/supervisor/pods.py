"""Starts, kills and watches pods: what a kubelet does, and the readiness it reports."""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from demo.apps.spec import Spec
from demo.controlplane.delivery import replace
from demo.controlplane.registry import Mesh
from demo.controlplane.server import PODS
from demo.controlplane.workloads import Pod
from demo.podlog import PodLog, container_folder
from demo.supervisor.process import Child, Nursery

NOTICE_SECONDS = 4.0  # how long a dead pod stays an endpoint, as failed probes take their time
LOG_FORMAT = "%Y-%m-%dT%T.%fZ\t%l\tenvoy %n %g:%#\t%v\tthread=%t"
OUTSIDE_PORTS = [8000, 9090]


class Pods:
    """Every pod of the mesh, and the programs beside it (the outside hosts, the load)."""

    def __init__(self, nursery: Nursery, mesh: Mesh, run_dir: Path, envoy: str) -> None:
        """Nothing runs before `start_all`."""
        self._nursery = nursery
        self._mesh = mesh
        self._run_dir = run_dir
        self._envoy = envoy
        self._network = int(mesh.pods[0].ip.split(".")[1])
        self._proxies: dict[str, Child] = {}
        self._zygote: Child | None = None
        self._dead_since: dict[str, float] = {}
        self._reported: set[str] = set()

    def start_zygote(self) -> Child:
        """Start the process that forks all programs."""
        log = PodLog(self._run_dir / "logs" / "programs")
        self._zygote = self._nursery.start(
            "programs", [sys.executable, "-m", "demo.apps.zygote"], log, pipe=True
        )
        return self._zygote

    def start_proxy(self, pod: Pod) -> Child:
        """Start a pod's Envoy."""
        log = PodLog(
            container_folder(self._run_dir / "pods", pod.namespace, pod.name, pod.uid, "istio-proxy")
        )
        bootstrap = self._run_dir / "xds" / pod.name / "bootstrap.json"
        command = [self._envoy, "-c", str(bootstrap), "--concurrency", "1", "--disable-hot-restart"]
        command += ["--log-level", "warning", "--log-format", LOG_FORMAT, "--drain-time-s", "2"]
        words = {"MESH_UNKNOWN": "unknown", "MESH_LATEST": "latest"}
        child = self._nursery.start(f"{pod.name}/istio-proxy", command, log, words)
        self._proxies[pod.name] = child
        return child

    def start_program(self, pod: Pod) -> None:
        """Start a pod's program."""
        if pod.proxy == "router":
            return
        spec = Spec(
            name=pod.name,
            namespace=pod.namespace,
            workload=pod.workload,
            uid=pod.uid,
            container=pod.app or pod.workload,
            program=pod.image,
            ip=pod.ip,
            listen_ip=pod.app_ip if pod.proxy else pod.ip,
            has_proxy=bool(pod.proxy),
            run_dir=str(self._run_dir),
            ports=list(pod.ports),
            env=pod.env,
        )
        self._order(start=asdict(spec))

    def start_extra(self, name: str, env: dict[str, str], ports: list[int]) -> None:
        """Start a program that is no pod: `outside` or `load`."""
        spec = Spec(
            name=name,
            namespace="demo",
            workload=name,
            uid=name,
            container=name,
            program=f"meshview-demo/{name}",
            ip=f"127.{self._network}.3.2",
            listen_ip=f"127.{self._network}.3.2",
            has_proxy=False,
            run_dir=str(self._run_dir),
            ports=ports,
            env=env,
        )
        self._order(start=asdict(spec))

    def _order(self, **command: object) -> None:
        pipe = self._zygote.process.stdin if self._zygote else None
        if pipe is not None:
            pipe.write(json.dumps(command).encode() + b"\n")
            pipe.flush()

    def _of(self, target: str) -> list[Pod]:
        return [pod for pod in self._mesh.pods if f"{pod.namespace}/{pod.workload}" == target]

    def kill_workload(self, target: str) -> None:
        """Kill program and proxy of every pod of a workload."""
        for pod in self._of(target):
            self._dead_since[pod.name] = time.monotonic()
            self._order(stop=pod.name)
            if pod.name in self._proxies:
                self._proxies.pop(pod.name).kill()

    def start_workload(self, target: str) -> None:
        """Start them again."""
        for pod in self._of(target):
            self._dead_since.pop(pod.name, None)
            if pod.proxy:
                self.start_proxy(pod)
            self.start_program(pod)

    def is_dead(self, name: str) -> bool:
        """Whether a pod was killed on purpose."""
        return name in self._dead_since

    def report_readiness(self) -> None:
        """Tell the control plane about pods that have been dead long enough to be noticed."""
        now = time.monotonic()
        noticed = {name for name, since in self._dead_since.items() if now - since > NOTICE_SECONDS}
        if noticed != self._reported:
            self._reported = noticed
            replace(self._run_dir / PODS, json.dumps(dict.fromkeys(sorted(noticed), False)))
