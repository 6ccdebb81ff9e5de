"""GraphML, read back by a reader that is not ours."""

import io

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.domain.build import build
from graph.domain.graphml import graphml
from graph.domain.query import GraphQuery
from graph.domain.scene import scene
from mesh.identity import Answer, Edge, Service, Workload
from tests.mesh.builder import Builder, answer, edge

HOSTILE = "\"a'<b>&amp;]]>\r\n\x00\x1f\ufffe\u2028ü🙂" + "x" * 5000


def read(built: Builder, query: GraphQuery | None = None) -> nx.MultiDiGraph:
    made = build(scene(built.snapshot()), query or GraphQuery(), None, [])
    return nx.read_graphml(io.BytesIO(graphml(made)), force_multigraph=True)


def test_nodes_and_edges_carry_what_the_api_says() -> None:
    built = Builder()
    built.requests(
        edge("a/web-v1", "b/api-v1", "b/api"), {answer(): 9.0, answer("503"): 1.0}, [0, 9, 1] + [0] * 7
    )
    where = edge("a/web-v1", "b/api-v1", "b/api", "tcp")
    built.add("tcp_sent", where, Answer("", "", "-", "mutual_tls", "", ""), 1000.0)
    found = read(built, GraphQuery(box=("namespace",)))
    names = {data["name"]: key for key, data in found.nodes(data=True)}
    assert names.keys() == {"web-v1", "api-v1"}
    assert found.nodes[names["api-v1"]]["namespace"] == "b"
    assert "service" not in found.nodes[names["api-v1"]]
    http, tcp = sorted(
        found.get_edge_data(names["web-v1"], names["api-v1"]).values(), key=lambda e: e["protocol"]
    )
    assert (http["protocol"], http["rate"], http["error_share"], http["status"]) == (
        "http",
        10.0,
        0.1,
        "failure",
    )
    assert http["p95_ms"] == pytest.approx(7.5, rel=1e-3)
    assert tcp["sent_rate"] == 1000.0
    assert "p95_ms" not in tcp


def labelled(name: str) -> Builder:
    source, target = Workload("c1", name, name, name, name), Workload("c1", "b", "api", "api", "v1")
    return Builder().requests(
        Edge(source, target, Service("b", name, name), "http", "destination"), {answer(): 1.0}
    )


def test_hostile_labels_come_through() -> None:
    found = read(labelled(HOSTILE), GraphQuery(service_nodes=True))
    names = {data["name"] for _, data in found.nodes(data=True)}
    written = HOSTILE.replace("\x00", "\ufffd").replace("\x1f", "\ufffd").replace("\ufffe", "\ufffd")
    assert names == {written, "api"}


@given(st.text(min_size=1))
def test_any_label_makes_readable_xml(name: str) -> None:
    assert len(read(labelled(name)).edges) == 1


def test_nothing_at_all_is_an_empty_graph() -> None:
    assert len(read(Builder())) == 0
