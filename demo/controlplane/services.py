"""Services of the registry: Kubernetes Services and ServiceEntries in one form."""

from collections.abc import Mapping
from dataclasses import dataclass

from demo.controlplane.objects import Resource


@dataclass(frozen=True)
class Port:
    """One port of a service; `protocol` is `http`, `grpc` or `tcp`."""

    number: int
    name: str
    target: int
    protocol: str


@dataclass(frozen=True)
class Service:
    """A service of the registry. `addresses` are set for services whose servers are no pods."""

    name: str
    namespace: str
    host: str
    vip: str
    ports: tuple[Port, ...]
    selector: Mapping[str, str]
    addresses: tuple[tuple[str, int], ...] = ()

    @property
    def external(self) -> bool:
        """Whether the service stands for a host outside the mesh."""
        return not self.host.endswith(".svc.cluster.local")

    def domains(self, seen_from: str, port: int) -> list[str]:
        """Host headers that mean this service, for a client in a namespace."""
        if self.external:
            return [self.host, f"{self.host}:{port}"]
        names = [self.host, f"{self.name}.{self.namespace}", f"{self.name}.{self.namespace}.svc", self.vip]
        if seen_from == self.namespace:
            names.insert(1, self.name)
        return [form for name in names for form in (name, f"{name}:{port}")]


def protocol_of(port_name: str, fallback: str = "") -> str:
    """Istio's protocol selection by port name, as far as the demo needs it."""
    word = (port_name or fallback).split("-")[0].lower()
    if word in ("http", "http2"):
        return "http"
    return "grpc" if word == "grpc" else "tcp"


def from_service(resource: Resource, vip: str) -> Service:
    """A Kubernetes Service as the registry sees it."""
    ports = tuple(
        Port(
            int(port["port"]),
            port.get("name", ""),
            int(port.get("targetPort", port["port"])),
            protocol_of(port.get("appProtocol", ""), port.get("name", "")),
        )
        for port in resource.spec["ports"]
    )
    return Service(
        name=resource.name,
        namespace=resource.namespace,
        host=f"{resource.name}.{resource.namespace}.svc.cluster.local",
        vip=vip,
        ports=ports,
        selector=resource.spec.get("selector") or {},
        addresses=tuple(
            (address, port.target) for address in resource.spec.get("externalIPs", []) for port in ports
        ),
    )


def from_entry(resource: Resource, host: str, vip: str, address: str) -> Service:
    """One host of a ServiceEntry; `address` is where the demo plays that host."""
    ports = tuple(
        Port(
            int(port["number"]),
            port.get("name", ""),
            int(port.get("targetPort", port["number"])),
            protocol_of(port.get("protocol", "")),
        )
        for port in resource.spec["ports"]
    )
    return Service(
        name=host,
        namespace=resource.namespace,
        host=host,
        vip=vip,
        ports=ports,
        selector={},
        addresses=tuple((address, port.target) for port in ports),
    )
