"""Listeners and routes of a gateway, from Gateway resources and the VirtualServices bound to them."""

from pathlib import Path

from demo.controlplane.connection import http_manager
from demo.controlplane.listeners import LISTENER_TYPE, address, rds
from demo.controlplane.objects import Json, Resource
from demo.controlplane.registry import Mesh
from demo.controlplane.routes import ROUTE_TYPE, View, rules
from demo.controlplane.stats import Point
from demo.controlplane.workloads import Pod


def gateways(mesh: Mesh, pod: Pod) -> list[Resource]:
    """Gateway resources whose selector picks this pod."""
    return [
        resource
        for resource in mesh.of_kind("Gateway")
        if (resource.spec.get("selector") or {}).items() <= pod.labels.items()
    ]


def target_port(mesh: Mesh, pod: Pod, number: int) -> int:
    """The container port behind a gateway's service port."""
    for _, port in mesh.services_of(pod):
        if port.number == number:
            return port.target
    return number


def ports(mesh: Mesh, pod: Pod) -> list[int]:
    """Container ports on which a gateway listens."""
    numbers = {
        server["port"]["number"] for resource in gateways(mesh, pod) for server in resource.spec["servers"]
    }
    return sorted({target_port(mesh, pod, number) for number in numbers})


def gateway_listeners(mesh: Mesh, pod: Pod, folder: Path) -> list[Json]:
    """One listener per gateway port."""
    point = Point(pod, "source", host_fallback=False)
    found = []
    for port in ports(mesh, pod):
        name = f"0.0.0.0_{port}"
        manager = http_manager(mesh, point, f"outbound_{name};", rds(folder, f"http.{port}"))
        found.append(
            {
                "@type": LISTENER_TYPE,
                "name": name,
                "address": address(pod.ip, port),
                "traffic_direction": "OUTBOUND",
                "filter_chains": [{"filters": [manager]}],
            }
        )
    return found


def gateway_config(mesh: Mesh, pod: Pod, port: int) -> Json:
    """The route configuration `http.<port>` of a gateway."""
    names = {resource.name: resource for resource in gateways(mesh, pod)}
    hosts: list[Json] = []
    for service in mesh.of_kind("VirtualService"):
        bound = {name.rpartition("/")[2] for name in service.spec.get("gateways", [])}
        number = next((_number(names[name]) for name in bound if name in names), None)
        if number is None or target_port(mesh, pod, number) != port:
            continue
        routes = rules(View(mesh, pod, number, frozenset(bound & names.keys())), service)
        hosts.extend(_virtual_host(host, number, routes) for host in service.spec["hosts"])
    if not hosts:
        hosts = [{"name": f"blackhole:{port}", "domains": ["*"], "routes": []}]
    return {"@type": ROUTE_TYPE, "name": f"http.{port}", "virtual_hosts": hosts, "validate_clusters": False}


def _number(gateway: Resource) -> int:
    return int(gateway.spec["servers"][0]["port"]["number"])


def _virtual_host(host: str, number: int, routes: list[Json]) -> Json:
    return {
        "name": f"{host}:{number}",
        "domains": [host, f"{host}:*"] if host != "*" else ["*"],
        "routes": routes,
        "include_request_attempt_count": True,
    }
