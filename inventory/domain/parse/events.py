"""Events, in the form of core/v1 and in that of events.k8s.io/v1."""

from collections.abc import Mapping
from typing import Any

from inventory.domain.objects import Event, Meta, Ref
from inventory.domain.parse.fields import integer, mapping, moment, text


def event(raw: Mapping[str, Any], meta: Meta) -> Event:
    """The newer form keeps the older one's fields under ``deprecated…``; a series counts on from there."""
    about = mapping(raw, "involvedObject") or mapping(raw, "regarding")
    series = mapping(raw, "series")
    happened = moment(raw.get("eventTime"))
    first = _first(moment(raw.get("firstTimestamp")), moment(raw.get("deprecatedFirstTimestamp")), happened)
    last = _first(
        moment(series.get("lastObservedTime")),
        moment(raw.get("lastTimestamp")),
        moment(raw.get("deprecatedLastTimestamp")),
        happened,
        first,
        meta.created_at,
    )
    counts = (series.get("count"), raw.get("count"), raw.get("deprecatedCount"))
    return Event(
        meta=meta,
        about=Ref(text(about.get("kind")), text(about.get("name"))),
        type=text(raw.get("type")) or "Normal",
        reason=text(raw.get("reason")),
        message=text(raw.get("message")) or text(raw.get("note")),
        count=max(1, next(filter(None, map(integer, counts)), 1)),
        first_at=_first(first, last),
        last_at=last,
        source=_source(raw),
    )


def _first(*moments: float | None) -> float | None:
    return next((one for one in moments if one is not None), None)


def _source(raw: Mapping[str, Any]) -> str:
    said = (
        mapping(raw, "source").get("component"),
        raw.get("reportingComponent"),
        raw.get("reportingController"),
        mapping(raw, "deprecatedSource").get("component"),
    )
    return next(filter(None, map(text, said)), "")
