"""Snapshots in the database, and the few decoded ones that this process keeps in memory.

The database says which is the newest; it is asked at most twice a second per window, so that readers cost it
nothing. When it does not answer, what is in memory is served.
"""

import threading
import time
from collections import OrderedDict
from typing import Final

import structlog
from django.db import Error as DatabaseError

from mesh.traffic import Snapshot
from snapshots.codec import decode, encode
from snapshots.measures import CACHE
from snapshots.models import StoredSnapshot

log = structlog.get_logger(__name__)
#: Stored snapshots: of each moving window, and with a fixed end altogether.
KEPT_MOVING: Final = 2
KEPT_FIXED: Final = 24
_KEPT_DECODED: Final = 12
_POINTER_SECONDS: Final = 0.5

_lock = threading.Lock()
#: A window's length and its end; ``None`` is the moving end.
Key = tuple[int, float | None]
_decoded: OrderedDict[Key, Snapshot] = OrderedDict()
_pointers: dict[Key, tuple[float, str | None]] = {}


def save(snapshot: Snapshot, at: float | None) -> None:
    """Stores a snapshot of a moving window (``at`` is ``None``) or of one that ends at ``at``, and drops old
    ones.
    """
    moving = at is None
    StoredSnapshot.objects.create(
        id=snapshot.id,
        window_seconds=snapshot.window_seconds,
        taken_at=snapshot.taken_at,
        moving=moving,
        duration_seconds=snapshot.duration_seconds,
        stored_at=time.time(),
        payload=encode(snapshot),
    )
    same = StoredSnapshot.objects.filter(moving=moving)
    if moving:
        same = same.filter(window_seconds=snapshot.window_seconds)
    kept = KEPT_MOVING if moving else KEPT_FIXED
    old = list(same.order_by("-stored_at").values_list("id", flat=True)[kept:])
    StoredSnapshot.objects.filter(id__in=old).delete()
    with _lock:
        _keep((snapshot.window_seconds, at), snapshot)
        _pointers[snapshot.window_seconds, at] = time.monotonic(), snapshot.id


def load(window_seconds: int, at: float | None) -> Snapshot | None:
    """The newest snapshot of a moving window, or the one that ends at ``at``; ``None`` if there is none."""
    key = (window_seconds, at)
    name = _pointer(key)
    if name is None:
        return None
    known = _decoded.get(key)
    if known and known.id == name:
        CACHE.labels("hit").inc()
        return known
    CACHE.labels("miss").inc()
    return _read(key, name) or known


def taken() -> list[tuple[int, float, float]]:
    """(window, taken at, seconds the collection took) of the newest snapshot of each moving window."""
    rows = StoredSnapshot.objects.filter(moving=True).order_by("taken_at")
    newest = {row[0]: row for row in rows.values_list("window_seconds", "taken_at", "duration_seconds")}
    return sorted(newest.values())


def forget() -> None:
    """Drops what this process keeps in memory (for tests)."""
    with _lock:
        _decoded.clear()
        _pointers.clear()


def _pointer(key: Key) -> str | None:
    asked, name = _pointers.get(key, (-_POINTER_SECONDS, None))
    if time.monotonic() - asked < _POINTER_SECONDS:
        return name
    try:
        name = _newest_id(*key)
    except DatabaseError:
        log.exception("the database does not answer; serving what is in memory")
    with _lock:
        if len(_pointers) > 500:
            _pointers.clear()
        _pointers[key] = time.monotonic(), name
    return name


def _newest_id(window_seconds: int, at: float | None) -> str | None:
    same = StoredSnapshot.objects.filter(window_seconds=window_seconds, moving=at is None)
    if at is not None:
        same = same.filter(taken_at=at)
    return same.order_by("-taken_at").values_list("id", flat=True).first()


def _read(key: Key, name: str) -> Snapshot | None:
    try:
        payload = StoredSnapshot.objects.filter(id=name).values_list("payload", flat=True).first()
        snapshot = decode(payload) if payload else None
    except DatabaseError:
        log.exception("the database does not answer, and this snapshot is not in memory", id=name)
        return None
    except ValueError:
        log.exception("a stored snapshot cannot be read; it is dropped", id=name)
        StoredSnapshot.objects.filter(id=name).delete()
        return None
    if snapshot:
        with _lock:
            _keep(key, snapshot)
    return snapshot


def _keep(key: Key, snapshot: Snapshot) -> None:
    _decoded[key] = snapshot
    _decoded.move_to_end(key)
    while len(_decoded) > _KEPT_DECODED:
        _decoded.popitem(last=False)
