"""Namespaces, status, schema, docs, and what watches meshview."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from mesh.traffic import Snapshot
from tests.api.conftest import stored


def get(web: Client, path: str, **parameters: str) -> dict[str, Any]:
    answer = web.get(path, parameters)
    assert answer.status_code == 200, answer.content[:500]
    return dict(json.loads(answer.content))


def test_namespaces(web: Client) -> None:
    body = get(web, "/api/v1/namespaces")
    assert body["total"] == 3
    shop = next(item for item in body["items"] if item["name"] == "shop")
    assert shop["kind"] == "namespace"
    assert shop["workloads"] == 3
    assert shop["traffic"]["inbound"]["http"]["rate"] == 16
    assert shop["health"]["status"] == "degraded"
    assert body["snapshot"]["missing"]


def test_pages_of_a_list(web: Client) -> None:
    first = get(web, "/api/v1/namespaces", limit="2", sort="-rate")
    assert [item["name"] for item in first["items"]] == ["shop", "bank"]
    second = get(web, "/api/v1/namespaces", limit="2", sort="-rate", cursor=first["next"])
    assert [item["name"] for item in second["items"]] == ["odd"]
    assert second["next"] is None
    assert get(web, "/api/v1/namespaces", q="AN")["items"][0]["name"] == "bank"


def test_a_quiet_namespace_is_still_known(web: Client, snapshot: Snapshot) -> None:
    get(web, "/api/v1/namespaces")
    edges = tuple(e for e in snapshot.traffic.edges)
    quiet = replace(snapshot.traffic, edges=edges[:2], counters={}, histograms={})
    stored(replace(snapshot, id="later", taken_at=snapshot.taken_at + 1, traffic=quiet))
    items = {item["name"]: item for item in get(web, "/api/v1/namespaces")["items"]}
    assert items["bank"]["health"] == {"status": "idle", "reasons": []}
    assert get(web, "/api/v1/graph", namespaces="bank")["totals"]["verdict"]["status"] == "idle"


def test_status(web: Client) -> None:
    get(web, "/api/v1/graph")
    body = get(web, "/api/v1/status")
    assert body["mode"] == "single"
    assert {source["name"]: source["state"] for source in body["sources"]} == {
        "prometheus": "off",
        "jaeger": "off",
    }
    assert [source["remedy"] for source in body["sources"]] == [
        "Set MESHVIEW_JAEGER_URL to its address.",
        "Set MESHVIEW_PROMETHEUS_URL to its address.",
    ]
    (one,) = body["snapshots"]
    assert one["window_seconds"] == 300
    assert one["watched"] is True


def test_no_job_is_needed_for_a_fixed_window_that_is_there(web: Client, snapshot: Snapshot) -> None:
    from snapshots import storage

    at = 1_800_000_000.0
    storage.save(replace(snapshot, id="fixed", taken_at=at), at)
    body = get(web, "/api/v1/graph", at="2027-01-15T08:00:00Z")
    assert body["snapshot"]["taken_at"] == "2027-01-15T08:00:00.000Z"
    assert body["status"]["state"] == "fresh"


def test_alive_and_ready(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert get(web, "/healthz") == {"status": "alive"}
    assert get(web, "/readyz") == {"status": "ready"}

    gone(monkeypatch)
    answer = web.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["error"]["source"] == "database"


def gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the database does not answer."""

    def refuse(*_: object) -> None:
        raise DatabaseError("gone")

    for name in ("taken", "load"):
        monkeypatch.setattr(f"snapshots.storage.{name}", refuse)


def test_without_a_database_it_still_says_what_it_can(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    gone(monkeypatch)
    database = get(web, "/api/v1/status")["sources"][-1]
    assert (database["name"], database["state"]) == ("database", "down")
    assert web.get("/metrics").status_code == 200
    answer = web.get("/api/v1/graph")
    assert answer.status_code == 503
    assert json.loads(answer.content)["error"]["source"] == "database"


def test_metrics(web: Client) -> None:
    get(web, "/api/v1/graph")
    get(web, "/api/v1/graph")
    text = web.get("/metrics").content.decode()
    for name in (
        'meshview_snapshot_age_seconds{window_seconds="300"}',
        "meshview_collections_total",
        "meshview_source_request_seconds",
        "meshview_source_errors_total",
        'meshview_graph_documents_total{memory="hit"}',
        "meshview_graph_build_seconds_count",
    ):
        assert name in text


def test_the_schema_describes_what_is_sent(web: Client) -> None:
    schema = get(web, "/api/v1/schema")
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v1/graph", "/api/v1/namespaces", "/api/v1/status", "/api/v1/jobs/{job_id}"} <= schema[
        "paths"
    ].keys()
    graph = schema["paths"]["/api/v1/graph"]["get"]
    kind = next(p for p in graph["parameters"] if p["name"] == "type")
    assert set(kind["schema"]["enum"]) == {"workload", "app", "versioned-app", "service"}
    assert {"200", "202", "304", "400", "403", "404"} <= graph["responses"].keys()
    assert schema["components"]["schemas"]["Edge"]["properties"]["protocol"]["enum"] == [
        "grpc",
        "http",
        "tcp",
    ]


def test_the_docs_page_has_no_inline_script(web: Client) -> None:
    answer = web.get("/api/v1/docs")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<script>" not in page
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    script = web.get("/api/v1/docs?script=")
    assert script.status_code == 200
    assert "javascript" in script["Content-Type"]
