"""Whole replies about one thing, for the API and its schema."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from graph.domain import document
from graph.freshness import DataStatus, Freshness, data_status, freshness
from inventory.domain.world import ServiceThing, Workload
from snapshots import services as snapshots
from workloads.detail import Detail
from workloads.domain.named import SINGULAR
from workloads.domain.parts import Limits, Parts
from workloads.domain.presence import Presence
from workloads.domain.things import Flow, Kind
from workloads.domain.traffic import Row
from workloads.domain.versions import Version


class Flows(Struct, frozen=True):
    """What comes in and what goes out."""

    inbound: Flow
    outbound: Flow


class PodCount(Struct, frozen=True):
    """Pods that are ready, of those wanted."""

    ready: int
    total: int


class ProxyMode(Struct, frozen=True):
    """Whether it takes part in the mesh, and why."""

    mode: str
    reason: str


class ThingReply(Struct, frozen=True):
    """One namespace, app, workload or service with everything that is known of it.

    ``parts.…_total`` say how long the lists are that ``all=true`` gives whole.
    """

    snapshot: Freshness
    status: DataStatus
    cluster: str
    namespace: str
    name: str
    kind: str
    app: str | None
    version: str | None
    labels: dict[str, str]
    health: document.Health
    traffic: Flows
    pods: PodCount | None
    restarts: int | None
    proxy: ProxyMode | None
    known: list[str]
    presence: Presence
    node: str
    created_at: datetime | None
    versions: list[Version]
    parts: Parts


class TrafficReply(Struct, frozen=True):
    """One page of the rows. ``node`` is the thing's id in the graph."""

    snapshot: Freshness
    status: DataStatus
    kind: Literal["namespaces", "apps", "workloads", "services"]
    cluster: str
    namespace: str
    name: str
    node: str
    items: list[Row]
    next: str | None
    total: int


def head(found: Detail) -> dict[str, Any]:
    """How old the reply is and who it is about."""
    key, snapshot = found.subject.key, found.things.snapshot
    return {
        "snapshot": freshness(snapshot),
        "status": data_status(snapshot, found.query.at is not None, snapshots.failures()),
        "cluster": key.cluster,
        "namespace": found.subject.namespace,
        "name": key.name,
        "node": found.subject.node,
    }


def reply(found: Detail, limits: Limits) -> ThingReply:
    """The whole of one thing."""
    thing, parts = found.thing, found.parts(limits)
    inside = thing.thing
    identity = parts.identity
    reasons = [document.Reason(r.code, r.message) for r in thing.verdict.reasons]
    return ThingReply(
        **head(found),
        kind=kind_of(found),
        app=identity.app if identity else None,
        version=identity.version if identity else None,
        labels=parts.labels,
        health=document.Health(thing.verdict.status, reasons),
        traffic=Flows(thing.inbound, thing.outbound),
        pods=PodCount(*thing.pods) if thing.pods else None,
        restarts=thing.restarts,
        proxy=ProxyMode(parts.proxy.mode, parts.proxy.reason) if parts.proxy else None,
        known=sorted(inside.known),
        presence=found.presence(),
        created_at=parts.created_at,
        versions=found.versions(),
        parts=parts,
    )


def kind_of(found: Detail) -> str:
    """``Deployment`` and so on where an object says it, else ``workload``, ``app`` …"""
    inside = found.thing.thing
    if isinstance(inside, Workload) and inside.kind:
        return inside.kind
    if isinstance(inside, ServiceThing) and inside.service is not None:
        return "Service"
    kind: Kind = found.subject.kind
    return SINGULAR[kind]
