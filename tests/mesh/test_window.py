"""Durations and windows as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.errors import CallerError
from mesh.window import WINDOWS, format_duration, parse_duration, parse_window


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("1h30m", 5400), ("250ms", 0.25), ("1d", 86_400), ("1y", 31_536_000)],
)
def test_durations_are_prometheus_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "-5m", "1.5h", "5m1h", "1m1m", "\u0665m", "5m\n", "9" * 70 + "s"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CallerError) as caught:
        parse_duration(text)
    assert caught.value.code == "bad_duration"


@given(st.integers(1, 10**8))
def test_what_is_written_is_read(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds / 1000)) == milliseconds / 1000


def test_windows_go_from_a_minute_to_a_day() -> None:
    allowed = "1m 2m 5m 10m 15m 30m 1h 3h 6h 12h 24h"
    assert " ".join(map(format_duration, WINDOWS)) == allowed
    assert parse_window("60s") == 60
    assert parse_window("1d") == 86_400


@pytest.mark.parametrize("text", ["", "7m", "30s", "25h", "five", "5m; drop", "<b>"])
def test_an_unknown_window_says_what_is_allowed(text: str) -> None:
    with pytest.raises(CallerError) as caught:
        parse_window(text)
    assert caught.value.code == "unknown_window"
    assert caught.value.detail["allowed"][0] == "1m"
