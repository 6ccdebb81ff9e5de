"""The call graph as it truly is: every type drawn from the mesh's own requests by plain addition.

Nothing of meshview is imported here. What each type shows is the contract of docs/api.md: workloads, apps or
app versions and the hosts they call; with service nodes each call passes through its service; in the service
graph a workload stands under the service it serves.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.latencies import Buckets, added
from benchmarks.reference_mesh import NOBODY, Call, Mesh, Service, Workload, observations

NodeKey = tuple[str, ...]
EdgeKey = tuple[NodeKey, NodeKey, str]
"""Source, target, protocol."""


@dataclass(frozen=True, slots=True)
class TrueEdge:
    """Counts per window: requests, TCP bytes (to client, to server), durations by bucket (milliseconds)."""

    requests: int = 0
    sent: int = 0
    received: int = 0
    durations: Buckets | None = None

    def plus(self, other: "TrueEdge") -> "TrueEdge":
        """Both together."""
        both = self.durations or other.durations
        if self.durations and other.durations:
            both = added(self.durations, other.durations)
        return TrueEdge(
            self.requests + other.requests, self.sent + other.sent, self.received + other.received, both
        )


def true_graph(mesh: Mesh, kind: str, service_nodes: bool) -> dict[EdgeKey, TrueEdge]:
    """Every edge of that view."""
    homes = _homes(mesh) if kind == "service" else {}
    edges: dict[EdgeKey, TrueEdge] = defaultdict(TrueEdge)
    for call in mesh.calls:
        truth = _truth(call)
        for source, target in _legs(call, kind, service_nodes, homes):
            key = (source, target, call.protocol)
            edges[key] = edges[key].plus(truth)
    return dict(edges)


def _truth(call: Call) -> TrueEdge:
    counted = [report for report in call.reports if report.counted]
    tcp = [report.tcp for report in counted if report.tcp]
    return TrueEdge(
        sum(report.requests for report in counted),
        sum(t.sent for t in tcp),
        sum(t.received for t in tcp),
        observations(call),
    )


def _legs(
    call: Call, kind: str, service_nodes: bool, homes: dict[Workload, NodeKey]
) -> Iterator[tuple[NodeKey, NodeKey]]:
    asked = _asked(call.service)
    source = homes.get(call.source) or _workload(call.source, kind)
    if call.destination == NOBODY or kind == "service":
        yield source, asked
    elif service_nodes:
        yield source, asked
        yield asked, _workload(call.destination, kind)
    else:
        yield source, _workload(call.destination, kind)


def _workload(workload: Workload, kind: str) -> NodeKey:
    if workload == NOBODY:
        return ("unknown",)
    if kind in ("workload", "service"):
        return "workload", workload.namespace, workload.name
    return "app", workload.namespace, workload.app, workload.version if kind == "versioned-app" else ""


def _asked(service: Service) -> NodeKey:
    """The node of a service; one for Passthrough, one for what was blocked, one per outside host."""
    special = {"PassthroughCluster": "passthrough", "BlackHoleCluster": "blackhole"}
    if service.name in special:
        return (special[service.name],)
    if service.name == service.host:
        return "external", service.host
    return "service", service.namespace, service.name


def _homes(mesh: Mesh) -> dict[Workload, NodeKey]:
    """The service each workload stands under: the one named as its app, or the one most called."""
    served: dict[Workload, dict[Service, int]] = defaultdict(lambda: defaultdict(int))
    for call in mesh.calls:
        if call.destination != NOBODY:
            truth = _truth(call)
            served[call.destination][call.service] += truth.requests + truth.sent + truth.received
    return {
        workload: _asked(max(asked, key=lambda s: (s.name == workload.app, asked[s], s)))
        for workload, asked in served.items()
    }
