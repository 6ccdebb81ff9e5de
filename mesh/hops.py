"""The edges of a traffic table as integer columns, with each workload named one way.

Two proxies describe the same pod from two sides and may disagree: only the pod's own proxy is sure of its
app, version and cluster (Istio: a peer's labels come by metadata exchange or from the endpoint, which knows
neither app nor version; istio#29373 for the missing destination cluster). So the own report names the
workload, the peer's fills gaps.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from mesh.identity import UNKNOWN, Edge, Protocol, Reporter, Service, Workload

PROTOCOLS: Final[tuple[Protocol, ...]] = ("http", "grpc", "tcp")
HTTP, GRPC, TCP = range(3)
REPORTERS: Final[tuple[Reporter, ...]] = ("source", "destination", "waypoint")
SOURCE, DESTINATION, WAYPOINT = range(3)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
T = TypeVar("T", bound=Hashable)
Ordered = TypeVar("Ordered", str, tuple[str, str, str])


@dataclass(frozen=True, slots=True)
class Hops:
    """Columns of length ``len(edges)``: ``source``, ``destination`` index ``workloads``; ``service`` indexes
    ``services``; ``protocol`` and ``reporter`` index ``PROTOCOLS`` and ``REPORTERS``.

    Two workloads that differ only in app or version share one number in ``identity``, which is per workload.
    ``reports[w]`` says whether the workload's own proxy sent any report.
    """

    workloads: tuple[Workload, ...]
    services: tuple[Service, ...]
    source: Ints
    destination: Ints
    service: Ints
    protocol: Ints
    reporter: Ints
    identity: Ints
    known: Bools
    reports: Bools


def is_known(value: str) -> bool:
    """Whether a label says anything: neither absent nor Istio's literal ``unknown``."""
    return value not in ("", UNKNOWN)


def intern(values: Iterable[T]) -> tuple[tuple[T, ...], Ints]:
    """The distinct values in order of appearance, and for each given value its index among them."""
    table: dict[T, int] = {}
    index = np.fromiter((table.setdefault(value, len(table)) for value in values), dtype=np.int64)
    return tuple(table), index


def intern_sorted(values: Iterable[Ordered]) -> tuple[tuple[Ordered, ...], Ints]:
    """As ``intern``, with the distinct values in their own order, whatever order they came in."""
    table, index = intern(values)
    order = sorted(range(len(table)), key=table.__getitem__)
    place = np.zeros(len(table), dtype=np.int64)
    place[order] = np.arange(len(table))
    return tuple(table[number] for number in order), place[index]


def hops(edges: Sequence[Edge]) -> Hops:
    """Index the edges, settling every workload's cluster, app and version first."""
    sources, destinations = _with_clusters(edges)
    named = _namer(edges, sources, destinations)
    count = len(edges)
    workloads, index = intern([named(w) for w in sources] + [named(w) for w in destinations])
    services, service = intern(edge.service for edge in edges)
    _, identity = intern(workload[:3] for workload in workloads)
    source, destination = index[:count], index[count:]
    reporter = np.fromiter((REPORTERS.index(edge.reporter) for edge in edges), dtype=np.int64, count=count)
    own = np.zeros(int(identity.max(initial=-1)) + 1, dtype=np.bool_)
    own[identity[source[reporter == SOURCE]]] = True
    own[identity[destination[reporter == DESTINATION]]] = True
    return Hops(
        workloads=workloads,
        services=services,
        source=source,
        destination=destination,
        service=service,
        protocol=np.fromiter((PROTOCOLS.index(edge.protocol) for edge in edges), dtype=np.int64, count=count),
        reporter=reporter,
        identity=identity,
        known=np.fromiter((is_known(w.name) for w in workloads), dtype=np.bool_, count=len(workloads)),
        reports=own[identity],
    )


def _with_clusters(edges: Sequence[Edge]) -> tuple[list[Workload], list[Workload]]:
    """Both sides of every edge; a side without a cluster gets its peer's."""
    sources, destinations = [], []
    for source, destination, *_ in edges:
        ours, theirs = source.cluster, destination.cluster
        if not is_known(ours):
            source = source._replace(cluster=theirs if is_known(theirs) else UNKNOWN)
        if not is_known(theirs):
            destination = destination._replace(cluster=ours if is_known(ours) else UNKNOWN)
        sources.append(source)
        destinations.append(destination)
    return sources, destinations


def _namer(
    edges: Sequence[Edge], sources: Sequence[Workload], destinations: Sequence[Workload]
) -> Callable[[Workload], Workload]:
    """A function that gives a workload the app and version its own proxy reports, when they are one pair."""
    own: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    peer: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for edge, source, destination in zip(edges, sources, destinations, strict=True):
        from_source, from_destination = (
            (own, peer)
            if edge.reporter == "source"
            else (peer, own if edge.reporter == "destination" else peer)
        )
        from_source.setdefault(source[:3], set()).add((source.app, source.version))
        from_destination.setdefault(destination[:3], set()).add((destination.app, destination.version))

    cache: dict[Workload, Workload] = {}

    def named(workload: Workload) -> Workload:
        if workload not in cache:
            app, version = _settled(workload, own.get(workload[:3]), peer.get(workload[:3], set()))
            cache[workload] = workload._replace(app=app, version=version)
        return cache[workload]

    return named


def _settled(
    workload: Workload, own: set[tuple[str, str]] | None, peer: set[tuple[str, str]]
) -> tuple[str, str]:
    """App and version: as given if the own proxy says so, else the only pair it says, else gaps filled."""
    if not is_known(workload.name):
        return workload.app, workload.version
    given = (workload.app, workload.version)
    if own and given in own:
        return given
    if own and len(own) == 1:
        return next(iter(own))
    return _only(given[0], own or peer, 0), _only(given[1], own or peer, 1)


def _only(value: str, pairs: set[tuple[str, str]], place: int) -> str:
    others = {pair[place] for pair in pairs if is_known(pair[place])}
    return value if is_known(value) or len(others) != 1 else next(iter(others))
