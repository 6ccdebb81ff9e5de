"""The frame of every page, as the server sends it."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from meshview.context import PAGES, REFERENCE

TEMPLATES = Path(settings.BASE_DIR) / "templates"
TOKENS = Path(settings.BASE_DIR) / "frontend/src/styles/tokens.css"


def test_the_graph_page_stands_in_the_frame(client: Client) -> None:
    reply = client.get("/graph")
    text = reply.content.decode()
    assert reply.status_code == 200
    assert '<mesh-graph data-api="/api/v1/graph">' in text
    assert text.count('aria-current="page"') == 1
    for entry in (*PAGES, *REFERENCE):
        assert f'href="{entry.path}"' in text
    assert "'self'" in reply["Content-Security-Policy"]


def test_home_is_the_graph_and_keeps_the_query(client: Client) -> None:
    reply = client.get("/?window=1h")
    assert (reply.status_code, reply["Location"]) == (302, "/graph?window=1h")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("type=odd", 400, "versioned-app"),
        ("window=soon", 400, "5m"),
        ("at=yesterday", 400, "is not a time"),
        ("box=pod", 400, "namespace"),
        ("idle=maybe", 400, "true"),
        ("nonsense=1", 400, "is no parameter"),
        ("type=app&type=app", 400, "may be given once"),
    ],
)
def test_bad_parameters_are_a_page_that_says_what_is_allowed(
    client: Client, query: str, status: int, words: str
) -> None:
    reply = client.get(f"/graph?{query}")
    assert reply.status_code == status
    assert words in reply.content.decode()


def test_the_page_takes_the_state_that_only_it_has(client: Client) -> None:
    assert client.get("/graph?view=table&labels=p95&refresh=10&select=w:a/b").status_code == 200


def test_only_reading(client: Client) -> None:
    assert client.post("/graph").status_code == 405


def test_an_error_page_shows_text_as_text() -> None:
    request = RequestFactory().get("/x")
    context = {
        "status": 404,
        "title": "Not Found",
        "message": "<script>alert(1)</script>",
        "allowed": ["<b>"],
    }
    text = render_to_string("errors/page.html", context, request=request)
    assert "<script>alert" not in text
    assert "&lt;b&gt;" in text


def test_no_template_has_inline_script_or_style() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(
            r"<style|\bstyle=|\bon[a-z]+=\"|javascript:", text.replace("<style> of its own", "")
        ), path


def test_colours_are_written_down_in_one_file() -> None:
    for path in TOKENS.parent.parent.rglob("*.css"):
        if path != TOKENS:
            assert not re.search(r"#[0-9a-f]{3,8}\b|hsl\(", path.read_text()), path


def test_lock_files_name_no_registry_and_what_is_bundled_is_listed() -> None:
    base = Path(settings.BASE_DIR)
    lock = json.loads((base / "package-lock.json").read_text())
    assert not any("resolved" in package for package in lock["packages"].values())
    listed = (base / "docs/third-party.md").read_text()
    for name in json.loads((base / "package.json").read_text())["dependencies"]:
        assert f"| {name} |" in listed
