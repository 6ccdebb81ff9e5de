"""HTTP connection managers and TCP proxies: what listeners do with a connection."""

from demo.controlplane import naming, observe, stats
from demo.controlplane.objects import Json
from demo.controlplane.registry import Mesh
from demo.controlplane.routes import PEER_HEADER
from demo.controlplane.stats import PEER_FIELDS, PEER_NAMESPACE, Point


def _peer_rules(way: str) -> Json:
    pieces = ["([^;]*)"] * len(PEER_FIELDS)
    rules: list[Json] = [
        {
            "header": PEER_HEADER,
            "on_header_present": {
                "metadata_namespace": PEER_NAMESPACE,
                "key": name,
                "type": "STRING",
                "regex_value_rewrite": {
                    "pattern": {"regex": f"^{';'.join(pieces)}$"},
                    "substitution": f"\\{index + 1}",
                },
            },
        }
        for index, name in enumerate(PEER_FIELDS)
    ]
    rules[-1]["remove"] = way == "response"
    return {f"{way}_rules": rules}


def _filters(point: Point) -> list[Json]:
    filters: list[Json] = []
    if point.trusted:
        way = "response" if point.reporter == "source" else "request"
        filters.append(
            {
                "name": "envoy.filters.http.header_to_metadata",
                "typed_config": {"@type": naming.http("header_to_metadata.v3.Config"), **_peer_rules(way)},
            }
        )
    counts = {"@type": naming.http("grpc_stats.v3.FilterConfig"), "emit_filter_state": True}
    filters.append({"name": "envoy.filters.http.grpc_stats", "typed_config": counts})
    router = {"@type": naming.http("router.v3.Router")}
    filters.append({"name": "envoy.filters.http.router", "typed_config": router})
    return filters


def http_manager(mesh: Mesh, point: Point, stat_prefix: str, routes: Json) -> Json:
    """An HTTP connection manager; `routes` is its `rds` or `route_config` part."""
    pod = point.pod
    config: Json = {
        "@type": naming.network("http_connection_manager.v3.HttpConnectionManager"),
        "stat_prefix": stat_prefix,
        **routes,
        "http_filters": _filters(point),
        "access_log": [*observe.access_log(mesh, pod), *stats.http_loggers(point)],
        "use_remote_address": pod.proxy == "router",
        "generate_request_id": True,
        "preserve_external_request_id": pod.proxy != "router",
        "normalize_path": True,
        "stream_idle_timeout": "0s",
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "forward_client_cert_details": "SANITIZE_SET" if pod.proxy == "router" else "APPEND_FORWARD",
        "request_id_extension": {
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig",
                "use_request_id_for_trace_sampling": True,
            }
        },
    }
    if point.reporter == "source" and pod.proxy == "sidecar":
        config["server_name"] = "envoy"
    tracing = observe.tracing(mesh, pod)
    if tracing is not None:
        config["tracing"] = tracing
    return {"name": "envoy.filters.network.http_connection_manager", "typed_config": config}


def tcp_proxy(mesh: Mesh, point: Point, cluster: str) -> Json:
    """A TCP proxy to one cluster."""
    name = naming.stat_name(cluster) if cluster not in (naming.BLACK_HOLE, naming.PASSTHROUGH) else cluster
    config: Json = {
        "@type": naming.network("tcp_proxy.v3.TcpProxy"),
        "stat_prefix": name,
        "cluster": cluster,
        "access_log": [*observe.access_log(mesh, point.pod), *stats.tcp_loggers(point)],
    }
    return {"name": "envoy.filters.network.tcp_proxy", "typed_config": config}
