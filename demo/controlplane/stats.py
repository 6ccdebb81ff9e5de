"""Istio's standard metrics, written by Envoy's own stats access logger."""

import json
from dataclasses import dataclass

from demo.controlplane.naming import TYPES
from demo.controlplane.objects import Json
from demo.controlplane.workloads import CLUSTER_ID, Pod

PEER_NAMESPACE = "istio.peer"  # dynamic metadata: what the peer's proxy said of itself
DESTINATION_NAMESPACE = "istio.destination"  # cluster or route metadata: the service behind it
PEER_FIELDS = (
    "workload",
    "workload_namespace",
    "canonical_service",
    "canonical_revision",
    "app",
    "version",
    "cluster",
)
UNKNOWN = {"command": "ENVIRONMENT", "param": "MESH_UNKNOWN"}
LATEST = {"command": "ENVIRONMENT", "param": "MESH_LATEST"}
MOST_MESSAGES = 3
Tags = dict[str, str]


@dataclass(frozen=True)
class Point:
    """Where a report is made: whose proxy, which side, what the chain guarantees.

    `trusted` says whether what the peer's proxy wrote about itself may be believed, `secured` whether the
    chain asks for a client certificate, `host_fallback` whether the Host header may name the service.
    """

    pod: Pod
    reporter: str  # "source" | "destination"
    trusted: bool = True
    secured: bool = False
    host_fallback: bool = True


def coalesce(*operators: Json | str) -> str:
    """A command operator that yields the first of several that has a value."""
    return "%COALESCE(" + json.dumps({"operators": list(operators)}) + ")%"


def own(pod: Pod, side: str) -> Tags:
    """Labels about the reporting pod; a label it does not have is left out, as in Istio."""
    values = {
        f"{side}_workload": pod.workload,
        f"{side}_workload_namespace": pod.namespace,
        f"{side}_canonical_service": pod.canonical_name,
        f"{side}_canonical_revision": pod.canonical_revision,
        f"{side}_app": pod.app,
        f"{side}_version": pod.version,
        f"{side}_cluster": CLUSTER_ID,
    }
    return {name: value for name, value in values.items() if value}


def peer(side: str, point: Point) -> Tags:
    """Labels about the other side: what its proxy said, then what its endpoint says, then `unknown`."""
    tags = {}
    for name in PEER_FIELDS:
        chain: list[Json | str] = []
        if point.trusted:
            chain.append({"command": "DYNAMIC_METADATA", "param": f"{PEER_NAMESPACE}:{name}"})
        if point.reporter == "source":
            chain.append({"command": "UPSTREAM_METADATA", "param": f"{PEER_NAMESPACE}:{name}"})
        chain.append(LATEST if name == "canonical_revision" else UNKNOWN)
        tags[f"{side}_{name}"] = coalesce(*chain)
    return tags


def service(point: Point) -> Tags:
    """The three labels of the destination service."""
    fallback: dict[str, list[Json | str]] = {"service": [], "service_name": [], "service_namespace": []}
    if point.reporter == "destination":
        return _own_service(point)
    if point.host_fallback:
        fallback["service"] = fallback["service_name"] = [{"command": "REQ", "param": ":authority"}]
    namespace: Json = {"command": "UPSTREAM_METADATA", "param": f"{PEER_NAMESPACE}:workload_namespace"}
    fallback["service_namespace"] = [namespace]
    return {
        f"destination_{name}": coalesce(*_metadata(name), *rest, UNKNOWN) for name, rest in fallback.items()
    }


def _metadata(name: str) -> list[Json | str]:
    return [
        {"command": "METADATA", "param": f"{kind}:{DESTINATION_NAMESPACE}:{name}"}
        for kind in ("ROUTE", "CLUSTER")
    ]


def _own_service(point: Point) -> Tags:
    return {
        "destination_service": coalesce(*_metadata("service"), UNKNOWN),
        "destination_service_name": coalesce(*_metadata("service_name"), UNKNOWN),
        "destination_service_namespace": point.pod.namespace,
    }


def peer_labels(point: Point) -> Tags:
    """The 20 labels of every standard metric."""
    mine, theirs = ("source", "destination") if point.reporter == "source" else ("destination", "source")
    return {
        "reporter": point.reporter,
        **own(point.pod, mine),
        **peer(theirs, point),
        **service(point),
        **_principals(point),
    }


def _principals(point: Point) -> Tags:
    if point.reporter == "source":
        local, remote = "UPSTREAM_LOCAL_URI_SAN", "UPSTREAM_PEER_URI_SAN"
        return {
            "source_principal": coalesce(local, UNKNOWN),
            "destination_principal": coalesce(remote, UNKNOWN),
        }
    local, remote = "DOWNSTREAM_LOCAL_URI_SAN", "DOWNSTREAM_PEER_URI_SAN"
    return {"source_principal": coalesce(remote, UNKNOWN), "destination_principal": coalesce(local, UNKNOWN)}


def _policy(point: Point) -> str:
    if point.reporter == "source":
        return "unknown"
    return "mutual_tls" if point.secured else "none"


def _stat(name: str, tags: Tags) -> Json:
    return {
        "name": name,
        "tags": [{"name": key, "value_format": value} for key, value in sorted(tags.items())],
    }


def _counter(name: str, tags: Tags, value: str = "") -> Json:
    stat: Json = {"stat": _stat(name, tags)}
    return {**stat, "value_format": value} if value else {**stat, "value_fixed": 1}


def _histogram(name: str, tags: Tags, value: str, unit: str) -> Json:
    return {"stat": _stat(name, tags), "unit": unit, "value_format": value}


def _logger(counters: list[Json], histograms: list[Json], only: Json) -> Json:
    return {
        "name": "envoy.access_loggers.stats",
        "filter": only,
        "typed_config": {
            "@type": f"{TYPES}extensions.access_loggers.stats.v3.Config",
            "stats_scope": {"prefix": "istio"},
            "counters": counters,
            "histograms": histograms,
        },
    }


def messages(way: str) -> str:
    """Messages of a gRPC stream of few messages; Envoy tells them as the text `request,response`."""
    counted = "filter_state['envoy.filters.http.grpc_stats']"
    few = range(MOST_MESSAGES + 1)
    number = {(asked, told): asked if way == "request" else told for asked in few for told in few}
    tests = [f"{counted} == b'{asked},{told}' ? {n}" for (asked, told), n in number.items() if n]
    return "%TYPED_CEL(" + " : ".join(tests) + " : 0)%"


def http_loggers(point: Point) -> list[Json]:
    """Loggers of an HTTP connection manager: one for gRPC, one for everything else."""
    grpc: Json = {
        "name": "content-type",
        "string_match": {"prefix": "application/grpc"},
        "treat_missing_header_as_empty": True,
    }
    return [
        _http_logger(point, "http", {"header_filter": {"header": {**grpc, "invert_match": True}}}),
        _http_logger(point, "grpc", {"header_filter": {"header": grpc}}),
    ]


def _http_logger(point: Point, protocol: str, only: Json) -> Json:
    labels = peer_labels(point)
    tags = {
        **labels,
        "request_protocol": protocol,
        "response_code": "%RESPONSE_CODE%",
        "response_flags": "%RESPONSE_FLAGS%",
        "connection_security_policy": _policy(point),
    }
    counters = []
    if protocol == "grpc":
        tags["grpc_response_status"] = "%GRPC_STATUS_NUMBER%"
        counters = [
            _counter(f"{way}_messages_total", labels, messages(way)) for way in ("request", "response")
        ]
    histograms = [
        _histogram("request_duration_milliseconds", tags, "%DURATION%", "Milliseconds"),
        _histogram("request_bytes", tags, "%DOWNSTREAM_WIRE_BYTES_RECEIVED%", "Bytes"),
        _histogram("response_bytes", tags, "%DOWNSTREAM_WIRE_BYTES_SENT%", "Bytes"),
    ]
    return _logger([_counter("requests_total", tags), *counters], histograms, only)


def tcp_loggers(point: Point) -> list[Json]:
    """Loggers of a TCP proxy: one when the connection is up, one when it ends."""
    tags = {
        **peer_labels(point),
        "request_protocol": "tcp",
        "response_flags": "%RESPONSE_FLAGS%",
        "connection_security_policy": _policy(point),
    }
    ended = {"log_type_filter": {"types": ["TcpConnectionEnd"]}}
    counters = [
        _counter("tcp_connections_opened_total", tags),
        _counter("tcp_connections_closed_total", tags),
        _counter("tcp_sent_bytes_total", tags, "%DOWNSTREAM_WIRE_BYTES_SENT%"),
        _counter("tcp_received_bytes_total", tags, "%DOWNSTREAM_WIRE_BYTES_RECEIVED%"),
    ]
    return [_logger(counters, [], ended)]
