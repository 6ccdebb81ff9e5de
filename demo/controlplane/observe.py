"""Access logs and tracing as Istio configures them."""

from demo.controlplane.naming import TYPES, outbound_cluster
from demo.controlplane.objects import Json
from demo.controlplane.registry import Mesh
from demo.controlplane.workloads import CLUSTER_ID, TRUST_DOMAIN, Pod

ACCESS_LOG_FIELDS = {
    "start_time": "%START_TIME%",
    "method": "%REQ(:METHOD)%",
    "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
    "protocol": "%PROTOCOL%",
    "response_code": "%RESPONSE_CODE%",
    "response_flags": "%RESPONSE_FLAGS%",
    "response_code_details": "%RESPONSE_CODE_DETAILS%",
    "connection_termination_details": "%CONNECTION_TERMINATION_DETAILS%",
    "upstream_transport_failure_reason": "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
    "bytes_received": "%BYTES_RECEIVED%",
    "bytes_sent": "%BYTES_SENT%",
    "duration": "%DURATION%",
    "upstream_service_time": "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
    "x_forwarded_for": "%REQ(X-FORWARDED-FOR)%",
    "user_agent": "%REQ(USER-AGENT)%",
    "request_id": "%REQ(X-REQUEST-ID)%",
    "authority": "%REQ(:AUTHORITY)%",
    "upstream_host": "%UPSTREAM_HOST%",
    "upstream_cluster": "%UPSTREAM_CLUSTER_RAW%",
    "upstream_local_address": "%UPSTREAM_LOCAL_ADDRESS%",
    "downstream_local_address": "%DOWNSTREAM_LOCAL_ADDRESS%",
    "downstream_remote_address": "%DOWNSTREAM_REMOTE_ADDRESS%",
    "requested_server_name": "%REQUESTED_SERVER_NAME%",
    "route_name": "%ROUTE_NAME%",
}
_QUOTED = {
    "upstream_transport_failure_reason",
    "x_forwarded_for",
    "user_agent",
    "request_id",
    "authority",
    "upstream_host",
}


def text_format() -> str:
    """Istio's default text format."""
    fields = dict(ACCESS_LOG_FIELDS)
    start, method, path, protocol = (
        fields.pop(name) for name in ("start_time", "method", "path", "protocol")
    )
    rest = [f'"{operator}"' if name in _QUOTED else operator for name, operator in fields.items()]
    return f'[{start}] "{method} {path} {protocol}" {" ".join(rest)}\n'


def access_log(mesh: Mesh, pod: Pod) -> list[Json]:
    """The file access logger of a pod: text, or JSON if Telemetry chooses a provider with labels."""
    provider = _provider(mesh, _provider_name(mesh, pod, "accessLogging"))
    labels = provider.get("envoyFileAccessLog", {}).get("logFormat", {}).get("labels") if provider else None
    if provider is None and not mesh.config.get("accessLogFile"):
        return []
    form: Json = {"text_format_source": {"inline_string": text_format()}}
    if labels is not None:
        form = {"json_format": labels or ACCESS_LOG_FIELDS}
    config = {
        "@type": f"{TYPES}extensions.access_loggers.file.v3.FileAccessLog",
        "path": "/dev/stdout",
        "log_format": form,
    }
    return [{"name": "envoy.access_loggers.file", "typed_config": config}]


def _provider_name(mesh: Mesh, pod: Pod, what: str) -> str:
    name = ""
    for resource in mesh.for_workload("Telemetry", pod):
        for entry in resource.spec.get(what, []):
            for provider in entry.get("providers", []):
                name = provider["name"]
    return name


def _provider(mesh: Mesh, name: str) -> Json | None:
    if name == "envoy":
        return {"name": "envoy", "envoyFileAccessLog": {"path": "/dev/stdout"}}
    return next((entry for entry in mesh.config.get("extensionProviders", []) if entry["name"] == name), None)


def tracing(mesh: Mesh, pod: Pod) -> Json | None:
    """The `tracing` of a connection manager; None when the provider has no service, as in Istio."""
    provider = _provider(mesh, _provider_name(mesh, pod, "tracing"))
    zipkin = provider.get("zipkin") if provider else None
    if zipkin is None or mesh.service(zipkin["service"], "") is None:
        return None
    cluster = outbound_cluster(zipkin["port"], zipkin["service"])
    full = {"value": 100}
    settings: Json = {
        "client_sampling": full,
        "random_sampling": {"value": _sampling(mesh, pod)},
        "overall_sampling": full,
        "custom_tags": _custom_tags(pod),
        "provider": {"name": "envoy.tracers.zipkin", "typed_config": _zipkin(cluster, zipkin)},
    }
    return {**settings, "spawn_upstream_span": True} if pod.proxy == "router" else settings


def _zipkin(cluster: str, provider: Json) -> Json:
    return {
        "@type": "type.googleapis.com/envoy.config.trace.v3.ZipkinConfig",
        "collector_cluster": cluster,
        "collector_endpoint": provider.get("path", "/api/v2/spans"),
        "collector_hostname": provider["service"],
        "collector_endpoint_version": "HTTP_JSON",
        "trace_id_128bit": True,
        "shared_span_context": False,
    }


def _sampling(mesh: Mesh, pod: Pod) -> float:
    share = float(mesh.config.get("defaultConfig", {}).get("tracing", {}).get("sampling", 1.0))
    for resource in mesh.for_workload("Telemetry", pod):
        for entry in resource.spec.get("tracing", []):
            share = float(entry.get("randomSamplingPercentage", share))
    return share


def _custom_tags(pod: Pod) -> list[Json]:
    values = {
        "istio.canonical_revision": pod.canonical_revision,
        "istio.canonical_service": pod.canonical_name,
        "istio.cluster_id": CLUSTER_ID,
        "istio.mesh_id": TRUST_DOMAIN,
        "istio.namespace": pod.namespace,
    }
    return [{"tag": tag, "literal": {"value": value}} for tag, value in values.items()]
