"""When each namespace last had traffic, as far as any collection of this installation can tell."""

from collections.abc import Collection
from typing import Final

import structlog
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import Max

from mesh.traffic import COUNTERS, Snapshot
from snapshots import domain
from snapshots.domain import Seen
from snapshots.models import SeenTraffic

log = structlog.get_logger(__name__)
#: Kubernetes names have at most 63 characters; what is longer is no namespace of a cluster.
_LONGEST: Final = 253
_FIELDS: Final = ("at", "quiet_from", "quiet_until")


def note(snapshot: Snapshot) -> None:
    """Write down which namespaces had traffic in the snapshot's window, and which of those known had none.

    A window of which some counter did not arrive says nothing about quiet.
    """
    busy = {name for name in domain.busy_namespaces(snapshot.traffic) if _storable(name)}
    whole = not {one.column for one in snapshot.missing} & set(COUNTERS)
    try:
        with transaction.atomic():
            rows = SeenTraffic.objects.select_for_update()
            known = {row.namespace: Seen(row.at, row.quiet_from, row.quiet_until) for row in rows}
            judged = busy | (known.keys() if whole else set())
            _write({name: _after(known.get(name, Seen()), name in busy, snapshot) for name in judged})
    except DatabaseError:
        log.exception("the database does not answer; when traffic was last seen is not written down")


def last(namespaces: Collection[str]) -> float | None:
    """When any of the namespaces last had traffic, at the latest (epoch seconds), or ``None``."""
    try:
        some = SeenTraffic.objects.filter(namespace__in=list(filter(_storable, namespaces)))
        found: float | None = some.aggregate(last=Max("at"))["last"]
    except DatabaseError:
        log.exception("the database does not answer; nobody knows when traffic was last seen")
        return None
    return found


def _after(known: Seen, busy: bool, snapshot: Snapshot) -> Seen:
    return domain.seen(known, busy, snapshot.window_seconds, snapshot.taken_at)


def _write(states: dict[str, Seen]) -> None:
    rows = [
        SeenTraffic(namespace=name, at=one.at, quiet_from=one.quiet_from, quiet_until=one.quiet_until)
        for name, one in sorted(states.items())
    ]
    SeenTraffic.objects.bulk_create(
        rows, batch_size=200, update_conflicts=True, unique_fields=["namespace"], update_fields=_FIELDS
    )


def _storable(name: str) -> bool:
    return len(name) <= _LONGEST and "\0" not in name
