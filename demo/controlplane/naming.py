"""Names of Envoy resources as Istio writes them."""

BLACK_HOLE = "BlackHoleCluster"
PASSTHROUGH = "PassthroughCluster"
INBOUND_PASSTHROUGH = "InboundPassthroughCluster"
OUTBOUND_PORT = 15001
INBOUND_PORT = 15006
ADMIN_PORT = 15000
STATS_PORT = 15090
STATUS_PORT = 15021
MONITORING_PORT = 15014

TYPES = "type.googleapis.com/envoy."


def outbound_cluster(port: int, host: str, subset: str = "") -> str:
    """Cluster of a service port, or of one subset of it."""
    return f"outbound|{port}|{subset}|{host}"


def inbound_cluster(target_port: int) -> str:
    """Cluster of the application behind a proxy."""
    return f"inbound|{target_port}||"


def sni(port: int, host: str, subset: str = "") -> str:
    """Server name that a client proxy sends for a cluster."""
    return f"outbound_.{port}_.{subset}_.{host}"


def stat_name(cluster: str) -> str:
    """The semicolon ends the name in Envoy's statistics, so that its dots do not split it."""
    return f"{cluster};"


def http(name: str) -> str:
    """Type URL of an HTTP filter's configuration message."""
    return f"{TYPES}extensions.filters.http.{name}"


def network(name: str) -> str:
    """Type URL of a network filter's configuration message."""
    return f"{TYPES}extensions.filters.network.{name}"


def listener_filter(name: str) -> str:
    """Type URL of a listener filter's configuration message."""
    return f"{TYPES}extensions.filters.listener.{name}"


def transport(name: str) -> str:
    """Type URL of a transport socket's configuration message."""
    return f"{TYPES}extensions.transport_sockets.{name}"
