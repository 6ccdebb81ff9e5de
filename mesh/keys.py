"""Rows of several counters as one, groups by several integer columns at once, sums within groups."""

import numpy as np

from mesh.hops import Bools, Floats, Ints
from mesh.traffic import CounterName, Traffic


def stacked(traffic: Traffic, *names: CounterName) -> tuple[Ints, Ints, Floats]:
    """Edge, answer and rate of every row of the counters of those names that there are."""
    counters = [found for name in names if (found := traffic.counters.get(name)) is not None]
    if not counters:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    edge = np.concatenate([counter.edge for counter in counters]).astype(np.int64)
    answer = np.concatenate([counter.answer for counter in counters]).astype(np.int64)
    return edge, answer, np.concatenate([counter.rate for counter in counters]).astype(np.float64)


def combined(*columns: Ints) -> Ints:
    """One number per row, equal exactly where all columns (values from 0) are equal."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        key = key * (int(column.max(initial=0)) + 1) + column
    return key


def grouped(*columns: Ints) -> tuple[Ints, Ints]:
    """For each row the number of its group, and for each group its first row. Groups are in key order."""
    _, first, group = np.unique(combined(*columns), return_index=True, return_inverse=True)
    return group.astype(np.int64), first.astype(np.int64)


def summed(group: Ints, amount: Floats, size: int) -> Floats:
    """Sum of ``amount`` per group; rows with group -1 do not count."""
    inside = group >= 0
    if not inside.all():
        group, amount = group[inside], amount[inside]
    # Of nothing at all, bincount makes whole numbers.
    return np.bincount(group, weights=amount, minlength=size).astype(np.float64)


def seen(group: Ints, mask: Bools, size: int) -> Bools:
    """For each group whether any of its rows is in the mask."""
    found = np.zeros(size, dtype=np.bool_)
    found[group[mask & (group >= 0)]] = True
    return found


def summed_rows(group: Ints, rows: Floats, size: int) -> Floats:
    """Sum of matrix rows per group, shape ``(size, columns)``; rows with group -1 do not count."""
    total = np.zeros((size, rows.shape[1]))
    inside = np.flatnonzero(group >= 0)
    if not len(inside):
        return total
    order = inside[np.argsort(group[inside], kind="stable")]
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    total[ordered[starts]] = np.add.reduceat(rows[order], starts, axis=0)
    return total
