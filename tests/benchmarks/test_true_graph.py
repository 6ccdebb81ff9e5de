"""The truth about each type of graph: nothing is lost or counted twice on the way."""

from typing import Any

import pytest

from benchmarks.graph_answer import views
from benchmarks.latencies import quantile_range
from benchmarks.reference_mesh import WINDOW_SECONDS, Mesh, Size, reference_mesh
from benchmarks.true_graph import EdgeKey, NodeKey, TrueEdge, true_graph
from benchmarks.truth import held


@pytest.fixture(scope="module")
def mesh() -> Mesh:
    return reference_mesh(Size(namespaces=5, edges=600))


def requests(edges: dict[EdgeKey, TrueEdge]) -> int:
    return sum(edge.requests for edge in edges.values())


@pytest.mark.parametrize("kind", ["workload", "app", "versioned-app", "service"])
def test_without_service_nodes_every_request_is_on_one_edge(mesh: Mesh, kind: str) -> None:
    true = sum(r.requests for call in mesh.calls for r in call.reports if r.counted)
    assert requests(true_graph(mesh, kind, False)) == true


def test_with_service_nodes_what_enters_a_service_leaves_it_or_never_arrived(mesh: Mesh) -> None:
    edges = true_graph(mesh, "workload", True)
    into = requests({key: edge for key, edge in edges.items() if key[1][0] == "service"})
    out_of = requests({key: edge for key, edge in edges.items() if key[0][0] == "service"})
    unserved = sum(r.requests for call in mesh.calls for r in call.reports if r.flags == "UH")
    assert into == out_of + unserved


@pytest.mark.parametrize(("kind", "service_nodes"), list(views()))
def test_a_document_that_tells_the_truth_passes_and_one_that_lies_does_not(
    mesh: Mesh, kind: str, service_nodes: bool
) -> None:
    document = honest_document(mesh, kind, service_nodes)
    assert held(document, mesh, kind, service_nodes).failures == 0
    requests_edge = next(edge for edge in document["edges"] if edge["protocol"] == "http" and edge["latency"])
    requests_edge["rate"] *= 1.02
    requests_edge["latency"]["p95_ms"] = 1e7
    document["edges"].remove(next(edge for edge in document["edges"] if edge["protocol"] == "tcp"))
    lied = held(document, mesh, kind, service_nodes)
    assert (len(lied.rates), len(lied.p95), len(lied.missing)) == (1, 1, 1)


def honest_document(mesh: Mesh, kind: str, service_nodes: bool) -> dict[str, list[dict[str, Any]]]:
    """What ``/api/v1/graph`` should say, as far as it is held against the truth."""
    edges = true_graph(mesh, kind, service_nodes)
    nodes = {node for key in edges for node in key[:2]}
    return {"nodes": [as_node(node) for node in nodes], "edges": [as_edge(k, e) for k, e in edges.items()]}


def as_node(key: NodeKey) -> dict[str, Any]:
    kind, *names = key
    fields = {
        "workload": ("namespace", "workload"),
        "app": ("namespace", "app", "version"),
        "service": ("namespace", "service"),
        "external": ("service",),
    }.get(kind, ())
    return {"id": "/".join(key), "kind": kind, **dict(zip(fields, names, strict=True))}


def as_edge(key: EdgeKey, truth: TrueEdge) -> dict[str, Any]:
    source, target, protocol = key
    limits = quantile_range(truth.durations, 0.95) if truth.durations else None
    return {
        "source": "/".join(source),
        "target": "/".join(target),
        "protocol": protocol,
        "rate": truth.requests / WINDOW_SECONDS,
        "latency": {"p95_ms": sum(limits) / 2} if limits else None,
        "tcp": {
            "sent_rate": truth.sent / WINDOW_SECONDS,
            "received_rate": truth.received / WINDOW_SECONDS,
        },
    }
