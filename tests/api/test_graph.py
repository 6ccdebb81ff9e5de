"""``/api/v1/graph``: status, shape, caching."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from graph.freshness import rfc3339
from mesh.traffic import Snapshot, Traffic
from snapshots import seen, storage
from snapshots.models import SeenTraffic
from tests.api.conftest import ODD, stored


def graph(web: Client, **parameters: str) -> dict[str, Any]:
    answer = web.get("/api/v1/graph", parameters)
    assert answer.status_code == 200, answer.content[:500]
    return json.loads(answer.content)


def test_the_answer_has_the_fixed_names(web: Client) -> None:
    body = graph(web)
    assert {"snapshot", "status", "type", "totals", "nodes", "edges"} <= body.keys()
    assert body["snapshot"]["carried"] == [
        {"column": "request_bytes", "taken_at": "2027-01-15T08:00:00.000Z"}
    ]
    assert {
        "taken_at",
        "window_seconds",
        "age_seconds",
        "complete",
        "missing",
        "warnings",
        "carried",
    } == body["snapshot"].keys()
    edge = next(e for e in body["edges"] if e["target"].endswith("cart-v1"))
    assert edge["rate"] == 10
    assert edge["error_rate"] == 0.5
    assert edge["error_share"] == 0.05
    assert edge["latency"].keys() == {"mean_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms"}
    assert edge["responses"][0] == {"code": "200", "grpc_status": "", "flags": "-", "rate": 9.5}
    assert edge["health"]["status"] == "degraded"
    assert "5 %" in edge["health"]["reasons"][0]["message"]
    assert edge["mtls_share"] == 1
    assert edge["tcp"] is None
    names = "id kind cluster namespace workload app version service parent traffic health badges cause"
    assert all(set(names.split()) <= node.keys() for node in body["nodes"])


def test_the_age_is_that_of_now_even_when_the_document_is_cached(
    web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = graph(web)["snapshot"]
    monkeypatch.setattr("graph.freshness.time.time", lambda: 4_000_000_000.0)
    later = graph(web)
    assert later["snapshot"]["taken_at"] == first["taken_at"]
    assert later["snapshot"]["age_seconds"] > first["age_seconds"] + 1e6
    assert later["status"]["state"] == "stale"


def test_missing_columns_are_named(web: Client) -> None:
    body = graph(web)["snapshot"]
    assert body["complete"] is False
    assert body["missing"][0]["column"] == "response_bytes"
    assert body["warnings"] == ["partial"]


def test_gzip_and_plain_are_the_same_bytes(web: Client) -> None:
    packed = web.get("/api/v1/graph", headers={"accept-encoding": "br, gzip;q=0.5"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    plain = web.get("/api/v1/graph", headers={"accept-encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain
    first, second = json.loads(gzip.decompress(packed.content)), json.loads(plain.content)
    for body in (first, second):
        body["snapshot"].pop("age_seconds")
    assert first == second


def test_an_etag_gives_304_until_something_changes(web: Client) -> None:
    answer = web.get("/api/v1/graph")
    assert answer["Cache-Control"] == "private, no-cache"
    again = web.get("/api/v1/graph", headers={"if-none-match": f'"other", {answer["ETag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == answer["ETag"]
    other = web.get("/api/v1/graph", {"type": "app"}, headers={"if-none-match": answer["ETag"]})
    assert other.status_code == 200


def test_a_source_that_fails_changes_the_etag(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from snapshots.services import SourceState

    before = web.get("/api/v1/graph")["ETag"]
    down = {"prometheus": SourceState("prometheus", "metrics", "down", 1e9, "refused", None)}
    monkeypatch.setattr("snapshots.services.failures", lambda: down)
    after = web.get("/api/v1/graph", headers={"if-none-match": before})
    assert after.status_code == 200
    assert json.loads(after.content)["status"]["sources"][0]["error"] == "refused"


def test_head_has_no_body(web: Client) -> None:
    answer = web.head("/api/v1/graph")
    assert answer.status_code == 200
    assert answer.content == b""
    assert "ETag" in answer


def test_parameters_of_the_page_are_carried_along(web: Client) -> None:
    assert graph(web, view="table", labels="p95", refresh="15", select="w:x")["type"] == "workload"


@pytest.mark.parametrize("kind", ["workload", "app", "versioned-app", "service"])
@pytest.mark.parametrize("nodes", ["true", "false"])
def test_odd_labels_come_through_whole(web: Client, kind: str, nodes: str) -> None:
    body = graph(web, type=kind, service_nodes=nodes, box="cluster,namespace,app")
    texts = {str(node[field]) for node in body["nodes"] for field in ("name", "workload", "app", "service")}
    assert ODD in texts or f"{ODD} {ODD}" in texts
    assert all(len(node["id"]) <= 200 for node in body["nodes"])
    ids = [node["id"] for node in body["nodes"]]
    assert len(ids) == len(set(ids))
    assert all(node["parent"] in ids for node in body["nodes"] if node["parent"])


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("cytoscape", "application/json"),
        ("graphml", "application/graphml+xml"),
        ("csv", "text/csv"),
        ("dot", "text/vnd.graphviz"),
        ("mermaid", "text/plain"),
    ],
)
def test_other_forms(web: Client, form: str, kind: str) -> None:
    answer = web.get("/api/v1/graph", {"format": form})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(kind)
    assert b"cart-v1" in answer.content


def test_only_gives_one_edge_in_full(web: Client) -> None:
    summary = graph(web, detail="summary")
    edge = summary["edges"][0]
    assert edge["responses"] is None
    assert edge["principals"] is None
    alone = graph(web, only=edge["id"])
    assert [e["id"] for e in alone["edges"]] == [edge["id"]]
    assert alone["edges"][0]["responses"]
    assert {node["id"] for node in alone["nodes"]} == {edge["source"], edge["target"]}


def test_a_window_nobody_asked_for_is_a_job(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    monkeypatch.setattr("snapshots.services._send", lambda *job: sent.append(job))
    answer = web.get("/api/v1/graph", {"window": "1h"})
    assert answer.status_code == 202
    job = json.loads(answer.content)["job"]
    assert job["state"] == "waiting"
    assert job["result"] == "/api/v1/graph?window=1h"
    assert answer["Location"] == f"/api/v1/jobs/{job['id']}"
    polled = web.get(answer["Location"])
    assert polled.status_code == 200
    assert json.loads(polled.content)["job"]["id"] == job["id"]
    assert sent == [(3600, None)]
    fixed = web.get("/api/v1/graph", {"window": "5m", "at": "2026-01-01T00:00:00Z"})
    assert fixed.status_code == 202


def test_a_graph_with_traffic_was_last_seen_when_it_was_taken(web: Client) -> None:
    body = graph(web)
    assert body["totals"]["last_seen"] == body["snapshot"]["taken_at"]
    assert graph(web, namespaces="bank")["totals"]["last_seen"] == body["snapshot"]["taken_at"]


def test_a_graph_without_traffic_says_when_there_was_some(web: Client, snapshot: Snapshot) -> None:
    graph(web)
    seen.note(snapshot)
    later = replace(snapshot, id="later", taken_at=snapshot.taken_at + 1000, missing=(), traffic=Traffic())
    seen.note(later)
    stored(later)
    storage.forget()
    last = rfc3339(snapshot.taken_at)
    assert graph(web)["totals"]["last_seen"] == last
    assert graph(web, namespaces="shop")["totals"]["last_seen"] == last
    SeenTraffic.objects.filter(namespace="bank").delete()
    assert graph(web, namespaces="bank")["totals"]["last_seen"] is None
