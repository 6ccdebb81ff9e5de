"""Rows of namespaces, apps, workloads and services, from snapshot and inventory alone: nothing here waits on
a source.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from typing import Any, Final

from accounts.services import visible_namespaces
from graph.ahead import Ahead
from graph.services import find_snapshot, scene_of
from inventory import services as inventory
from inventory.domain.world import World
from mesh.traffic import Snapshot
from snapshots import services as snapshots
from snapshots.services import Job
from workloads.domain.rows import rows
from workloads.domain.things import Kind, Thing, Things

__all__ = ["Job", "Things", "forget", "make_ahead", "things", "visible"]

#: Readers get the rows before these this long after a new snapshot, no longer: then theirs are made at once.
_GRACE_SECONDS: Final = 10.0
_KEPT: Final = 12
_made: Final[OrderedDict[Hashable, Things]] = OrderedDict()
_ahead: Final = Ahead[Things]()
#: Rows are pure computation: made side by side they only take turns. Namespaces count the workloads' rows.
_one_at_a_time: Final = threading.RLock()


def things(kind: Kind, window_seconds: int, at: float | None = None) -> Things | Job:
    """All rows of a kind, or the job that will collect what they need. ``at`` is the end of the window in
    epoch seconds, ``None`` the newest. Made once per (snapshot, revision of the world).
    """
    snapshot = find_snapshot(window_seconds, at)
    if snapshot is None:
        return snapshots.request(window_seconds, at)
    if at is not None:
        return _now(kind, snapshot)
    return _at_once(kind, snapshot)


def visible(found: Things, user: Any) -> Things:
    """Only what the user may see; the same value where that is everything."""
    names = found.known | {_namespace(row) for row in found.rows}
    seen = visible_namespaces(user, names)
    if seen >= names:
        return found
    key = ("visible", seen)
    if key not in found.memo:
        kept = tuple(row for row in found.rows if _namespace(row) in seen)
        found.memo[key] = replace(found, rows=kept, known=seen, memo={})
    narrowed: Things = found.memo[key]
    return narrowed


def make_ahead() -> None:
    """From now on this process makes the rows of a new snapshot before they are asked for."""
    _ahead.start()


def forget() -> None:
    """Drops what this process keeps in memory (for tests)."""
    _made.clear()
    _ahead.clear()


def _at_once(kind: Kind, snapshot: Snapshot) -> Things:
    """The rows without waiting: those there are, else the ones before them while these are being made."""
    question = (kind, snapshot.window_seconds)

    def newest() -> Things | None:
        found = snapshots.newest(snapshot.window_seconds)
        return None if found is None else _now(kind, found)

    earlier = _ahead.earlier(question, newest)
    world = _world(snapshot)
    ready = _made.get((kind, snapshot.id, world.revision))
    if ready is None and earlier is not None and _good_enough(earlier, snapshot):
        return earlier
    answer = ready or _now(kind, snapshot, world)
    _ahead.remember(question, answer)
    return answer


def _good_enough(earlier: Things, snapshot: Snapshot) -> bool:
    """Whether a moment more may pass: the snapshot just arrived, or only the inventory moved."""
    age = time.time() - snapshot.taken_at - snapshot.duration_seconds
    return earlier.snapshot.id == snapshot.id or age < _GRACE_SECONDS


def _now(kind: Kind, snapshot: Snapshot, world: World | None = None) -> Things:
    with _one_at_a_time:
        world = world or _world(snapshot)
        key = (kind, snapshot.id, world.revision)
        if key not in _made:
            _made[key] = _make(kind, snapshot, world)
            while len(_made) > _KEPT:
                _made.popitem(last=False)
        return _made[key]


def _make(kind: Kind, snapshot: Snapshot, world: World) -> Things:
    counted = _now("workloads", snapshot, world).rows if kind == "namespaces" else ()
    known = inventory.namespaces(snapshot) | {key.name for key in world.namespaces}
    made = rows(kind, scene_of(snapshot), world, counted, known)
    return Things(kind, made, snapshot, world, known)


def _world(snapshot: Snapshot) -> World:
    merged = getattr(inventory, "world", None)
    found: World = merged(snapshot) if merged else World(snapshot.id)
    return found


def _namespace(row: Thing) -> str:
    return row.key.namespace or row.key.name
