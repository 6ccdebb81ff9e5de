"""LDS: what a sidecar listens on, outbound and inbound."""

from collections.abc import Iterator
from pathlib import Path

from demo.controlplane import naming, observe, transport
from demo.controlplane.connection import http_manager, tcp_proxy
from demo.controlplane.objects import Json
from demo.controlplane.registry import Mesh
from demo.controlplane.routes import inbound_config
from demo.controlplane.services import Port, Service
from demo.controlplane.stats import PEER_FIELDS, PEER_NAMESPACE, Point
from demo.controlplane.workloads import Pod

LISTENER_TYPE = "type.googleapis.com/envoy.config.listener.v3.Listener"


def address(host: str, port: int) -> Json:
    """A socket address."""
    return {"socket_address": {"address": host, "port_value": port}}


def filter_(name: str, message: str, **settings: object) -> Json:
    """A listener filter."""
    config = {"@type": naming.listener_filter(message), **settings}
    return {"name": f"envoy.filters.listener.{name}", "typed_config": config}


def rds(folder: Path, name: str) -> Json:
    """A reference to a route configuration file."""
    source = {"path_config_source": {"path": str(folder / f"rds_{name}.json")}, "resource_api_version": "V3"}
    return {"rds": {"route_config_name": name, "config_source": source}}


def http_ports(mesh: Mesh, pod: Pod) -> list[int]:
    """Ports for which a sidecar has an HTTP listener, and so a route configuration."""
    ports = {
        port.number
        for service in mesh.visible_services(pod)
        for port in service.ports
        if port.protocol != "tcp"
    }
    return sorted(ports)


def sidecar_listeners(mesh: Mesh, pod: Pod, folder: Path) -> list[Json]:
    """All listeners of a sidecar; `folder` holds the pod's xDS files."""
    found = [_virtual_outbound(mesh, pod), _virtual_inbound(mesh, pod)]
    found.extend(_http_outbound(mesh, pod, port, folder) for port in http_ports(mesh, pod))
    found.extend(
        _tcp_outbound(mesh, pod, service, port)
        for service in mesh.visible_services(pod)
        for port in service.ports
        if port.protocol == "tcp"
    )
    return [{"@type": LISTENER_TYPE, **listener} for listener in found]


def _virtual_outbound(mesh: Mesh, pod: Pod) -> Json:
    """Applications connect here with a PROXY protocol header that names the address they wanted."""
    blocked = mesh.outbound_policy(pod) == "REGISTRY_ONLY"
    cluster = naming.BLACK_HOLE if blocked else naming.PASSTHROUGH
    chain = {
        "name": "virtualOutbound-catchall-tcp",
        "filters": [tcp_proxy(mesh, Point(pod, "source", trusted=False, host_fallback=False), cluster)],
    }
    return {
        "name": "virtualOutbound",
        "address": address(pod.ip, naming.OUTBOUND_PORT),
        "traffic_direction": "OUTBOUND",
        "use_original_dst": True,
        "listener_filters": [filter_("proxy_protocol", "proxy_protocol.v3.ProxyProtocol")],
        "filter_chains": [chain],
        "access_log": _listener_log(mesh, pod),
    }


def _http_outbound(mesh: Mesh, pod: Pod, port: int, folder: Path) -> Json:
    name = f"0.0.0.0_{port}"
    point = Point(pod, "source")
    manager = http_manager(mesh, point, f"outbound_{name};", rds(folder, str(port)))
    return {
        "name": name,
        "address": address("0.0.0.0", port),  # noqa: S104 - never bound: virtualOutbound hands connections over
        "bind_to_port": False,
        "traffic_direction": "OUTBOUND",
        "filter_chains": [{"filters": [manager]}],
    }


def _tcp_outbound(mesh: Mesh, pod: Pod, service: Service, port: Port) -> Json:
    cluster = naming.outbound_cluster(port.number, service.host)
    point = Point(pod, "source", trusted=False, host_fallback=False)
    return {
        "name": f"{service.vip}_{port.number}",
        "address": address(service.vip, port.number),
        "bind_to_port": False,
        "traffic_direction": "OUTBOUND",
        "filter_chains": [{"filters": [tcp_proxy(mesh, point, cluster)]}],
    }


def _virtual_inbound(mesh: Mesh, pod: Pod) -> Json:
    served = {port.target: (service, port) for service, port in mesh.services_of(pod)}
    numbers = list(dict.fromkeys((*served, *pod.ports)))
    chains = [chain for number in numbers for chain in _chains(mesh, pod, number, served.get(number))]
    tcp = [number for number, (_, port) in served.items() if port.protocol == "tcp"]
    return {
        "name": "virtualInbound",
        "address": address(pod.ip, naming.INBOUND_PORT),
        "additional_addresses": [{"address": address(pod.ip, number)} for number in numbers],
        "traffic_direction": "INBOUND",
        "listener_filters": [*_introductions(tcp), filter_("tls_inspector", "tls_inspector.v3.TlsInspector")],
        "listener_filters_timeout": "5s",
        "continue_on_listener_filters_timeout": True,
        "filter_chains": [*chains, _blackhole(mesh, pod)],
        "access_log": _listener_log(mesh, pod),
    }


def _introductions(tcp_ports: list[int]) -> list[Json]:
    """On TCP ports the client's proxy introduces itself in PROXY protocol TLVs, one per field."""
    if not tcp_ports:
        return []
    rules = [
        {
            "tlv_type": transport.PEER_TLV + n,
            "on_tlv_present": {"metadata_namespace": PEER_NAMESPACE, "key": name},
        }
        for n, name in enumerate(PEER_FIELDS)
    ]
    settings = {"rules": rules, "allow_requests_without_proxy_protocol": True}
    ranges = [{"destination_port_range": {"start": port, "end": port + 1}} for port in tcp_ports]
    anywhere = ranges[0] if len(ranges) == 1 else {"or_match": {"rules": ranges}}
    introduction = filter_("proxy_protocol", "proxy_protocol.v3.ProxyProtocol", **settings)
    return [{**introduction, "filter_disabled": {"not_match": anywhere}}]


def _chains(mesh: Mesh, pod: Pod, number: int, served: tuple[Service, Port] | None) -> Iterator[Json]:
    mode = mesh.mtls_mode(pod)
    if mode != "DISABLE":
        point = Point(pod, "destination", trusted=True, secured=True)
        yield {**_chain(mesh, point, number, served, "tls"), "transport_socket": transport.server_tls()}
    if mode != "STRICT":
        point = Point(pod, "destination", trusted=mode == "DISABLE")
        yield _chain(mesh, point, number, served, "raw_buffer")


def _chain(mesh: Mesh, point: Point, number: int, served: tuple[Service, Port] | None, protocol: str) -> Json:
    service, port = served or (None, None)
    if port is not None and port.protocol == "tcp":
        handler = tcp_proxy(mesh, point, naming.inbound_cluster(number))
    else:
        config = inbound_config(point.pod, service, port, number, point.trusted)
        handler = http_manager(mesh, point, f"inbound_0.0.0.0_{number};", {"route_config": config})
    return {
        "name": f"0.0.0.0_{number}",
        "filter_chain_match": {"destination_port": number, "transport_protocol": protocol},
        "filters": [handler],
    }


def _blackhole(mesh: Mesh, pod: Pod) -> Json:
    point = Point(pod, "destination", trusted=False)
    return {
        "name": "virtualInbound-blackhole",
        "filter_chain_match": {"destination_port": naming.INBOUND_PORT},
        "filters": [tcp_proxy(mesh, point, naming.BLACK_HOLE)],
    }


def _listener_log(mesh: Mesh, pod: Pod) -> list[Json]:
    only = {"response_flag_filter": {"flags": ["NR"]}}
    return [{**log, "filter": only} for log in observe.access_log(mesh, pod)]
