"""What there is, for whoever must tell a quiet namespace from one that does not exist."""

import threading
import time
from collections import OrderedDict
from typing import Final

from inventory.domain import names
from inventory.domain.names import Inventory
from mesh.traffic import Snapshot
from sources import shared

#: A namespace without traffic stays known this long after it was last seen.
REMEMBER_SECONDS: Final = 86_400.0
_KEY: Final = "inventory:namespaces"
_KEPT: Final = 8

_lock = threading.Lock()
_by_snapshot: OrderedDict[str, Inventory] = OrderedDict()


def of(snapshot: Snapshot) -> Inventory:
    """The inventory of one snapshot; computed once per snapshot."""
    with _lock:
        if (known := _by_snapshot.get(snapshot.id)) is not None:
            _by_snapshot.move_to_end(snapshot.id)
            return known
    found = names.inventory(snapshot.traffic)
    _remember(found)
    with _lock:
        _by_snapshot[snapshot.id] = found
        while len(_by_snapshot) > _KEPT:
            _by_snapshot.popitem(last=False)
    return found


def namespaces(snapshot: Snapshot) -> frozenset[str]:
    """Every namespace of the snapshot, and those seen in any other during the last day."""
    return of(snapshot).namespaces | frozenset(shared.get(_KEY) or {})


def forget() -> None:
    """Drops what this process remembers (for tests)."""
    with _lock:
        _by_snapshot.clear()
    shared.put(_KEY, {}, 1)


def _remember(found: Inventory) -> None:
    known = shared.get(_KEY) or {}
    shared.put(
        _KEY, names.remembered(known, found.namespaces, time.time(), REMEMBER_SECONDS), REMEMBER_SECONDS
    )
