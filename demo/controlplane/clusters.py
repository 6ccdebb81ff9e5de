"""CDS: what a proxy can send to."""

from collections.abc import Iterator, Mapping
from typing import Any

from demo.controlplane import naming, transport
from demo.controlplane.objects import Json, Resource
from demo.controlplane.registry import Mesh
from demo.controlplane.services import Port, Service
from demo.controlplane.stats import DESTINATION_NAMESPACE, PEER_FIELDS, PEER_NAMESPACE
from demo.controlplane.workloads import CLUSTER_ID, Pod

CLUSTER_TYPE = "type.googleapis.com/envoy.config.cluster.v3.Cluster"
HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
Target = tuple[Service, Port, str, Mapping[str, str]]  # the last two: a subset and its labels
POLICIES = {"LEAST_REQUEST": "LEAST_REQUEST", "ROUND_ROBIN": "ROUND_ROBIN", "RANDOM": "RANDOM"}


def clusters(mesh: Mesh, pod: Pod) -> list[Json]:
    """All clusters of one proxy."""
    found = [cluster for service in mesh.visible_services(pod) for cluster in _of_service(mesh, pod, service)]
    if pod.proxy == "sidecar":
        found.extend(_inbound(mesh, pod))
        found.append(_original_dst(naming.PASSTHROUGH, naming.PASSTHROUGH))
    found.append(_black_hole())
    return [{"@type": CLUSTER_TYPE, **cluster} for cluster in found]


def destination_rule(mesh: Mesh, service: Service) -> Resource | None:
    """The DestinationRule of a service, if there is one."""
    for resource in mesh.of_kind("DestinationRule"):
        if mesh.service(resource.spec["host"], resource.namespace) == service:
            return resource
    return None


def _of_service(mesh: Mesh, pod: Pod, service: Service) -> Iterator[Json]:
    rule = destination_rule(mesh, service)
    policy = dict(rule.spec.get("trafficPolicy", {})) if rule else {}
    for port in service.ports:
        yield _outbound(mesh, pod, (service, port, "", {}), rule, policy)
        for subset in rule.spec.get("subsets", []) if rule else []:
            merged = {**policy, **subset.get("trafficPolicy", {})}
            yield _outbound(mesh, pod, (service, port, subset["name"], subset["labels"]), rule, merged)


def _outbound(
    mesh: Mesh,
    pod: Pod,
    target: Target,
    rule: Resource | None,
    policy: Mapping[str, Any],
) -> Json:
    service, port, subset, labels = target
    name = naming.outbound_cluster(port.number, service.host, subset)
    pods = mesh.endpoints(service, labels)
    cluster = _base(name, _metadata(service, port, subset, rule))
    cluster["load_assignment"] = {
        "cluster_name": name,
        "endpoints": [{"lb_endpoints": _endpoints(mesh, service, port, pods)}],
    }
    cluster["lb_policy"] = POLICIES.get(policy.get("loadBalancer", {}).get("simple", ""), "LEAST_REQUEST")
    cluster["common_lb_config"] = {"healthy_panic_threshold": {}}
    cluster.update(_limits(policy))
    cluster["typed_extension_protocol_options"] = _protocol(port)
    cluster.update(_security(pod, target, policy, _principals(mesh, service)))
    return cluster


def _base(name: str, metadata: Json) -> Json:
    return {
        "name": name,
        "alt_stat_name": naming.stat_name(name),
        "connect_timeout": "10s",
        "metadata": {"filter_metadata": metadata},
    }


def _metadata(service: Service, port: Port, subset: str, rule: Resource | None) -> Json:
    istio: Json = {
        "services": [{"host": service.host, "name": service.name, "namespace": service.namespace}],
        "default_original_port": port.number,
    }
    if subset:
        istio["subset"] = subset
    if rule is not None:
        istio["config"] = rule.config_path
    return {"istio": istio, DESTINATION_NAMESPACE: destination(service.host, service.name, service.namespace)}


def destination(host: str, name: str, namespace: str) -> Json:
    """Metadata from which the standard metrics take the destination service; empty values are left out."""
    values = {"service": host, "service_name": name, "service_namespace": namespace}
    return {key: value for key, value in values.items() if value}


def _principals(mesh: Mesh, service: Service) -> list[str]:
    every = [pod for pod in mesh.pods if pod.namespace == service.namespace and service.selector]
    return sorted({pod.principal for pod in every if service.selector.items() <= pod.labels.items()})


def _endpoints(mesh: Mesh, service: Service, port: Port, pods: list[Pod]) -> list[Json]:
    if service.addresses:
        return [
            _endpoint(address, number, {}) for address, number in service.addresses if number == port.target
        ]
    return [_endpoint(pod.ip, port.target, _endpoint_metadata(mesh, pod)) for pod in pods]


def _endpoint(address: str, port: int, metadata: Json) -> Json:
    endpoint = {"endpoint": {"address": {"socket_address": {"address": address, "port_value": port}}}}
    return {**endpoint, "metadata": {"filter_metadata": metadata}} if metadata else endpoint


def _endpoint_metadata(mesh: Mesh, pod: Pod) -> Json:
    revision = "" if pod.canonical_revision == "latest" else pod.canonical_revision
    workload = ";".join((pod.workload, pod.namespace, pod.canonical_name, revision, CLUSTER_ID))
    known = (pod.workload, pod.namespace, pod.canonical_name, pod.canonical_revision, "", "", CLUSTER_ID)
    metadata: Json = {
        "istio": {"workload": workload},
        PEER_NAMESPACE: {name: value for name, value in zip(PEER_FIELDS, known, strict=True) if value},
    }
    if pod.proxy == "sidecar" and mesh.mtls_mode(pod) != "DISABLE":
        metadata["envoy.transport_socket_match"] = {"tlsMode": "istio"}
    return metadata


def _limits(policy: Mapping[str, Any]) -> Json:
    pool = policy.get("connectionPool", {})
    http, tcp = pool.get("http", {}), pool.get("tcp", {})
    threshold = {
        "max_connections": tcp.get("maxConnections", 4294967295),
        "max_pending_requests": http.get("http1MaxPendingRequests", 4294967295),
        "max_requests": http.get("http2MaxRequests", 4294967295),
        "max_retries": http.get("maxRetries", 4294967295),
        "track_remaining": True,
    }
    found: Json = {"circuit_breakers": {"thresholds": [threshold]}}
    if "outlierDetection" in policy:
        found["outlier_detection"] = _outlier(policy["outlierDetection"])
    return found


def _outlier(settings: Mapping[str, Any]) -> Json:
    return {
        "consecutive_5xx": settings.get("consecutive5xxErrors", 5),
        "interval": settings.get("interval", "10s"),
        "base_ejection_time": settings.get("baseEjectionTime", "30s"),
        "max_ejection_percent": settings.get("maxEjectionPercent", 10),
    }


def _protocol(port: Port) -> Json:
    if port.protocol == "tcp":
        return {}
    version = "http2_protocol_options" if port.protocol == "grpc" else "http_protocol_options"
    explicit: Json = {version: {}}
    return {HTTP_OPTIONS: {"@type": f"type.googleapis.com/{HTTP_OPTIONS}", "explicit_http_config": explicit}}


def _security(pod: Pod, target: Target, policy: Mapping[str, Any], principals: list[str]) -> Json:
    service, port, subset, _ = target
    if service.external or policy.get("tls", {}).get("mode") == "DISABLE":
        return {}
    name = naming.sni(port.number, service.host, subset)
    alpn = {"grpc": ["h2"], "tcp": ["istio-peer-exchange", "istio"]}.get(port.protocol, ["http/1.1"])
    tls, plain = transport.client_tls(name, principals, alpn), transport.raw()
    if port.protocol == "tcp":
        tls = transport.naming_client(tls, pod)
    return {"transport_socket_matches": transport.matches(tls, plain)}


def _inbound(mesh: Mesh, pod: Pod) -> Iterator[Json]:
    ports = {port.target: (service, port) for service, port in mesh.services_of(pod)}
    for number in dict.fromkeys((*ports, *pod.ports)):
        name = naming.inbound_cluster(number)
        service, port = ports.get(number, (None, None))
        metadata = (
            _metadata(service, port, "", None)
            if service and port
            else {DESTINATION_NAMESPACE: destination(pod.canonical_name, naming.INBOUND_PASSTHROUGH, "")}
        )
        cluster = _base(name, metadata)
        cluster["load_assignment"] = {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [_endpoint(pod.app_ip, number, {})]}],
        }
        cluster["typed_extension_protocol_options"] = _protocol(port) if port else {}
        yield cluster


def _original_dst(name: str, service_name: str) -> Json:
    cluster = _base(name, {DESTINATION_NAMESPACE: destination("", service_name, "")})
    return {**cluster, "type": "ORIGINAL_DST", "lb_policy": "CLUSTER_PROVIDED"}


def _black_hole() -> Json:
    name = naming.BLACK_HOLE
    return _base(name, {DESTINATION_NAMESPACE: destination("", name, "")})
