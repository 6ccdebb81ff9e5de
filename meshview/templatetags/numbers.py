"""Numbers as a person reads them: the same results as ``frontend/src/parts/format.ts`` (one table of cases,
``frontend/test/fixtures/values.json``, holds both to it).

Rates per second, latencies milliseconds, sizes bytes, shares 0 to 1, ages seconds. ``None`` and what is not
finite is a dash.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

NOTHING: Final = "–"
_PREFIXES: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_HIDDEN: Final = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def known(value: Any) -> bool:
    """Whether it is a number that can be shown."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def digits(value: float) -> str:
    """At most three significant digits, without exponent and without trailing zeros."""
    if value == 0:
        return "0"
    rounded = _precise(value)
    decimals = min(max(0, 2 - math.floor(math.log10(abs(rounded)))), 6)
    text = str(Decimal(rounded).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    return re.sub(r"(\.\d*?)0+$", r"\1", text).removesuffix(".")


def _precise(value: float) -> float:
    """To three significant digits, halves away from zero, as JavaScript's ``toPrecision`` does."""
    exact_value = Decimal(value)
    return float(exact_value.quantize(Decimal(1).scaleb(exact_value.adjusted() - 2), ROUND_HALF_UP))


def _prefixed(value: float) -> tuple[str, str]:
    for size_, prefix in _PREFIXES:
        if value and abs(_precise(value)) >= size_:
            return digits(value / size_), prefix
    return digits(value), ""


def count(value: float | None) -> str:
    """A bare number: ``1.24k``, ``87``, ``0.3``."""
    return NOTHING if value is None or not known(value) else "".join(_prefixed(value))


def rate(value: float | None, unit: str = "rps") -> str:
    """Requests per second: ``1.24k rps``; slow ones stay readable: ``< 0.01 rps``."""
    if value is None or not known(value):
        return NOTHING
    text = "< 0.01" if 0 < value < 0.01 else count(value)
    return f"{text} {unit}".strip()


def byte_rate(value: float | None) -> str:
    """Bytes per second: ``1.2 MB/s``."""
    if value is None or not known(value):
        return NOTHING
    if 0 < value < 1:
        return "< 1 B/s"
    return "{} {}B/s".format(*_prefixed(value))


def size(value: float | None) -> str:
    """Bytes: ``1.2 MB``."""
    return NOTHING if value is None or not known(value) else "{} {}B".format(*_prefixed(value))


def ms(value: float | None) -> str:
    """Milliseconds as ``0.4 ms``, ``87 ms``, ``1.1 s``, ``2.5 min``."""
    if value is None or not known(value):
        return NOTHING
    if value >= 120_000:
        return f"{digits(value / 60_000)} min"
    return f"{digits(value / 1000)} s" if value >= 1000 else f"{digits(value)} ms"


def share(value: float | None) -> str:
    """A share 0..1 as per cent. What is not all never reads 100 %, what is not none never 0 %."""
    if value is None or not known(value):
        return NOTHING
    if 0 < value < 0.0001:
        return "< 0.01 %"
    text = digits(value * 100)
    return "> 99.9 %" if value < 1 and text == "100" else f"{text} %"


def exact(value: float | None, unit: str = "") -> str:
    """The exact value for hover and copy."""
    if value is None or not known(value):
        return "not known"
    number = str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    return f"{number} {unit}".strip()


def span(seconds: float) -> str:
    """A length of time in words: ``8 s``, ``5 min``, ``3 h``, ``2 d``."""
    whole = max(0, math.floor(seconds + 0.5))
    if whole < 120:
        return f"{whole // 60} min" if whole % 60 == 0 and whole > 0 else f"{whole} s"
    if whole < 7200:
        return f"{math.floor(whole / 60 + 0.5)} min"
    return f"{digits(whole / 3600)} h" if whole < 172_800 else f"{math.floor(whole / 86_400 + 0.5)} d"


def ago(seconds: float | None) -> str:
    """How long ago, from an age in seconds."""
    if seconds is None or not known(seconds):
        return NOTHING
    return "just now" if seconds < 1 else f"{span(seconds)} ago"


def when(moment: float | None, now: float | None = None) -> str:
    """``14:03:12`` of epoch seconds, with the day in front when it is not today. In UTC: the browser, which
    knows the reader's zone, writes it anew (``parts/time.html``).
    """
    if moment is None or not known(moment):
        return NOTHING
    date = datetime.fromtimestamp(moment, UTC)
    today = datetime.fromtimestamp(now, UTC) if now is not None else datetime.now(UTC)
    day = "" if date.date() == today.date() else f"{date.day} {date:%b} "
    return f"{day}{date:%H:%M:%S}"


def clean(text: str) -> str:
    """Names as they may be shown: control characters, and those that turn text, are made visible."""
    return _HIDDEN.sub("\ufffd", text)


def middle(text: str, length: int) -> str:
    """Long names lose their middle: both ends tell names apart."""
    if len(text) <= length:
        return text
    head = math.ceil((length - 1) / 2)
    return f"{text[:head]}…{text[len(text) - (length - 1 - head) :]}"


def plural(many: int, one: str, more: str = "") -> str:
    """``1 edge``, ``2 edges``."""
    return f"{many:,} {one if many == 1 else more or one + 's'}"


def polyline(points: Sequence[float | None], width: float, height: float) -> tuple[str, str]:
    """SVG path data of a line and of the area under it, from zero to the highest value. A gap is a gap."""
    top = max((point for point in points if point is not None and known(point)), default=0.0) or 1.0
    step = width / max(len(points) - 1, 1)
    lines, areas = [], []
    for part in _unbroken(points):
        dots = [f"{place * step:.1f} {height - value / top * height:.1f}" for place, value in part]
        lines.append("M" + "L".join(dots if len(dots) > 1 else dots * 2))
        first, last = part[0][0] * step, part[-1][0] * step
        areas.append(f"M{first:.1f} {height:g}L{'L'.join(dots)}L{last:.1f} {height:g}Z")
    return "".join(lines), "".join(areas)


def _unbroken(points: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    parts: list[list[tuple[int, float]]] = []
    open_part = False
    for place, value in enumerate(points):
        if value is None or not known(value):
            open_part = False
            continue
        if not open_part:
            parts.append([])
        parts[-1].append((place, max(value, 0.0)))
        open_part = True
    return parts
