"""The control plane's loop: see a change, render, deliver, watch the proxies take it."""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from demo.controlplane import exposition
from demo.controlplane.addresses import AddressBook
from demo.controlplane.bootstrap import bootstrap
from demo.controlplane.certificates import Authority
from demo.controlplane.convergence import ProxyState, ask, has
from demo.controlplane.delivery import Delivery, replace
from demo.controlplane.discovery import hosts
from demo.controlplane.exposition import Metrics
from demo.controlplane.objects import Loaded, load
from demo.controlplane.registry import Mesh, build
from demo.controlplane.rendering import render
from demo.controlplane.workloads import ISTIO_VERSION, Pod

POLL_SECONDS = 0.25
CONVERGE_SECONDS = 30.0
PODS = "pods.json"


@dataclass
class Push:
    """One delivery that proxies are still taking."""

    started: float  # monotonic seconds when the change was seen
    waiting: dict[str, dict[str, str]]  # versions by file name, by pod


@dataclass
class ControlPlane:
    """Renders a mesh into a run folder and keeps it up to date."""

    manifests: Path
    run_dir: Path
    book: AddressBook
    metrics: Metrics = field(default_factory=Metrics)
    mesh: Mesh | None = None
    _seen: tuple[object, ...] = ()
    _pushes: list[Push] = field(default_factory=list)
    _rejects: dict[tuple[str, str], int] = field(default_factory=dict)
    _boots: set[str] = field(default_factory=set)
    _started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Open the certificate authority and the files."""
        self.delivery = Delivery(self.run_dir / "xds")
        self.authority = Authority(self.run_dir / "ca")

    def once(self) -> bool:
        """Push if a manifest or a pod's state changed; True if it did."""
        seen = self._look()
        if seen == self._seen:
            return False
        trigger = "endpoint" if seen[0] == (self._seen or seen)[0] and self._seen else "config"
        self._seen = seen
        self._push(trigger, time.monotonic())
        return True

    def _look(self) -> tuple[object, ...]:
        files = sorted(self.manifests.glob("*.yaml"))
        stamps = tuple((path.name, stat.st_mtime_ns, stat.st_size) for path in files if (stat := _stat(path)))
        pods = _stat(self.run_dir / PODS)
        return stamps, pods.st_mtime_ns if pods else 0

    def _push(self, trigger: str, started: float) -> None:
        loaded = load(self.manifests)
        self.mesh = mesh = build(loaded.resources, self.book, self._not_ready())
        self._count_objects(loaded, mesh, trigger)
        replace(self.run_dir / "hosts.json", json.dumps(hosts(mesh)))
        version = self.delivery.version()
        waiting = {}
        for pod in mesh.pods:
            if pod.proxy:
                sent = self._deliver(mesh, pod, version)
                if sent:
                    waiting[pod.name] = dict.fromkeys(sent, version)
        if waiting:
            self._pushes.append(Push(started, waiting))

    def _deliver(self, mesh: Mesh, pod: Pod, version: str) -> dict[str, int]:
        began = time.monotonic()
        folder = self.delivery.folder(pod.name)
        boot = folder / "bootstrap.json"
        if pod.name not in self._boots:
            folder.mkdir(parents=True, exist_ok=True)
            replace(boot, json.dumps(bootstrap(pod, folder, self.authority.issue(pod.principal))))
            self._boots.add(pod.name)
            self.metrics.add("citadel_server_success_cert_issuance_count")
        sent = self.delivery.write(pod.name, render(mesh, pod, folder).files, version)
        spent = time.monotonic() - began
        for name, size in sent.items():
            kind = name[:3]
            self.metrics.add("pilot_xds_pushes", type=kind)
            self.metrics.observe("pilot_xds_push_time", exposition.PUSH, spent, type=kind)
            self.metrics.observe("pilot_xds_config_size_bytes", exposition.SIZES, size, type=kind)
        return sent

    def _not_ready(self) -> frozenset[str]:
        try:
            states = json.loads((self.run_dir / PODS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return frozenset()
        return frozenset(name for name, ready in states.items() if not ready)

    def _count_objects(self, loaded: Loaded, mesh: Mesh, trigger: str) -> None:
        metrics = self.metrics
        metrics.add("pilot_push_triggers", type=trigger)
        metrics.add("pilot_inbound_updates", type="eds" if trigger == "endpoint" else "config")
        metrics.set("pilot_services", len(mesh.services))
        metrics.set("pilot_virt_services", len(mesh.of_kind("VirtualService")))
        without = [service for service in mesh.services if service.selector and not mesh.endpoints(service)]
        metrics.set("pilot_eds_no_instances", len(without))
        for name, message in loaded.rejected:
            metrics.add("pilot_total_rejected_configs", type="File", name=name)
            print(f"warn\trefused {name}: {message}", flush=True)

    def watch_proxies(self) -> None:
        """Ask proxies that have a push outstanding; record how long each one took."""
        for push in list(self._pushes):
            for name in list(push.waiting):
                self._check(push, name)
            if not push.waiting or time.monotonic() - push.started > CONVERGE_SECONDS:
                self._pushes.remove(push)

    def _check(self, push: Push, name: str) -> None:
        pod = next((pod for pod in self.mesh.pods if pod.name == name), None) if self.mesh else None
        state = ask(pod.ip) if pod else None
        if state is None:
            return
        self._count_rejects(name, state)
        if has(state, push.waiting[name]):
            spent = time.monotonic() - push.started
            self.metrics.observe("pilot_proxy_convergence_time", exposition.FAST, spent)
            del push.waiting[name]

    def _count_rejects(self, name: str, state: ProxyState) -> None:
        for kind, count in state.rejected.items():
            before = self._rejects.get((name, kind), 0)
            if count > before:
                self.metrics.add("pilot_total_xds_rejects", count - before, type=kind[:3])
                self._rejects[name, kind] = count

    def census(self) -> None:
        """Count proxies that answer, and set what changes by itself."""
        pods = [pod for pod in self.mesh.pods if pod.proxy] if self.mesh else []
        self.metrics.set("pilot_xds", sum(ask(pod.ip) is not None for pod in pods), version=ISTIO_VERSION)
        self.metrics.set("istiod_uptime_seconds", time.monotonic() - self._started)
        self.metrics.set("pilot_info", 1, version=ISTIO_VERSION)
        self.metrics.set("istio_build", 1, component="pilot", tag=ISTIO_VERSION)
        expiry = self.authority.root.not_valid_after_utc.timestamp()
        self.metrics.set("citadel_server_root_cert_expiry_timestamp", expiry)

    def run(self, stop: threading.Event) -> None:
        """Loop until told to stop."""
        next_census = 0.0
        while not stop.is_set():
            self.once()
            self.watch_proxies()
            if time.monotonic() > next_census:
                self.census()
                next_census = time.monotonic() + 5
            stop.wait(0.05 if self._pushes else POLL_SECONDS)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
