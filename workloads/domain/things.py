"""One row per namespace, app, workload or service: inventory joined with one snapshot's traffic.

Lists, overview, detail pages and API all read these, so that the same number is the same everywhere. Rates
per second, latencies milliseconds, shares 0 to 1; ``None`` is "not known", never 0.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Literal

from inventory.domain.world import App, Key, NamespaceThing, ServiceThing, Workload, World
from mesh.health import Verdict
from mesh.traffic import Snapshot

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
    counts what ``mesh.response.errors`` counts and is ``None`` without requests. ``mtls_share`` is of
    requests, of TCP bytes where there are none.
    """

    rate: float = 0.0
    http_rate: float = 0.0
    grpc_rate: float = 0.0
    error_rate: float = 0.0
    error_share: float | None = None
    errors: dict[str, float] = field(default_factory=dict)
    http_error_share: float | None = None
    grpc_error_share: float | None = None
    latency: Latency | None = None
    mtls_share: float | None = None
    tcp_sent_rate: float = 0.0
    tcp_received_rate: float = 0.0
    tcp_opened_rate: float = 0.0

    @property
    def has_tcp(self) -> bool:
        """Whether any TCP flows."""
        return self.tcp_sent_rate > 0 or self.tcp_received_rate > 0 or self.tcp_opened_rate > 0


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


@dataclass(frozen=True, slots=True)
class Things:
    """All rows of one kind, by namespace and name, with the snapshot and the world they are made of.

    ``known`` are the names of all namespaces there are. ``memo`` is what lists keep for the next reader.
    """

    kind: Kind
    rows: tuple[Thing, ...]
    snapshot: Snapshot
    world: World
    known: frozenset[str] = frozenset()
    memo: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def id(self) -> str:
        """Changes whenever a row may have."""
        return f"{self.snapshot.id} {self.world.revision}"

    @property
    def columns(self) -> frozenset[str]:
        """Columns of telemetry that arrived: a number of another one is not known, whatever a row says."""
        return frozenset(self.snapshot.traffic.counters) | frozenset(self.snapshot.traffic.histograms)

    def get(self, key: Key) -> Thing | None:
        """The row of that name."""
        if "by_key" not in self.memo:
            self.memo["by_key"] = {row.key: row for row in self.rows}
        found: Thing | None = self.memo["by_key"].get(key)
        return found
