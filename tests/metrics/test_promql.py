"""Label values inside queries."""

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.promql import one_of, quote, selector


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoting_keeps_every_value(value: str) -> None:
    literal = quote(value)
    assert json.loads(literal) == value  # the escapes used mean the same in JSON as in PromQL
    assert "\n" not in literal


@given(st.text(max_size=50))
def test_a_literal_ends_where_it_should(value: str) -> None:
    assert re.fullmatch(r'"(?:[^"\\\n]|\\.)*"', quote(value))
    quote(value).encode()


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=5))
def test_one_of_matches_the_values_and_nothing_else(values: list[str]) -> None:
    label, _, literal = one_of("namespace", values).partition("=")
    assert label == "namespace"
    text = json.loads(literal.removeprefix("~"))
    for candidate in (*values, *(value + "x" for value in values), "", ".*"):
        matched = re.fullmatch(text, candidate) if literal.startswith("~") else text == candidate
        assert bool(matched) == (candidate in values)


def test_selector() -> None:
    assert selector("up") == "up"
    assert selector("up", ['a="b"', 'c="d"']) == 'up{a="b",c="d"}'
