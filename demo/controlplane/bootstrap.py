"""The bootstrap of a proxy: what it must know before it can read its configuration."""

from pathlib import Path

from demo.controlplane import naming
from demo.controlplane.certificates import Credentials
from demo.controlplane.listeners import address
from demo.controlplane.objects import Json
from demo.controlplane.workloads import CLUSTER_ID, ISTIO_VERSION, TRUST_DOMAIN, Pod

BUCKETS = (
    0.5,
    1,
    5,
    10,
    25,
    50,
    100,
    250,
    500,
    1000,
    2500,
    5000,
    10000,
    30000,
    60000,
    300000,
    600000,
    1800000,
    3600000,
)
STATS_TAGS = {
    "cluster_name": r"^cluster(\.(.+);)",
    "http_conn_manager_prefix": r"^http\.(((?:[_.[:digit:]\w]*|[_\[\]aAbBcCdDeEfF[:digit:]\w\:]*));\.)",
    "tcp_prefix": r"^tcp\.((.*?)\.)\w+?$",
    "response_code": r"_rq(_(\d{3}))$",
    "response_code_class": r"_rq(_(\dxx))$",
    "listener_address": r"^listener\.(((?:[_.[:digit:]]*|[_\[\]aAbBcCdDeEfF[:digit:]]*))\.)",
}
PREFIXES = ("reporter=", "cluster_manager", "listener_manager", "server", "component", "istio")
SUFFIXES = ("version_text", "update_rejected", "rbac.allowed", "rbac.denied")


def bootstrap(pod: Pod, folder: Path, credentials: Credentials) -> Json:
    """The bootstrap of one pod's proxy; `folder` holds its xDS files."""
    return {
        "node": _node(pod),
        "admin": {"address": address(pod.ip, naming.ADMIN_PORT), "profile_path": "/dev/null"},
        "stats_config": _stats_config(),
        "layered_runtime": _runtime(),
        "cluster_manager": {"upstream_bind_config": {"source_address": {"address": pod.ip, "port_value": 0}}},
        "dynamic_resources": {
            "lds_config": _file(folder / "lds.json"),
            "cds_config": _file(folder / "cds.json"),
        },
        "static_resources": {
            "clusters": [_local("prometheus_stats", pod), _local("agent", pod)],
            "listeners": [
                _served(pod, naming.STATS_PORT, "/stats/prometheus", "prometheus_stats", ""),
                _served(pod, naming.STATUS_PORT, "/healthz/ready", "agent", "/ready"),
            ],
            "secrets": _secrets(credentials),
        },
    }


def _node(pod: Pod) -> Json:
    labels = {
        **pod.labels,
        "service.istio.io/canonical-name": pod.canonical_name,
        "service.istio.io/canonical-revision": pod.canonical_revision,
    }
    return {
        "id": pod.node_id,
        "cluster": pod.service_cluster,
        "metadata": {
            "NAME": pod.name,
            "NAMESPACE": pod.namespace,
            "WORKLOAD_NAME": pod.workload,
            "SERVICE_ACCOUNT": pod.service_account,
            "CLUSTER_ID": CLUSTER_ID,
            "MESH_ID": TRUST_DOMAIN,
            "ISTIO_VERSION": ISTIO_VERSION,
            "INSTANCE_IPS": pod.ip,
            "LABELS": labels,
            "INTERCEPTION_MODE": "NONE",
        },
    }


def _stats_config() -> Json:
    patterns = [{"prefix": prefix} for prefix in PREFIXES] + [{"suffix": suffix} for suffix in SUFFIXES]
    return {
        "use_all_default_tags": False,
        "stats_tags": [{"tag_name": name, "regex": regex} for name, regex in STATS_TAGS.items()],
        "stats_matcher": {"inclusion_list": {"patterns": patterns}},
        "histogram_bucket_settings": [{"match": {"prefix": "istio"}, "buckets": list(BUCKETS)}],
    }


def _runtime() -> Json:
    settings = {"re2.max_program_size.error_level": 32768}
    return {
        "layers": [{"name": "global config", "static_layer": settings}, {"name": "admin", "admin_layer": {}}]
    }


def _file(path: Path) -> Json:
    return {
        "path_config_source": {"path": str(path)},
        "resource_api_version": "V3",
        "initial_fetch_timeout": "0s",
    }


def _local(name: str, pod: Pod) -> Json:
    endpoint = {"endpoint": {"address": address(pod.ip, naming.ADMIN_PORT)}}
    return {
        "name": name,
        "alt_stat_name": naming.stat_name(name),
        "connect_timeout": "0.250s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
    }


def _served(pod: Pod, port: int, path: str, cluster: str, rewrite: str) -> Json:
    action: Json = {"cluster": cluster}
    if rewrite:
        action["prefix_rewrite"] = rewrite
    manager = {
        "@type": naming.network("http_connection_manager.v3.HttpConnectionManager"),
        "stat_prefix": "stats" if port == naming.STATS_PORT else "agent",
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "backend",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": path}, "route": action}],
                }
            ]
        },
        "http_filters": [
            {"name": "envoy.filters.http.router", "typed_config": {"@type": naming.http("router.v3.Router")}}
        ],
    }
    name = "envoy.filters.network.http_connection_manager"
    return {
        "name": f"{pod.ip}_{port}",
        "address": address(pod.ip, port),
        "filter_chains": [{"filters": [{"name": name, "typed_config": manager}]}],
    }


def _secrets(credentials: Credentials) -> list[Json]:
    certificate = {
        "certificate_chain": {"inline_string": credentials.chain},
        "private_key": {"inline_string": credentials.key},
    }
    return [
        {"name": "default", "tls_certificate": certificate},
        {"name": "ROOTCA", "validation_context": {"trusted_ca": {"inline_string": credentials.root}}},
    ]
