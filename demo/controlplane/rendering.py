"""All xDS resources of one pod."""

from dataclasses import dataclass
from pathlib import Path

from demo.controlplane import gateway
from demo.controlplane.clusters import clusters
from demo.controlplane.listeners import http_ports, sidecar_listeners
from demo.controlplane.objects import Json
from demo.controlplane.registry import Mesh
from demo.controlplane.routes import outbound_config
from demo.controlplane.workloads import Pod


@dataclass(frozen=True)
class Rendered:
    """Resources by file name; the type is the part before `_` or `.`: `lds`, `cds`, `rds`."""

    pod: Pod
    files: dict[str, list[Json]]


def subscriptions(mesh: Mesh, pod: Pod) -> int:
    """How many files a pod's proxy watches, each with its own inotify instance."""
    routes = gateway.ports(mesh, pod) if pod.proxy == "router" else http_ports(mesh, pod)
    return 2 + len(routes)


def render(mesh: Mesh, pod: Pod, folder: Path) -> Rendered:
    """Everything one proxy is told; `folder` is where its files will be."""
    if pod.proxy == "router":
        listeners = gateway.gateway_listeners(mesh, pod, folder)
        routes = {
            f"http.{port}": gateway.gateway_config(mesh, pod, port) for port in gateway.ports(mesh, pod)
        }
    else:
        listeners = sidecar_listeners(mesh, pod, folder)
        routes = {str(port): outbound_config(mesh, pod, port) for port in http_ports(mesh, pod)}
    files = {"cds.json": clusters(mesh, pod), "lds.json": listeners}
    for name, config in routes.items():
        files[f"rds_{name}.json"] = [config]
    return Rendered(pod, files)
