"""Who takes part in traffic, as Istio's telemetry labels name it.

Values are label values as they came: ``""`` where the label is absent, the literal ``"unknown"`` where Istio
wrote it. Source of the label rules: Istio's ``istio.stats`` filter (see docs/metrics.md).
"""

from typing import Literal, NamedTuple

UNKNOWN = "unknown"

Protocol = Literal["http", "grpc", "tcp"]
Reporter = Literal["source", "destination", "waypoint"]


class Workload(NamedTuple):
    """One side of a hop: the workload behind a proxy.

    ``app`` and ``version`` are the canonical service and revision, or the ``app``/``version`` labels where
    the canonical ones are absent.
    """

    cluster: str
    namespace: str
    name: str
    app: str
    version: str


class Service(NamedTuple):
    """The service a request was addressed to: namespace, short name, and host (FQDN or the Host header)."""

    namespace: str
    name: str
    host: str


class Edge(NamedTuple):
    """The finest hop that histograms can tell apart."""

    source: Workload
    destination: Workload
    service: Service
    protocol: Protocol
    reporter: Reporter


class Answer(NamedTuple):
    """How requests on an edge ended, and over what kind of connection.

    ``code`` is the HTTP status as text (``"0"``: no response started; ``""`` for TCP), ``grpc_status`` the
    numeric gRPC status as text or ``""``, ``flags`` Envoy's short response flags joined by commas or ``"-"``,
    ``security`` is ``mutual_tls``, ``none`` or ``unknown``.
    """

    code: str
    grpc_status: str
    flags: str
    security: str
    source_principal: str
    destination_principal: str
