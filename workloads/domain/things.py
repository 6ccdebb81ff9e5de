"""One row per namespace, app, workload or service: inventory joined with one snapshot's traffic.

Lists, overview, detail pages and API all read these, so that the same number is the same everywhere. Rates
per second, latencies milliseconds, shares 0 to 1; ``None`` is "not known", never 0.
"""

from dataclasses import dataclass, field
from typing import Literal

from inventory.domain.world import App, Key, NamespaceThing, ServiceThing, Workload
from mesh.health import Verdict

Kind = Literal["namespaces", "apps", "workloads", "services"]
Object = NamespaceThing | App | Workload | ServiceThing


@dataclass(frozen=True, slots=True)
class Latency:
    """From summed buckets over everything the flow stands for; milliseconds."""

    mean_ms: float | None = None
    p50_ms: float | None = None
    p90_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction's traffic: requests of HTTP and gRPC together, and TCP beside them.

    ``errors`` are rates by kind: ``http_5xx``, ``http_4xx``, ``no_response``, ``grpc``. ``error_share``
    counts what ``mesh.response.errors`` counts and is ``None`` without requests.
    """

    rate: float = 0.0
    http_rate: float = 0.0
    grpc_rate: float = 0.0
    error_rate: float = 0.0
    error_share: float | None = None
    errors: dict[str, float] = field(default_factory=dict)
    latency: Latency | None = None
    mtls_share: float | None = None
    tcp_sent_rate: float = 0.0
    tcp_received_rate: float = 0.0
    tcp_opened_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Thing:
    """A row. ``thing`` is the inventory's value; ``verdict`` judges both directions and the pods.

    Of a namespace ``inbound`` is all that its workloads receive; ``statuses`` counts its workloads by status.
    Of a service ``outbound`` is empty. ``pods`` is (ready, desired).
    """

    kind: Kind
    key: Key
    thing: Object
    verdict: Verdict
    inbound: Flow
    outbound: Flow
    pods: tuple[int, int] | None = None
    restarts: int | None = None
    statuses: dict[str, int] = field(default_factory=dict)
