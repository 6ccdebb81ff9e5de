"""Mistakes of a caller: always 4xx, always one shape, always saying what is allowed."""

import json
from typing import Any

import pytest
from django.test import Client, override_settings


def error(answer: Any) -> dict[str, Any]:
    body = json.loads(answer.content)
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message", "detail", "source"}
    assert answer["Content-Type"].startswith("application/json")
    return dict(body["error"])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("graph?type=pods", 400, "unknown_type"),
        ("graph?window=7m", 400, "unknown_window"),
        ("graph?window=5", 400, "unknown_window"),
        ("graph?window=", 400, "unknown_window"),
        ("graph?window=99999999999999999999999y", 400, "unknown_window"),
        ("graph?window=%00", 400, "bad_value"),
        ("graph?namespaces=nowhere", 404, "unknown_namespace"),
        ("graph?namespaces=shop%00", 400, "bad_value"),
        ("graph?namespaces=" + "x," * 1500, 400, "too_many_names"),
        ("graph?namespaces=" + "x" * 30_000, 400, "value_too_long"),
        ("graph?namespaces=%F0%9F%99%82%22%3Cscript%3E", 404, "unknown_namespace"),
        ("graph?cluster=mars", 404, "unknown_cluster"),
        ("graph?only=e0", 404, "unknown_element"),
        ("graph?service_nodes=perhaps", 400, "bad_value"),
        ("graph?idle=1", 400, "bad_value"),
        ("graph?box=pod", 400, "unknown_box"),
        ("graph?at=yesterday", 400, "bad_time"),
        ("graph?at=nan", 400, "bad_time"),
        ("graph?at=1e400", 400, "bad_time"),
        ("graph?at=-5", 400, "bad_time"),
        ("graph?at=2026-01-01T00:00:00", 400, "bad_time"),
        ("graph?format=xml", 400, "unknown_format"),
        ("graph?detail=more", 400, "unknown_detail"),
        ("graph?find=x", 400, "unknown_parameter"),
        ("graph?type=app&type=workload", 400, "repeated_parameter"),
        ("graph?%FF=%FE", 400, "unknown_parameter"),
        ("namespaces?sort=colour", 400, "unknown_sort"),
        ("namespaces?limit=0", 400, "bad_value"),
        ("namespaces?limit=%D9%A3", 400, "bad_value"),
        ("namespaces?cursor=!!", 400, "bad_cursor"),
        ("namespaces?cursor=%D9%A3", 400, "bad_cursor"),
        ("status?x=1", 400, "unknown_parameter"),
        ("jobs/none", 404, "unknown_job"),
        ("jobs/" + "9" * 3000, 404, "unknown_job"),
        ("jobs/a%00b", 404, "unknown_job"),
        ("nothing", 404, "unknown_path"),
        ("graph/", 404, "unknown_path"),
        ("", 404, "unknown_path"),
    ],
)
def test_the_caller_is_told(web: Client, path: str, status: int, code: str) -> None:
    answer = web.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content[:300]
    found = error(answer)
    assert found["code"] == code
    assert found["message"].endswith(".")
    assert len(answer.content) < 30_000


def test_allowed_values_are_listed(web: Client) -> None:
    assert error(web.get("/api/v1/graph?type=pods"))["detail"]["allowed"] == [
        "workload",
        "app",
        "versioned-app",
        "service",
    ]
    assert "24h" in error(web.get("/api/v1/graph?window=2h"))["detail"]["allowed"]
    assert "shop" in error(web.get("/api/v1/graph?namespaces=nowhere"))["detail"]["allowed"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["graph", "namespaces", "status", "jobs/300"])
def test_other_methods(web: Client, method: str, path: str) -> None:
    answer = getattr(web, method)(f"/api/v1/{path}", data="{not json", content_type="application/json")
    assert answer.status_code == 405
    assert error(answer)["code"] == "method_not_allowed"
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/graph", "/api/v1/graph/x/y"])
def test_unknown_paths_under_api(web: Client, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert error(answer)["code"] == "unknown_path"


def test_elsewhere_the_error_is_a_page(web: Client) -> None:
    answer = web.get("/nothing<script>")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    assert b"<script>alert" not in answer.content
    assert b"nothing<script>" not in answer.content


def test_a_foreign_host_is_refused(web: Client) -> None:
    answer = web.get("/api/v1/status", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert error(answer)["code"] == "bad_request"


def test_any_accept_gets_json(web: Client) -> None:
    for accept in ("text/html", "image/png", "application/json;q=x", ""):
        assert web.get("/api/v1/status", headers={"accept": accept}).status_code == 200


def test_our_own_mistake_is_500_in_the_same_shape(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    web.raise_request_exception = False
    monkeypatch.setattr("graph.services.graph_document", lambda *_: 1 / 0)
    answer = web.get("/api/v1/graph")
    assert answer.status_code == 500
    assert error(answer)["code"] == "internal_error"


class TestAccess:
    """Three ways: what one may see, what one may not, what does not exist."""

    @override_settings(NAMESPACES=["sh.*", "od+"])
    def test_visible(self, web: Client) -> None:
        body = json.loads(web.get("/api/v1/graph?namespaces=shop").content)
        assert body["namespaces"] == ["odd", "shop"]
        assert body["edges"]

    @override_settings(NAMESPACES=["shop"])
    def test_hidden(self, web: Client) -> None:
        answer = web.get("/api/v1/graph?namespaces=shop,bank")
        assert answer.status_code == 403
        assert error(answer)["detail"] == {"namespace": "bank", "allowed": ["shop"]}

    @override_settings(NAMESPACES=["shop"])
    def test_unknown_says_the_same(self, web: Client) -> None:
        hidden, unknown = (error(web.get(f"/api/v1/graph?namespaces={name}")) for name in ("bank", "nono"))
        assert str(hidden).replace("bank", "nono") == str(unknown)

    @override_settings(NAMESPACES=["shop"])
    def test_nothing_else_is_drawn_or_listed(self, web: Client) -> None:
        body = json.loads(web.get("/api/v1/graph").content)
        spaces = {n["id"]: n["namespace"] for n in body["nodes"]}
        assert all("shop" in (spaces[e["source"]], spaces[e["target"]]) for e in body["edges"])
        listed = json.loads(web.get("/api/v1/namespaces").content)
        assert [item["name"] for item in listed["items"]] == ["shop"]
