"""The services of one namespace, and the workloads each one reaches."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from inventory.domain.merge import Found
from inventory.domain.objects import Endpoint, Endpoints, Labels, Service
from inventory.domain.telemetry import NamedService, Place
from inventory.domain.workloads import TELEMETRY, labels_of
from inventory.domain.world import Key, ServiceThing, Workload


class _Carriers(NamedTuple):
    """Who carries which label, so that a selector is compared with few instead of with everybody."""

    sets: list[tuple[Key, Labels]]
    by_label: Mapping[tuple[str, str], list[int]]


def services(
    place: Place,
    found: Found,
    named: Iterable[NamedService],
    workloads: Mapping[Key, Workload],
    pods: Mapping[str, str],
) -> dict[Key, ServiceThing]:
    """Every service by its key. ``pods`` are the workloads' names by pod."""
    carriers = _carriers(workloads.values())
    behind: dict[str, list[Endpoint]] = {}
    for piece, _ in found.of(Endpoints):
        for endpoint in piece.endpoints:
            behind.setdefault(endpoint.service, []).append(endpoint)
    hosts = {one.name: one.hosts for one in named}
    result = {}
    for service, known in found.of(Service):
        name = service.meta.name
        endpoints = tuple(behind.get(name, ()))
        reached = _selected(service.selector, carriers)
        reached |= {Key(*place, pods[pod]) for pod in _pods(endpoints) if pod in pods}
        result[Key(*place, name)] = ServiceThing(
            key=Key(*place, name),
            known=known | {TELEMETRY} if name in hosts else known,
            service=service,
            endpoints=endpoints,
            workloads=tuple(sorted(reached)),
            hosts=hosts.get(name, ()),
        )
    for name in hosts.keys() - {key.name for key in result}:
        key = Key(*place, name)
        result[key] = ServiceThing(key, frozenset((TELEMETRY,)), hosts=hosts[name])
    return dict(sorted(result.items()))


def _carriers(workloads: Iterable[Workload]) -> _Carriers:
    sets = [(one.key, labels) for one in workloads for labels in labels_of(one).values()]
    by_label: dict[tuple[str, str], list[int]] = {}
    for index, (_, labels) in enumerate(sets):
        for pair in labels.items():
            by_label.setdefault(pair, []).append(index)
    return _Carriers(sets, by_label)


def _selected(selector: Labels, carriers: _Carriers) -> set[Key]:
    """Whose labels hold all of the selector; an empty one selects nothing."""
    rarest = min((carriers.by_label.get(pair, []) for pair in selector.items()), key=len, default=[])
    candidates = (carriers.sets[index] for index in rarest)
    return {key for key, labels in candidates if selector.items() <= labels.items()}


def _pods(endpoints: Iterable[Endpoint]) -> Iterable[str]:
    return (one.target.name for one in endpoints if one.target and one.target.kind == "Pod")
