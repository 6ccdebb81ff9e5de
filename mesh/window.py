"""Windows of time, written as Prometheus durations (``5m``, ``1h30m``, ``24h``).

The grammar is Prometheus' own: whole numbers with the units ``ms s m h d w y``, each unit at most once,
largest first. A window is one of ``WINDOWS``: a fixed list, so that everyone who looks at "about an hour"
shares one collection.
"""

import re
from typing import Final

from mesh.errors import CallerError

_UNITS: Final = (("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000))
_SMALL: Final = (("m", 60_000), ("s", 1000), ("ms", 1))
_MILLISECONDS: Final = dict(_UNITS + _SMALL)
_DURATION: Final = re.compile("".join(rf"(?:(\d{{1,12}}){unit})?" for unit in _MILLISECONDS), re.ASCII)

#: Seconds of the windows that can be asked for: 1m 2m 5m 10m 15m 30m 1h 3h 6h 12h 24h.
WINDOWS: Final[tuple[int, ...]] = (60, 120, 300, 600, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400)


def parse_duration(text: str) -> float:
    """Seconds of a Prometheus duration. Raises ``CallerError`` (``bad_duration``) for anything else."""
    match = _DURATION.fullmatch(text) if text and len(text) <= 64 else None
    if match is None:
        message = f"{text[:40]!r} is not a duration. Write one like 30s, 5m or 1h."
        raise CallerError("bad_duration", message, {"value": text[:200]})
    amounts = zip(match.groups(default="0"), _MILLISECONDS.values(), strict=True)
    return sum(int(amount) * unit for amount, unit in amounts) / 1000


def parse_window(text: str) -> int:
    """Seconds of one of ``WINDOWS``. Raises ``CallerError`` (``unknown_window``) with the list of what is
    allowed.
    """
    allowed = [format_duration(seconds) for seconds in WINDOWS]
    try:
        seconds = parse_duration(text)
    except CallerError:
        seconds = -1.0
    if seconds not in WINDOWS:
        message = f"{text[:40]!r} is not a window of this dashboard. It has {', '.join(allowed)}."
        raise CallerError("unknown_window", message, {"value": text[:200], "allowed": allowed})
    return int(seconds)


def format_duration(seconds: float) -> str:
    """The shortest Prometheus duration of that many seconds: ``90`` gives ``1m30s``, ``86400`` gives
    ``24h``.
    """
    rest = round(seconds * 1000)
    parts = []
    for unit in ("h", "m", "s", "ms"):
        amount, rest = divmod(rest, _MILLISECONDS[unit])
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts) or "0s"
