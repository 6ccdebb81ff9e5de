"""What traffic alone proves to exist, by cluster and namespace."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, NamedTuple

from mesh.hops import hops as hops_of
from mesh.hops import is_known
from mesh.identity import UNKNOWN, Edge
from mesh.traffic import Traffic
from mesh.unknowns import is_real_service

Place = tuple[str, str]  # cluster, namespace


class NamedWorkload(NamedTuple):
    """A workload, with every app and version that reports give it."""

    name: str
    apps: tuple[str, ...]
    versions: tuple[str, ...]


class NamedService(NamedTuple):
    """A service, with the hosts that were asked for it."""

    name: str
    hosts: tuple[str, ...]


class NamedApp(NamedTuple):
    """An app by one workload and version of it; the workload is empty where reports do not name it."""

    name: str
    version: str
    workload: str


@dataclass(frozen=True, slots=True)
class Named:
    """What the reports name in one namespace, each in order."""

    workloads: tuple[NamedWorkload, ...] = ()
    apps: tuple[NamedApp, ...] = ()
    services: tuple[NamedService, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What one collection names; a cluster that no label names is ``unknown``. Equal names have one
    ``revision``.
    """

    places: Mapping[Place, Named] = field(default_factory=dict)
    revision: str = ""


NOTHING: Final = Named()


def names(traffic: Traffic) -> Names:
    """Everything that is named in the traffic; catch-all values (``unknown``) name nothing."""
    sides: dict[Place, dict[str, set[tuple[str, str]]]] = {}
    for side in hops_of(traffic.edges).workloads:
        if is_known(side.namespace):
            place = sides.setdefault((_cluster(side.cluster), side.namespace), {})
            place.setdefault(side.name if is_known(side.name) else "", set()).add((side.app, side.version))
    hosts: dict[Place, dict[str, set[str]]] = {}
    for edge in traffic.edges:
        service = edge.service
        if is_known(service.namespace) and is_real_service(service):
            found = hosts.setdefault((_asked(edge), service.namespace), {})
            found.setdefault(service.name, set()).add(service.host)
    places = {place: _named(sides.get(place, {}), hosts.get(place, {})) for place in sorted({*sides, *hosts})}
    digest = blake2b(repr(places.items()).encode("utf-8", "replace"), digest_size=8)
    return Names(places, digest.hexdigest())


def _cluster(name: str) -> str:
    return name if is_known(name) else UNKNOWN


def _asked(edge: Edge) -> str:
    """Where the service is: with who answered, else with who asked."""
    destination = edge.destination.cluster
    return destination if is_known(destination) else _cluster(edge.source.cluster)


def _named(sides: dict[str, set[tuple[str, str]]], hosts: dict[str, set[str]]) -> Named:
    workloads = (
        NamedWorkload(name, _known(app for app, _ in pairs), _known(version for _, version in pairs))
        for name, pairs in sorted(sides.items())
        if name
    )
    apps = (
        NamedApp(app, version, name)
        for name, pairs in sorted(sides.items())
        for app, version in sorted(pairs)
        if is_known(app)
    )
    services = (
        NamedService(name, tuple(sorted(filter(is_known, found)))) for name, found in sorted(hosts.items())
    )
    return Named(tuple(workloads), tuple(apps), tuple(services))


def _known(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(filter(is_known, values))))
