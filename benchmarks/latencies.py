"""Histograms as Istio's proxies keep them: whole observations per bucket, drawn from lognormal distributions.

Counts are integers, so that the truth about any sum of edges is an exact sum of integers.
"""

import itertools
import math
from typing import Final

Buckets = tuple[int, ...]
"""Observations per bucket (not cumulative), one entry per bound of :data:`BOUNDS`."""

BOUNDS: Final[tuple[float, ...]] = (
    0.5,
    1,
    5,
    10,
    25,
    50,
    100,
    250,
    500,
    1000,
    2500,
    5000,
    10000,
    30000,
    60000,
    300000,
    600000,
    1800000,
    3600000,
    math.inf,
)
"""Inclusive upper bounds of Envoy's default histogram, for milliseconds and bytes alike."""

LE: Final[tuple[str, ...]] = tuple("+Inf" if math.isinf(b) else f"{b:.32g}" for b in BOUNDS)
"""The bounds as Envoy spells them in the ``le`` label."""


def lognormal(count: int, median: float, sigma: float) -> Buckets:
    """``count`` observations of a lognormal distribution, rounded to whole ones by largest remainder.

    ``median`` is in the unit of the bounds, ``sigma`` the standard deviation of the logarithm.
    """
    shares = _shares(median, sigma)
    whole = [int(count * share) for share in shares]
    remainders = sorted(range(len(shares)), key=lambda i: (whole[i] - count * shares[i], i))
    for i in remainders[: count - sum(whole)]:
        whole[i] += 1
    return tuple(whole)


def _shares(median: float, sigma: float) -> list[float]:
    below = [0.0, *(_share_below(bound, median, sigma) for bound in BOUNDS)]
    return [high - low for low, high in itertools.pairwise(below)]


def _share_below(bound: float, median: float, sigma: float) -> float:
    if math.isinf(bound):
        return 1.0
    return 0.5 * (1 + math.erf(math.log(bound / median) / (sigma * math.sqrt(2))))


def added(left: Buckets, right: Buckets) -> Buckets:
    """The histogram of both sets of observations."""
    return tuple(a + b for a, b in zip(left, right, strict=True))


def quantile_range(buckets: Buckets, quantile: float) -> tuple[float, float] | None:
    """Lower and upper bound of the bucket that holds the quantile; ``None`` without observations.

    Where the rank falls exactly between two observations of different buckets, any value between them is a
    true quantile, and the range covers both buckets. The last, unbounded bucket ends at ``inf``.
    """
    total = sum(buckets)
    if total == 0:
        return None
    rank = quantile * total
    low, high = _bucket_at(buckets, rank - 1e-6 * total), _bucket_at(buckets, rank + 1e-6 * total)
    return (BOUNDS[low - 1] if low else 0.0), BOUNDS[high]


def _bucket_at(buckets: Buckets, rank: float) -> int:
    seen = 0
    for i, count in enumerate(buckets):
        seen += count
        if count and seen >= rank:
            return i
    return len(buckets) - 1
