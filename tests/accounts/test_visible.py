"""Which namespaces a user may see."""

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain import malformed, matching
from accounts.services import visible_namespaces


def test_everyone_sees_all_by_default() -> None:
    assert visible_namespaces(None, ["a", "b"]) == {"a", "b"}


@pytest.mark.parametrize(
    ("patterns", "seen"),
    [
        (["shop"], {"shop"}),
        (["shop.*"], {"shop", "shop-eu"}),
        (["a|b"], {"a", "b"}),
        (["x"], set()),
        (["SHOP"], set()),
    ],
)
def test_patterns_match_whole_names(patterns: list[str], seen: set[str]) -> None:
    with override_settings(NAMESPACES=patterns):
        assert visible_namespaces(None, ["shop", "shop-eu", "a", "b", "myshop"]) == seen


@pytest.mark.parametrize("pattern", ["shop(", "[a-", "*", "(?i)shop"])
def test_a_malformed_expression_is_named(pattern: str) -> None:
    assert repr(pattern) in (malformed(["shop.*", pattern]) or "")
    assert malformed(["shop.*", "a|b"]) is None
    assert malformed([]) is None


@given(st.sets(st.text(max_size=5)), st.lists(st.sampled_from(["a.*", "b", "[0-9]+"])))
def test_nothing_is_invented(names: set[str], patterns: list[str]) -> None:
    assert matching(names, patterns) <= names
