"""How often, with what, and how windows add up."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.identity import Answer
from mesh.traffic import COUNTERS, HISTOGRAMS, Missing, Snapshot, Traffic
from snapshots.domain import (
    SELDOM,
    Seen,
    busy_namespaces,
    carry,
    columns,
    lacking,
    merge,
    period,
    seen,
)
from tests.snapshots.traffic import ANSWERS, EDGES, buckets, requests, snapshot, snapshots, traffic


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


def test_a_histogram_nobody_watches_is_still_collected_while_there_is_none_to_show() -> None:
    assert lacking(None) == frozenset(HISTOGRAMS)
    assert lacking(snapshot()) == {"request_bytes", "response_bytes"}
    just_started = snapshot(traffic=traffic([(0, 0, 1.0)], [], [5.0, float("inf")]))
    assert lacking(just_started) == frozenset(HISTOGRAMS)


def test_columns_not_asked_for_stay_as_they_were() -> None:
    old = snapshot(name="old")
    lean = Traffic(EDGES[1:], old.traffic.answers, {}, {})
    later = snapshot(taken_at=1015.0, name="new", traffic=lean)
    new = carry(old, later, frozenset(COUNTERS), 15.0)
    assert new.id == "new"
    assert new.carried == (("request_duration", 1000.0),)
    assert carry(new, replace(later, taken_at=1030.0), frozenset(COUNTERS), 15.0).carried == new.carried
    assert (
        carry(new, snapshot(taken_at=1045.0), frozenset(COUNTERS) | frozenset(HISTOGRAMS), 15.0).carried == ()
    )
    assert buckets(new) == buckets(old)
    assert set(new.traffic.edges) == set(EDGES)


def test_a_column_that_failed_is_not_carried() -> None:
    lean = snapshot(name="new", traffic=Traffic(EDGES, (), {}, {}))
    assert carry(snapshot(), lean, frozenset({"request_duration"}), 15.0) is lean
    assert carry(None, lean, frozenset(), 15.0) is lean


ALL = frozenset(COUNTERS) | frozenset(HISTOGRAMS)
NO_REQUESTS = (Missing("requests", "prometheus", "slow", 1015.0),)


def failing(taken_at: float) -> Snapshot:
    other = (*ANSWERS[1:], Answer("", "", "-", "none", "", ""))
    tcp = traffic([(1, 1, 9.0)], [(1, [0.0, 9.0])], [5.0, float("inf")])
    lean = replace(tcp, edges=EDGES[1:], answers=other, counters={"tcp_sent": tcp.counters["requests"]})
    return snapshot(taken_at=taken_at, name="new", traffic=lean, missing=NO_REQUESTS)


def test_requests_that_failed_are_shown_as_they_were_for_three_periods() -> None:
    old = known = snapshot(name="old")
    for taken_at in (1015.0, 1030.0, 1045.0):
        known = carry(known, failing(taken_at), ALL, 15.0)
        assert requests(known) == requests(old)
        assert known.carried == (("requests", 1000.0),)
        assert known.missing == NO_REQUESTS
        sent = known.traffic.counters["tcp_sent"]
        assert known.traffic.edges[sent.edge[0]] == EDGES[2]
        assert known.traffic.answers[sent.answer[0]] == Answer("", "", "-", "none", "", "")
    known = carry(known, failing(1060.0), ALL, 15.0)
    assert "requests" not in known.traffic.counters
    assert known.carried == ()
    assert carry(known, snapshot(taken_at=1075.0), ALL, 15.0).carried == ()


def test_requests_that_are_simply_not_there_are_not_carried() -> None:
    new = replace(failing(1015.0), missing=())
    assert carry(snapshot(), new, ALL, 15.0) is new


def observed(traffic_ends: float, looks: list[tuple[int, float]]) -> Seen:
    """What windows (length, end) say of a namespace that was busy until that moment and quiet after it."""
    known = Seen()
    for window, taken_at in looks:
        known = seen(known, taken_at - window < traffic_ends, window, taken_at)
    return known


def test_a_busy_namespace_was_last_seen_at_the_end_of_the_window() -> None:
    assert seen(Seen(), True, 300, 1000.0).at == 1000.0


def test_the_first_quiet_window_says_when_the_traffic_was() -> None:
    known = observed(1000.0, [(300, at) for at in range(900, 2000, 15)])
    assert known.at == pytest.approx(1000.0, abs=15)


def test_a_longer_window_that_still_holds_old_traffic_does_not_make_it_newer() -> None:
    looks = [(window, float(at)) for at in range(10_000, 13_000, 60) for window in (60, 300, 3600)]
    assert observed(10_200.0, looks).at == pytest.approx(10_200.0, abs=60)


def test_a_past_window_does_not_change_what_is_known_of_the_present() -> None:
    known = observed(1000.0, [(300, at) for at in range(900, 2000, 15)])
    assert seen(known, False, 300, 700.0).at == known.at
    assert seen(known, True, 300, 700.0).at == known.at


def test_traffic_after_the_quiet_is_new() -> None:
    known = observed(1000.0, [(60, at) for at in range(900, 2000, 15)])
    assert seen(known, True, 60, 2010.0).at == 2010.0


@given(
    st.floats(0, 5000),
    st.lists(st.tuples(st.sampled_from([60, 300, 3600]), st.floats(5000, 9000)), min_size=1, max_size=40),
)
def test_never_earlier_than_the_traffic_nor_inside_a_quiet_window(
    end: float, looks: list[tuple[int, float]]
) -> None:
    looks = sorted(looks, key=lambda look: look[1])
    known = observed(end, [(60, 4000.0), *looks] if end > 4000 else looks)
    if any(taken_at - window < end for window, taken_at in looks):
        assert known.at is not None
        assert known.at >= end
    last_window, last_taken = looks[-1]
    if last_taken - last_window >= end and known.at is not None:
        assert known.at <= last_taken - last_window


def test_only_namespaces_with_a_rate_are_busy() -> None:
    assert busy_namespaces(snapshot().traffic) == {"shop"}
    assert busy_namespaces(traffic([(0, 0, 0.0)], [], [float("inf")])) == frozenset()
    assert busy_namespaces(Traffic()) == frozenset()
