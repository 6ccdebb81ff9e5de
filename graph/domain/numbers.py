"""Numbers for the wire: four significant digits, whole numbers without a point, None for the unknown."""

from typing import Final

import numpy as np

from mesh.hops import Bools, Floats

DIGITS: Final = 4


def rounded(values: Floats, digits: int = DIGITS) -> Floats:
    """To ``digits`` significant digits; exact decimal neighbours, so that they print short."""
    out = np.zeros_like(values)
    good = np.isfinite(values) & (values != 0)
    size = np.floor(np.log10(np.abs(values[good]))).astype(np.int64)
    shift = digits - 1 - size
    up = 10.0 ** np.minimum(np.maximum(shift, 0), 300)
    down = 10.0 ** np.maximum(-shift, 0)
    out[good] = np.round(values[good] * up / down) * down / up
    out[~np.isfinite(values)] = np.nan
    return out


def listed(values: Floats, known: Bools | None = None, digits: int = DIGITS) -> list[float | None]:
    """As JSON numbers: None where not finite, or where ``known`` is false."""
    table = rounded(values, digits)
    blank = ~np.isfinite(table)
    if known is not None:
        blank |= ~known
    whole = (table == np.floor(table)) & (np.abs(table) < 2**53)
    numbers: list[float | None] = table.tolist()
    for place in np.flatnonzero(whole & ~blank).tolist():
        numbers[place] = int(numbers[place] or 0)
    for place in np.flatnonzero(blank).tolist():
        numbers[place] = None
    return numbers


def number(value: float, digits: int = DIGITS) -> float:
    """One number for the wire; 0 where it is not finite."""
    return listed(np.array([value]), digits=digits)[0] or 0
