"""The list of namespaces."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from accounts.services import visible_namespaces
from graph.contract import NamespaceList
from graph.domain import namespaces, paging
from graph.domain.namespaces import Namespace
from graph.freshness import data_status, freshness
from graph.services import find_snapshot, scene_of
from inventory import services as inventory
from mesh.health import STATUSES
from mesh.traffic import Snapshot
from snapshots import services as snapshots
from snapshots.services import Job


def _rate(item: Namespace) -> float:
    inbound = item.traffic.inbound
    return sum(one.rate for one in (inbound.http, inbound.grpc) if one)


def _error_share(item: Namespace) -> float:
    inbound = item.traffic.inbound
    failed = sum(one.rate * (one.error_share or 0) for one in (inbound.http, inbound.grpc) if one)
    return failed / rate if (rate := _rate(item)) else 0.0


_KEYS: Final[dict[str, Callable[[Namespace], Any]]] = {
    "name": lambda item: (item.name, item.cluster or ""),
    "rate": lambda item: (_rate(item), item.name),
    "errors": lambda item: (_error_share(item), item.name),
    "health": lambda item: (STATUSES.index(item.health.status), item.name),
}
SORTS: Final = tuple(_KEYS)


def namespace_list(query: paging.ListQuery, user: Any = None) -> NamespaceList | Job:
    """One page of the namespaces the user may see, or the job that will collect what it needs."""
    snapshot = find_snapshot(query.window_seconds, None)
    if snapshot is None:
        return snapshots.request(query.window_seconds, None)
    visible = visible_namespaces(user, inventory.namespaces(snapshot))
    everything = _items(_Once(snapshot), visible)
    page = paging.page(everything, query, lambda item: item.name, _KEYS[query.sort.removeprefix("-")])
    status = data_status(snapshot, False, snapshots.failures())
    return NamespaceList(freshness(snapshot), status, page.items, page.next, page.total)


class _Once:
    """A snapshot that equals any other of the same id."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other.snapshot.id == self.snapshot.id

    def __hash__(self) -> int:
        return hash(self.snapshot.id)


@lru_cache(maxsize=4)
def _items(once: _Once, visible: frozenset[str]) -> tuple[Namespace, ...]:
    return tuple(namespaces.namespaces(scene_of(once.snapshot), visible))


def forget() -> None:
    """Drops what this process keeps in memory (for tests)."""
    _items.cache_clear()
