"""Every edge of ``/api/v1/graph`` against the generator's truth: rate within 1 %, p95 within its bucket."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from benchmarks.dashboard import Dashboard
from benchmarks.graph_answer import parameters, views
from benchmarks.latencies import quantile_range
from benchmarks.prometheus import Prometheus
from benchmarks.reference_mesh import WINDOW_SECONDS, Mesh
from benchmarks.true_graph import EdgeKey, NodeKey, TrueEdge, true_graph

RATE_TOLERANCE: Final = 0.01
_ROUNDING: Final = 1e-6
_EXAMPLES: Final = 5


@dataclass(slots=True)
class Held:
    """One view held against the truth. Lists name the edges that fail: what was shown, what is true."""

    type: str
    service_nodes: bool
    edges: int = 0
    percentiles: int = 0
    missing: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    rates: list[str] = field(default_factory=list)
    p95: list[str] = field(default_factory=list)

    @property
    def failures(self) -> int:
        """How many statements about edges are wrong."""
        return len(self.missing) + len(self.unexpected) + len(self.rates) + len(self.p95)

    def as_json(self) -> dict[str, Any]:
        """Counts, and a few examples of each kind of failure."""
        found = asdict(self)
        for name in ("missing", "unexpected", "rates", "p95"):
            found[name] = {"count": len(found[name]), "examples": found[name][:_EXAMPLES]}
        return found


def measure(server: Prometheus, mesh: Mesh) -> tuple[Held, ...]:
    """All types, service nodes off and on, from one snapshot of a real web process."""
    with Dashboard(server.url, MESHVIEW_ALWAYS_WINDOWS="") as web, web.browser() as browser:
        return tuple(
            held(browser.graph_when_ready(parameters(*view)).json(), mesh, *view) for view in views()
        )


def held(document: Mapping[str, Any], mesh: Mesh, kind: str, service_nodes: bool) -> Held:
    """Compare one document of ``/api/v1/graph`` with the mesh."""
    truth = true_graph(mesh, kind, service_nodes)
    result = Held(kind, service_nodes, edges=len(truth))
    shown = _shown(document, result)
    result.missing = [_text(key) for key in truth.keys() - shown.keys()]
    result.unexpected += [_text(key) for key in shown.keys() - truth.keys()]
    for key in truth.keys() & shown.keys():
        _compare(_text(key), truth[key], shown[key], result)
    return result


def _shown(document: Mapping[str, Any], result: Held) -> dict[EdgeKey, Mapping[str, Any]]:
    nodes = {node["id"]: _key(node) for node in document["nodes"] if node["kind"] != "box"}
    edges: dict[EdgeKey, Mapping[str, Any]] = {}
    for edge in document["edges"]:
        key = (nodes[edge["source"]], nodes[edge["target"]], edge["protocol"])
        if key in edges:
            result.unexpected.append(f"{_text(key)} (twice)")
        edges[key] = edge
    return edges


def _key(node: Mapping[str, Any]) -> NodeKey:
    kind = str(node["kind"])
    names = {
        "workload": ("namespace", "workload"),
        "app": ("namespace", "app", "version"),
        "service": ("namespace", "service"),
        "external": ("service",),
    }.get(kind, ())
    return kind, *(str(node[name] or "") for name in names)


def _compare(name: str, truth: TrueEdge, edge: Mapping[str, Any], result: Held) -> None:
    for what, true, shown in _rates(truth, edge):
        if not _near(shown, true):
            result.rates.append(f"{name}: {what} {shown}, truly {true:.6g}")
    limits = quantile_range(truth.durations, 0.95) if truth.durations else None
    p95 = (edge["latency"] or {}).get("p95_ms")
    result.percentiles += limits is not None
    if not _inside(p95, limits):
        result.p95.append(f"{name}: p95 {p95}, truly within {limits}")


def _rates(truth: TrueEdge, edge: Mapping[str, Any]) -> list[tuple[str, float, float | None]]:
    """What, true value, shown value: per second."""
    tcp = edge.get("tcp") or {}
    if edge["protocol"] != "tcp":
        return [("rate", truth.requests / WINDOW_SECONDS, edge["rate"])]
    return [
        ("sent", truth.sent / WINDOW_SECONDS, tcp.get("sent_rate")),
        ("received", truth.received / WINDOW_SECONDS, tcp.get("received_rate")),
    ]


def _near(shown: float | None, true: float) -> bool:
    return shown is not None and abs(shown - true) <= RATE_TOLERANCE * true


def _inside(p95: float | None, limits: tuple[float, float] | None) -> bool:
    if p95 is None or limits is None:
        return p95 is None and limits is None
    low, high = limits
    return low * (1 - _ROUNDING) <= p95 <= high * (1 + _ROUNDING)


def _text(key: EdgeKey) -> str:
    source, target, protocol = key
    return f"{'/'.join(source)} → {'/'.join(target)} ({protocol})"
