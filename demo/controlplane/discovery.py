"""What the programs of the mesh know by name: the demo's DNS and kube-proxy, as one file."""

from typing import Any

from demo.controlplane.registry import Mesh


def hosts(mesh: Mesh) -> dict[str, Any]:
    """Names to addresses (by client namespace and for all), and endpoints by `address:port`."""
    names = dict(mesh.outside)
    near: dict[str, dict[str, str]] = {}
    endpoints: dict[str, list[tuple[str, int]]] = {}
    for service in mesh.services:
        if service.external:
            continue
        near.setdefault(service.namespace, {})[service.name] = service.vip
        short = f"{service.name}.{service.namespace}"
        names |= dict.fromkeys((short, f"{short}.svc", service.host), service.vip)
        for port in service.ports:
            endpoints[f"{service.vip}:{port.number}"] = [
                (pod.ip, port.target) for pod in mesh.endpoints(service)
            ]
    return {"names": names, "namespaces": near, "endpoints": endpoints}
