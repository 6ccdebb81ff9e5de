"""Percentiles against Prometheus' own algorithm, written out here value by value."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.histogram import means, quantiles

BOUNDS = [1.0, 5.0, 10.0, 50.0, math.inf]
RATES = st.lists(st.integers(0, 1000), min_size=5, max_size=5)


def histogram_quantile(q: float, bounds: list[float], rates: list[float]) -> float:
    """prometheus/promql/quantile.go, bucketQuantile, in its own steps."""
    cumulative = list(np.cumsum(rates))
    observations = cumulative[-1]
    if observations == 0:
        return math.nan
    rank = q * observations
    b = next((i for i in range(len(bounds) - 1) if cumulative[i] >= rank), len(bounds) - 1)
    if b == len(bounds) - 1:
        return bounds[-2]
    if b == 0 and bounds[0] <= 0:
        return bounds[0]
    start, count = 0.0, cumulative[b]
    if b > 0:
        start = bounds[b - 1]
        count -= cumulative[b - 1]
        rank -= cumulative[b - 1]
    return start + (bounds[b] - start) * (rank / count)


@given(st.lists(RATES, min_size=1, max_size=6), st.sampled_from([0.01, 0.5, 0.9, 0.95, 0.99]))
def test_as_prometheus_reads_them(rows: list[list[int]], q: float) -> None:
    found = quantiles(np.array(BOUNDS), np.array(rows, dtype=np.float64), (q,))[:, 0]
    expected = [histogram_quantile(q, BOUNDS, [float(r) for r in row]) for row in rows]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@given(st.lists(RATES, min_size=2, max_size=6))
def test_merged_rows_are_read_as_one(rows: list[list[int]]) -> None:
    table = np.array(rows, dtype=np.float64)
    merged = quantiles(np.array(BOUNDS), table.sum(axis=0, keepdims=True))
    backwards = quantiles(np.array(BOUNDS), table[::-1].sum(axis=0, keepdims=True))
    np.testing.assert_array_equal(merged, backwards)


def test_no_finite_bound_is_no_percentile() -> None:
    assert np.isnan(quantiles(np.array([math.inf]), np.array([[3.0]]))).all()


def test_the_mean_of_nothing_is_not_known() -> None:
    found = means(np.array([10.0, 0.0]), np.array([4.0, 0.0]))
    assert found[0] == pytest.approx(2.5)
    assert np.isnan(found[1])
