"""What there is, from telemetry alone: namespaces, clusters, workloads and services that traffic names."""

from dataclasses import dataclass

from mesh.hops import is_known
from mesh.traffic import Traffic


@dataclass(frozen=True, slots=True)
class Inventory:
    """Names as telemetry gives them; workloads and services as (namespace, name)."""

    clusters: frozenset[str]
    namespaces: frozenset[str]
    workloads: frozenset[tuple[str, str]]
    services: frozenset[tuple[str, str]]


def inventory(traffic: Traffic) -> Inventory:
    """Everything that is named in the traffic; catch-all values (``unknown``) name nothing."""
    sides = {side for edge in traffic.edges for side in (edge.source, edge.destination)}
    asked = {edge.service for edge in traffic.edges}
    named = [side for side in sides if is_known(side.namespace)]
    return Inventory(
        clusters=frozenset(side.cluster for side in sides if is_known(side.cluster)),
        namespaces=frozenset(side.namespace for side in named)
        | frozenset(service.namespace for service in asked if is_known(service.namespace)),
        workloads=frozenset((side.namespace, side.name) for side in named if is_known(side.name)),
        services=frozenset(
            (s.namespace, s.name) for s in asked if is_known(s.namespace) and is_known(s.name)
        ),
    )


def remembered(
    known: dict[str, float], seen: frozenset[str], now: float, keep_seconds: float
) -> dict[str, float]:
    """Last sightings by name (epoch seconds), with those of now added and those too old dropped."""
    kept = {name: at for name, at in known.items() if now - at < keep_seconds}
    return {**kept, **dict.fromkeys(seen, now)}
