"""``{% load values %}``: numbers, times and names in templates, and small pictures.

Filters: ``count``, ``rate``, ``byte_rate``, ``size``, ``ms``, ``share``, ``exact``, ``span``, ``ago``,
``when``, ``iso``, ``clean``, ``middle``, ``status_word``. Tags: ``sparkline``, ``shares``, ``plural``,
``change`` (this page's query with some parameters changed).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import template
from django.http import QueryDict

from graph.freshness import rfc3339
from meshview.templatetags import numbers

register = template.Library()
for _filter in (
    numbers.count,
    numbers.rate,
    numbers.byte_rate,
    numbers.size,
    numbers.ms,
    numbers.share,
    numbers.exact,
    numbers.span,
    numbers.ago,
    numbers.when,
    numbers.clean,
):
    register.filter(_filter.__name__, _filter)

STATUS_WORDS: Final = {
    "healthy": "Healthy",
    "degraded": "Degraded",
    "failure": "Failing",
    "not_ready": "Not ready",
    "idle": "Idle",
    "unknown": "Not known",
}


@register.filter
def middle(text: str, length: int) -> str:
    """A name that loses its middle when it is longer, with nothing hidden in it."""
    return numbers.middle(numbers.clean(str(text)), length)


@register.filter
def iso(moment: float | None) -> str:
    """Epoch seconds as RFC 3339, for ``<time datetime>``."""
    return "" if moment is None else rfc3339(moment)


@register.filter
def status_word(status: str) -> str:
    """The word beside a status mark."""
    return STATUS_WORDS.get(status, status)


@register.simple_tag
def plural(many: int, one: str, more: str = "") -> str:
    """``{% plural 3 "workload" %}``."""
    return numbers.plural(many, one, more)


@register.simple_tag(takes_context=True)
def change(context: template.Context, **changes: Any) -> str:
    """This page's query with parameters changed (``None`` or ``""`` takes one out), for ``href="?…"``."""
    query = QueryDict(mutable=True)
    query.update(context["request"].GET)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return query.urlencode(safe=",/:")


@register.inclusion_tag("parts/sparkline.html")
def sparkline(
    points: Sequence[float | None] | None, label: str = "", tone: str = "", width: int = 88, height: int = 20
) -> dict[str, Any]:
    """A small line: values in order of time, ``None`` where nothing is known. ``label`` says it in words."""
    values = list(points or ())
    some = any(numbers.known(value) for value in values)
    line, area = numbers.polyline(values, width, height - 3) if some else ("", "")
    return {"line": line, "area": area, "label": label, "tone": tone, "width": width, "height": height}


@register.inclusion_tag("parts/shares.html")
def shares(counts: dict[str, int], width: int = 120, label: str = "") -> dict[str, Any]:
    """A bar of things by status, worst last: each part as wide as its share."""
    whole = sum(counts.values())
    parts, left = [], 0.0
    for status in _ordered(counts):
        part = width * counts[status] / whole
        parts.append({"status": status, "x": f"{left:.1f}", "width": f"{max(part - 1, 1.5):.1f}"})
        left += part
    words = ", ".join(f"{counts[s]} {STATUS_WORDS.get(s, s).lower()}" for s in _ordered(counts))
    return {"parts": parts, "width": width, "label": label or words}


def _ordered(counts: dict[str, int]) -> Iterable[str]:
    return [status for status in STATUS_WORDS if counts.get(status)]
