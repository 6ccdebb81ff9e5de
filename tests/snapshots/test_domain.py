"""How often, with what, and how windows add up."""

from collections import Counter

import pytest
from hypothesis import given

from mesh.traffic import COUNTERS, HISTOGRAMS, Missing, Snapshot, Traffic
from snapshots.domain import SELDOM, carry, columns, merge, period
from tests.snapshots.traffic import EDGES, buckets, requests, snapshot, snapshots


@given(snapshots("a"), snapshots("b", 1300.0))
def test_merging_two_windows_is_one_window_with_both_counts(first: Snapshot, second: Snapshot) -> None:
    whole = merge(first, second)
    assert whole.window_seconds == first.window_seconds + second.window_seconds
    assert whole.taken_at == second.taken_at
    for count in (requests, buckets):
        sums = Counter(count(first))  # type: ignore[arg-type]
        sums.update(count(second))
        assert count(whole) == pytest.approx(dict(sums))


@given(snapshots("a"), snapshots("b"), snapshots("c"))
def test_order_of_merging_does_not_matter(first: Snapshot, second: Snapshot, third: Snapshot) -> None:
    left, right = merge(merge(first, second), third), merge(third, merge(second, first))
    assert requests(left) == pytest.approx(requests(right))
    assert buckets(left) == pytest.approx(buckets(right))


def test_a_gap_in_one_part_is_a_gap_in_the_whole() -> None:
    gap = Missing("tcp_sent", "prometheus", "slow", 1.0)
    whole = merge(snapshot(missing=(gap,), warnings=("a",)), snapshot(warnings=("a", "b")))
    assert whole.missing == (gap,)
    assert whole.warnings == ("a", "b")


@pytest.mark.parametrize(("window", "seconds"), [(60, 15), (900, 15), (3600, 60), (86_400, 1440)])
def test_long_windows_are_collected_less_often(window: int, seconds: float) -> None:
    assert period(window, 15) == seconds


def test_histograms_nobody_watches_come_seldom() -> None:
    watched = frozenset({"request_duration"})
    assert columns(watched, 15.0, 15.0) == frozenset(COUNTERS) | watched
    assert columns(frozenset(), 15.0 * SELDOM, 15.0) == frozenset(COUNTERS) | frozenset(HISTOGRAMS)


def test_columns_not_asked_for_stay_as_they_were() -> None:
    old = snapshot(name="old")
    lean = Traffic(EDGES[1:], old.traffic.answers, {}, {})
    new = carry(old, snapshot(name="new", traffic=lean), frozenset(COUNTERS))
    assert new.id == "new"
    assert buckets(new) == buckets(old)
    assert set(new.traffic.edges) == set(EDGES)


def test_a_column_that_failed_is_not_carried() -> None:
    lean = snapshot(name="new", traffic=Traffic(EDGES, (), {}, {}))
    assert carry(snapshot(), lean, frozenset({"request_duration"})) is lean
    assert carry(None, lean, frozenset()) is lean
