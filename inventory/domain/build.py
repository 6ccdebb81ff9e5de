"""The world from the objects of all sources and the names of one collection.

Namespaces are made one by one, and those whose objects and names are the same as last time are taken over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from inventory.domain.merge import BySource, by_place
from inventory.domain.objects import Gap, Objects, Pod
from inventory.domain.parts import Inputs, Part, part
from inventory.domain.telemetry import NOTHING, Named, Names, Place
from inventory.domain.workloads import TELEMETRY
from inventory.domain.world import World
from mesh.identity import UNKNOWN


@dataclass(frozen=True, slots=True)
class Built:
    """A world, and the parts it is made of, to make the next one from."""

    world: World
    parts: Mapping[Place, Part] = field(default_factory=dict)


NOTHING_BUILT: Final = Built(World(""))


def build(sources: Sequence[Objects], names: Names, now: float, old: Built = NOTHING_BUILT) -> Built:
    """The world as it is. ``sources`` in order of trust: of the same object the first one's counts."""
    places = by_place(sources)
    clusters = sorted({cluster for cluster, _ in places})
    home = clusters[0] if len(clusters) == 1 else UNKNOWN
    named = _at_home(names.places, home)
    gaps = [gap for source in sources for gap in source.gaps]
    with_pods = _with_pods(places, gaps)
    parts = {
        place: _part(
            place,
            Inputs(places.get(place, {}), named.get(place, NOTHING), place in with_pods),
            old.parts.get(place),
        )
        for place in sorted({*places, *named})
    }
    gaps += _strangers(clusters, {cluster for cluster, _ in named}, now, old.world.gaps)
    world = World(
        revision=_revision(sources, names, gaps),
        namespaces={one.namespace.key: one.namespace for one in parts.values()},
        workloads=_all(one.workloads for one in parts.values()),
        apps=_all(one.apps for one in parts.values()),
        services=_all(one.services for one in parts.values()),
        events=_all(one.events for one in parts.values()),
        gaps=tuple(gaps),
        sources=tuple(one.source for one in sources),
        home=home,
    )
    return Built(world, parts)


def _with_pods(places: Mapping[Place, BySource], gaps: Iterable[Gap]) -> set[Place]:
    """Where all pods are known: in a cluster of which some are, without a gap."""
    clusters = {
        place[0]
        for place, found in places.items()
        if any(isinstance(one, Pod) for listed in found.values() for one in listed)
    }
    unknown = {gap.namespace for gap in gaps if gap.kind == "Pod"}
    return {
        place for place in places if place[0] in clusters and "" not in unknown and place[1] not in unknown
    }


def _revision(sources: Iterable[Objects], names: Names, gaps: Iterable[Gap]) -> str:
    parts = ([(one.source, one.revision) for one in sources], names.revision, gaps)
    return blake2b(repr(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _part(place: Place, inputs: Inputs, old: Part | None) -> Part:
    """The old one if nothing it was made from has changed; lists of the same objects compare quickly."""
    return old if old is not None and old.inputs == inputs else part(place, inputs)


def _at_home(places: Mapping[Place, Named], home: str) -> dict[Place, Named]:
    """Names of traffic without a cluster label put into the only cluster there is."""
    result = dict(places)
    for place in [place for place in places if place[0] == UNKNOWN and home != UNKNOWN]:
        found, there = result.pop(place), result.get((home, place[1]), NOTHING)
        result[home, place[1]] = Named(
            _merged(there.workloads, found.workloads),
            tuple(dict.fromkeys((*there.apps, *found.apps))),
            _merged(there.services, found.services),
        )
    return result


def _merged(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    names = {one.name for one in first}
    return (*first, *(one for one in second if one.name not in names))


def _all(mappings: Iterable[Mapping[Any, Any]]) -> dict[Any, Any]:
    return {key: value for mapping in mappings for key, value in mapping.items()}


def _strangers(clusters: Sequence[str], seen: set[str], now: float, old: Iterable[Gap]) -> list[Gap]:
    """Traffic and objects that call their cluster by different names match nowhere: that must be said."""
    seen = seen - {UNKNOWN}
    if not clusters or not seen or seen & set(clusters):
        return []
    theirs = ", ".join(sorted(seen))
    error = f"Traffic is of the cluster {theirs}, but the objects are of {', '.join(clusters)}"
    since = next((gap.since for gap in old if gap.source == TELEMETRY and gap.error == error), now)
    remedy = (
        f"Set MESHVIEW_CLUSTER to the name in the labels source_cluster and destination_cluster: {theirs}."
    )
    return [Gap("Cluster", "", TELEMETRY, error, since, remedy)]
