"""Numbers and names on server-rendered pages read as those that the browser writes."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory

from meshview.templatetags import numbers

CASES = json.loads((Path(settings.BASE_DIR) / "frontend/test/fixtures/values.json").read_text())
WRITERS: dict[str, Callable[..., str]] = {
    "count": numbers.count,
    "rate": numbers.rate,
    "byteRate": numbers.byte_rate,
    "size": numbers.size,
    "duration": numbers.ms,
    "share": numbers.share,
    "exact": lambda value: numbers.exact(value, "ms"),
    "span": numbers.span,
    "ago": numbers.ago,
    "clean": numbers.clean,
    "middle": lambda value: numbers.middle(value, 13),
    "plural": lambda value: numbers.plural(value, "edge"),
}


@pytest.mark.parametrize(
    ("name", "value", "text"), [(name, *pair) for name, pairs in CASES.items() for pair in pairs]
)
def test_the_server_writes_as_the_browser_does(name: str, value: Any, text: str) -> None:
    assert WRITERS[name](value) == text


def test_what_is_not_a_number_is_a_dash() -> None:
    for write in (numbers.count, numbers.rate, numbers.byte_rate, numbers.size, numbers.ms, numbers.share):
        assert write(math.nan) == write(math.inf) == write(None) == "–"


def test_times_say_the_day_when_it_is_another() -> None:
    assert numbers.when(1_800_000_000.0, now=1_800_000_100.0) == "08:00:00"
    assert numbers.when(1_800_000_000.0, now=1_800_100_000.0) == "15 Jan 08:00:00"
    assert numbers.when(None) == "–"


def rendered(text: str, **context: Any) -> str:
    return Template("{% load values %}" + text).render(Context(context))


def test_names_are_escaped_wherever_they_stand() -> None:
    odd = "\"><script>alert(1)</script>\u202e'" + "x" * 5000
    key = {"cluster": "c", "namespace": odd, "name": odd}
    for part in ('"parts/identity.html" with key=key', '"parts/copy.html" with text=odd'):
        text = rendered("{% include " + part + " %}", key=key, odd=odd)
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_a_sparkline_has_gaps_and_no_style() -> None:
    text = rendered("{% sparkline points 'errors' 'failure' %}", points=[0, 1, None, 2, 4])
    line = text.split(' d="')[2].split('"')[0]
    assert line.count("M") == 2
    assert "style" not in text
    assert 'aria-label="errors"' in text


def test_a_sparkline_without_points_is_a_dash_with_the_reason() -> None:
    text = rendered("{% sparkline points %}", points=[None, None])
    assert "<svg" not in text
    assert "–" in text
    assert "title=" in text


def test_a_changed_query_keeps_the_rest_and_escapes() -> None:
    request = RequestFactory().get("/x", {"q": '"><b>', "sort": "-rate", "window": "1h"})
    text = Template('{% load values %}<a href="?{% change sort="name" cursor=None %}">').render(
        Context({"request": request})
    )
    assert text == '<a href="?q=%22%3E%3Cb%3E&amp;window=1h&amp;sort=name">'


def test_a_bar_of_shares_says_its_numbers() -> None:
    text = rendered("{% shares counts %}", counts={"healthy": 3, "failure": 1})
    assert text.count("<rect") == 2
    assert "3 healthy, 1 failing" in text
