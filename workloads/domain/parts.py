"""What a thing's page has beside its traffic: identity, pods, events, ports, endpoints, what it belongs to.

Made by ``workloads.domain.gathering``; the same values are the API's.
"""

from datetime import datetime
from typing import Final

from msgspec import Struct, field

from inventory.domain.world import ProxyMode
from workloads.domain.pods import PodPart
from workloads.domain.things import Kind

#: Most entries of one list; the page and the reply say how many there are.
MOST_PODS: Final = 100
MOST_EVENTS: Final = 100
MOST_ENDPOINTS: Final = 200


class IdentityPart(Struct, frozen=True):
    """App and version as telemetry names them, the label each comes from, or why there is none."""

    app: str | None
    app_from: str | None
    app_missing: str | None
    version: str | None
    version_from: str | None
    version_missing: str | None


class ProxyPart(Struct, frozen=True):
    """Whether it takes part in the mesh and why; ``wanted``: what its labels ask for, where that differs."""

    mode: ProxyMode
    reason: str
    wanted: ProxyMode | None
    revision: str | None


class Counts(Struct, frozen=True):
    """Pods as the controller counts them; None where its kind has no such count."""

    desired: int | None
    ready: int | None
    available: int | None
    updated: int | None


class EventPart(Struct, frozen=True):
    """What Kubernetes says happened to an object of the thing's."""

    type: str
    reason: str
    message: str
    count: int
    first_at: datetime | None
    last_at: datetime | None
    about_kind: str
    about_name: str
    source: str


class PortPart(Struct, frozen=True):
    """A port of a service."""

    name: str
    port: int
    target: str
    protocol: str
    app_protocol: str
    node_port: int | None


class EndpointPart(Struct, frozen=True):
    """One address behind a service. ``target`` is ``Pod/name``."""

    address: str
    ready: bool
    target: str | None
    node: str
    ports: list[PortPart]


class ServiceFacts(Struct, frozen=True):
    """The service's own object."""

    type: str
    selector: dict[str, str]
    addresses: list[str]
    external_addresses: list[str]
    external_name: str


class Ref(Struct, frozen=True):
    """Another thing that has a page. ``why`` says what joins them."""

    kind: Kind
    cluster: str
    namespace: str
    name: str
    why: str


class GapPart(Struct, frozen=True):
    """What a source does not deliver now, since when, and what to do."""

    kind: str
    namespace: str
    source: str
    error: str
    since: datetime | None
    remedy: str


class Parts(Struct, frozen=True):
    """Lists are cut (``pods_total`` … say how many there are); null is what that kind of thing has not."""

    identity: IdentityPart | None = None
    proxy: ProxyPart | None = None
    counts: Counts | None = None
    images: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    created_at: datetime | None = None
    pods: list[PodPart] = field(default_factory=list)
    pods_total: int = 0
    events: list[EventPart] = field(default_factory=list)
    events_total: int = 0
    service: ServiceFacts | None = None
    ports: list[PortPart] = field(default_factory=list)
    ports_total: int = 0
    endpoints: list[EndpointPart] = field(default_factory=list)
    endpoints_total: int = 0
    related: list[Ref] = field(default_factory=list)
    gaps: list[GapPart] = field(default_factory=list)


class Limits(Struct, frozen=True):
    """How much of each list is wanted."""

    pods: int = MOST_PODS
    events: int = MOST_EVENTS
    endpoints: int = MOST_ENDPOINTS
