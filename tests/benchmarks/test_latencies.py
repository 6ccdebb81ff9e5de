"""Histograms of whole observations, and the bucket that truly holds a quantile."""

import math

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.latencies import BOUNDS, LE, added, lognormal, quantile_range


def test_the_buckets_are_istios() -> None:
    assert len(BOUNDS) == 20
    assert LE[0] == "0.5"
    assert LE[-2:] == ("3600000", "+Inf")


@given(st.integers(0, 10**6), st.floats(0.3, 1e5), st.floats(0.2, 2))
def test_no_observation_is_lost_by_rounding(count: int, median: float, sigma: float) -> None:
    buckets = lognormal(count, median, sigma)
    assert sum(buckets) == count
    assert min(buckets) >= 0


def test_the_median_falls_into_its_bucket() -> None:
    low, high = quantile_range(lognormal(100_001, 70, 0.8), 0.5) or (0, 0)
    assert (low, high) == (50, 100)


def test_a_rank_between_two_buckets_allows_all_between() -> None:
    buckets = added(tuple([0, 95] + [0] * 18), tuple([0, 0, 0, 5] + [0] * 16))
    assert quantile_range(buckets, 0.95) == (0.5, 10)
    assert quantile_range(buckets, 0.96) == (5, 10)


def test_nothing_observed_has_no_quantile_and_the_last_bucket_no_end() -> None:
    assert quantile_range(tuple([0] * 20), 0.95) is None
    assert quantile_range(tuple([0] * 19 + [1]), 0.95) == (3_600_000, math.inf)
