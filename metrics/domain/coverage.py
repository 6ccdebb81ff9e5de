"""How much of a window was scraped at all."""

from collections.abc import Sequence
from typing import Final

from mesh.window import format_duration

#: A window's first sample comes up to a step or a scrape late; only below this share are rates truly low.
_ENOUGH: Final = 0.85


def coverage_note(covered_seconds: Sequence[float], window_seconds: int) -> str | None:
    """What to say about a window that telemetry covers only in part; ``None`` when whole or not known."""
    if not covered_seconds or max(covered_seconds) >= _ENOUGH * window_seconds:
        return None
    covered, window = _spoken(max(covered_seconds)), format_duration(window_seconds)
    return f"Telemetry covers only {covered} of these {window}, so rates read low."


def _spoken(seconds: float) -> str:
    """Seconds up to two minutes, beyond that whole minutes."""
    return f"{seconds:.0f} s" if seconds < 120 else format_duration(seconds // 60 * 60)
