"""RDS: where a request goes, from VirtualServices and plain services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from demo.controlplane import naming
from demo.controlplane.clusters import destination
from demo.controlplane.objects import Json, Resource
from demo.controlplane.registry import Mesh
from demo.controlplane.services import Port, Service
from demo.controlplane.stats import DESTINATION_NAMESPACE
from demo.controlplane.workloads import Pod

PEER_HEADER = "x-envoy-peer-metadata"
ROUTE_TYPE = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"
OTHER_HOST = "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate"
DEFAULT_RETRY = {"attempts": 2, "retryOn": "connect-failure,refused-stream,unavailable,cancelled,503"}


def outbound_config(mesh: Mesh, pod: Pod, port_number: int) -> Json:
    """The route configuration `<port>` of a sidecar."""
    hosts = [
        _service_host(mesh, pod, service, port)
        for service in mesh.visible_services(pod)
        for port in service.ports
        if port.number == port_number and port.protocol != "tcp"
    ]
    hosts.append(_block_all() if mesh.outbound_policy(pod) == "REGISTRY_ONLY" else _allow_any())
    return {
        "@type": ROUTE_TYPE,
        "name": str(port_number),
        "virtual_hosts": hosts,
        "validate_clusters": False,
        "max_direct_response_body_size_bytes": 1048576,
        "ignore_port_in_host_matching": False,
    }


@dataclass(frozen=True)
class View:
    """Whose routes are made: a proxy's port, seen from `mesh` or from a gateway's name."""

    mesh: Mesh
    pod: Pod
    port: int
    gateways: frozenset[str] = frozenset({"mesh"})

    def manners(self, hosts: Iterable[str]) -> Json:
        """Tell our name to services of the mesh, and to nobody else."""
        return (
            introduce(self.pod) if any(host.endswith(".svc.cluster.local") for host in hosts) else strangers()
        )


def _service_host(mesh: Mesh, pod: Pod, service: Service, port: Port) -> Json:
    rule = virtual_service(mesh, service)
    view = View(mesh, pod, port.number)
    return {
        "name": f"{service.host}:{port.number}",
        "domains": service.domains(pod.namespace, port.number),
        "routes": rules(view, rule) if rule else [_plain(view, service)],
        "include_request_attempt_count": True,
    }


def introduce(pod: Pod) -> Json:
    """Tell the peer's proxy who we are; whatever the application wrote there is overwritten."""
    header = {"key": PEER_HEADER, "value": pod.peer_metadata}
    return {"request_headers_to_add": [{"header": header, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}]}


def strangers() -> Json:
    """A host without a proxy is neither told who we are nor believed."""
    return {"request_headers_to_remove": [PEER_HEADER], "response_headers_to_remove": [PEER_HEADER]}


def virtual_service(mesh: Mesh, service: Service, gateway: str = "mesh") -> Resource | None:
    """The VirtualService that speaks for a host inside the mesh."""
    for resource in mesh.of_kind("VirtualService"):
        if gateway not in resource.spec.get("gateways", ["mesh"]):
            continue
        if any(mesh.service(host, resource.namespace) == service for host in resource.spec["hosts"]):
            return resource
    return None


def rules(view: View, resource: Resource) -> list[Json]:
    """The HTTP routes of a VirtualService, in order."""
    return [
        _rule(view, resource, rule, match)
        for rule in resource.spec.get("http", [])
        for match in rule.get("match") or [{}]
        if view.gateways & {name.rpartition("/")[2] for name in match.get("gateways", view.gateways)}
    ]


def _rule(view: View, resource: Resource, rule: Mapping[str, Any], match: Mapping[str, Any]) -> Json:
    targets = [_target(view, resource, entry["destination"]) for entry in rule["route"]]
    path, shown = _path(match.get("uri", {}))
    action: Json = {"timeout": rule.get("timeout", "0s"), "retry_policy": _retry(rule.get("retries", {}))}
    if "rewrite" in rule:
        action["prefix_rewrite"] = rule["rewrite"]["uri"]
    if len(targets) == 1:
        action["cluster"] = targets[0][0]
        operation = f"{targets[0][1]}:{targets[0][2]}{shown}"
    else:
        weighted = [
            {"name": cluster, "weight": int(entry.get("weight", 0))}
            for (cluster, _, _), entry in zip(targets, rule["route"], strict=True)
        ]
        action["weighted_clusters"] = {"clusters": weighted}
        operation = f"{resource.name}:{view.port}{shown}"
    return {
        "name": rule.get("name", "default"),
        "match": {**path, "headers": _headers(match)} if match.get("headers") else path,
        "route": action,
        "metadata": {"filter_metadata": {"istio": {"config": resource.config_path}}},
        "decorator": {"operation": operation},
        **view.manners(host for _, host, _ in targets),
    }


def _target(view: View, resource: Resource, entry: Mapping[str, Any]) -> tuple[str, str, int]:
    service = view.mesh.service(entry["host"], resource.namespace)
    host = service.host if service else f"{entry['host']}.{resource.namespace}.svc.cluster.local"
    number = entry.get("port", {}).get("number")
    if number is None:
        number = service.ports[0].number if service and len(service.ports) == 1 else view.port
    return naming.outbound_cluster(number, host, entry.get("subset", "")), host, number


def _path(uri: Mapping[str, str]) -> tuple[Json, str]:
    if "exact" in uri:
        return {"path": uri["exact"]}, uri["exact"]
    if "regex" in uri:
        return {"safe_regex": {"regex": uri["regex"]}}, uri["regex"]
    prefix = uri.get("prefix", "/")
    return {"prefix": prefix}, f"{prefix}*"


def _headers(match: Mapping[str, Any]) -> list[Json]:
    return [
        {"name": name, "string_match": {kind: value}}
        for name, matcher in match["headers"].items()
        for kind, value in matcher.items()
    ]


def _retry(retries: Mapping[str, Any]) -> Json:
    settings = {**DEFAULT_RETRY, **retries}
    words = [word.strip() for word in str(settings["retryOn"]).split(",")]
    codes = [int(word) for word in words if word.isdigit()]
    named = [word for word in words if not word.isdigit()] + (["retriable-status-codes"] if codes else [])
    policy: Json = {
        "num_retries": int(settings["attempts"]),
        "retry_on": ",".join(named),
        "retriable_status_codes": codes,
        "retry_host_predicate": [
            {
                "name": "envoy.retry_host_predicates.previous_hosts",
                "typed_config": {"@type": OTHER_HOST},
            }
        ],
        "host_selection_retry_max_attempts": "5",
    }
    if "perTryTimeout" in settings:
        policy["per_try_timeout"] = settings["perTryTimeout"]
    return policy


def _plain(view: View, service: Service) -> Json:
    return {
        "name": "default",
        "match": {"prefix": "/"},
        "route": {
            "cluster": naming.outbound_cluster(view.port, service.host),
            "timeout": "0s",
            "retry_policy": _retry({}),
        },
        "decorator": {"operation": f"{service.host}:{view.port}/*"},
        **view.manners([service.host]),
    }


def _allow_any() -> Json:
    action = {"cluster": naming.PASSTHROUGH, "timeout": "0s"}
    route = {"name": "allow_any", "match": {"prefix": "/"}, "route": action}
    return {"name": "allow_any", "domains": ["*"], "routes": [route], **strangers()}


def _block_all() -> Json:
    metadata = {"filter_metadata": {DESTINATION_NAMESPACE: destination("", naming.BLACK_HOLE, "")}}
    route = {
        "name": "block_all",
        "match": {"prefix": "/"},
        "direct_response": {"status": 502},
        "metadata": metadata,
    }
    return {"name": "block_all", "domains": ["*"], "routes": [route], "include_request_attempt_count": True}


def inbound_config(pod: Pod, service: Service | None, port: Port | None, number: int, trusted: bool) -> Json:
    """The inline routes of an inbound chain; the peer's introduction never reaches the application."""
    shown = f"{service.host}:{port.number}/*" if service and port else f"{pod.canonical_name}:{number}/*"
    route = {
        "name": "default",
        "match": {"prefix": "/"},
        "route": {"cluster": naming.inbound_cluster(number), "timeout": "0s"},
        "decorator": {"operation": shown},
    }
    host: Json = {
        "name": f"inbound|http|{port.number if port else number}",
        "domains": ["*"],
        "routes": [route],
        "request_headers_to_remove": [PEER_HEADER],
    }
    header = {"key": PEER_HEADER, "value": pod.peer_metadata}
    if trusted:
        host["response_headers_to_add"] = [{"header": header, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}]
    else:
        host["response_headers_to_remove"] = [PEER_HEADER]
    return {"name": f"inbound|{number}||", "virtual_hosts": [host], "validate_clusters": False}
