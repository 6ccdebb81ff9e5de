"""Percentiles and means of merged histograms: buckets are added first, percentiles read at the end."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mesh.hops import Floats

QUANTILES: Final = (0.5, 0.9, 0.95, 0.99)


def quantiles(bounds: Floats, rates: Floats, wanted: tuple[float, ...] = QUANTILES) -> Floats:
    """Percentiles of many histograms at once, as Prometheus' ``histogram_quantile`` reads them.

    ``bounds`` are inclusive upper bounds, ascending, the last one ``inf``; ``rates`` has shape ``(n,
    len(bounds))``, per bucket. Gives shape ``(n, len(wanted))`` in the unit of the bounds; ``nan`` where
    nothing was observed or no finite bound exists. Linear interpolation inside the bucket; the lowest starts
    at 0 (a lowest bound ≤ 0 is the value itself); in the +Inf bucket the highest finite bound is given
    (prometheus/promql/quantile.go).
    """
    out: NDArray[np.float64] = np.full((len(rates), len(wanted)), np.nan)
    if len(bounds) < 2 or not len(rates):
        return out
    cumulative = np.cumsum(rates, axis=1)
    total = cumulative[:, -1]
    lower = np.concatenate(([0.0 if bounds[0] > 0 else bounds[0]], bounds[:-1]))
    every = np.arange(len(rates))
    for place, q in enumerate(wanted):
        rank = q * total
        bucket = np.minimum((cumulative < rank[:, None]).sum(axis=1), len(bounds) - 1)
        before = np.where(bucket > 0, cumulative[every, bucket - 1], 0.0)
        inside = rates[every, bucket]
        share = np.divide(rank - before, inside, out=np.ones(len(rates)), where=inside > 0)
        top = np.where(np.isinf(bounds[bucket]), bounds[-2], bounds[bucket])
        bottom = np.where(np.isinf(bounds[bucket]), bounds[-2], lower[bucket])
        out[:, place] = bottom + (top - bottom) * np.minimum(np.maximum(share, 0.0), 1.0)
    out[~(total > 0)] = np.nan
    return out


def means(sums: Floats, counts: Floats) -> Floats:
    """``sums / counts``; ``nan`` where there is nothing to divide."""
    good = (counts > 0) & (sums >= 0)
    found: Floats = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=good)
    return found
