"""What exists in a cluster, as frozen values: the contract between the adapters and everybody above.

Values come from Kubernetes objects (live or as manifests). Times are epoch seconds, ``None`` where unknown;
absent labels are absent keys. Only what meshview shows or judges by is kept, so that 10,000 pods stay small.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

#: Kinds whose lists an adapter keeps. A kind that could not be read is a ``Gap``.
ObjectKind = Literal[
    "Namespace",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Job",
    "CronJob",
    "Pod",
    "Service",
    "EndpointSlice",
    "Event",
    "WorkloadGroup",
    "WorkloadEntry",
]
Labels = Mapping[str, str]
ContainerState = Literal["running", "waiting", "terminated", "unknown"]
ContainerRole = Literal["app", "init", "proxy"]


class Ref(NamedTuple):
    """An owner, or the object an event is about."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What every object has. ``controller`` is its controlling owner."""

    cluster: str
    namespace: str
    name: str
    labels: Labels = field(default_factory=dict)
    annotations: Labels = field(default_factory=dict)
    created_at: float | None = None
    controller: Ref | None = None


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace; ``meta.namespace`` is empty."""

    meta: Meta


@dataclass(frozen=True, slots=True)
class Template:
    """A controller's object: Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, CronJob, WorkloadGroup.

    ``labels`` and ``annotations`` are the pod template's. Counts are ``None`` where the kind has none or the
    status is not known (a manifest without status).
    """

    kind: str
    meta: Meta
    labels: Labels = field(default_factory=dict)
    annotations: Labels = field(default_factory=dict)
    desired: int | None = None
    ready: int | None = None
    available: int | None = None
    updated: int | None = None
    revision: str = ""
    suspended: bool = False
    containers: tuple["Container", ...] = ()
    host_network: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod. ``role`` is ``proxy`` for ``istio-proxy``, wherever it is listed.

    ``native``: listed with the init containers, but runs as long as the pod (restart policy Always).
    ``proxy_type`` is what kind of proxy its arguments ask for: sidecar, router, waypoint, ztunnel.
    """

    name: str
    image: str = ""
    role: ContainerRole = "app"
    ready: bool = False
    restarts: int = 0
    state: ContainerState = "unknown"
    reason: str = ""
    message: str = ""
    exit_code: int | None = None
    last_reason: str = ""
    last_exit_code: int | None = None
    last_finished_at: float | None = None
    started_at: float | None = None
    ports: tuple[int, ...] = ()
    native: bool = False
    proxy_type: str = ""


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod. ``phase`` is Kubernetes' own; ``reason`` why it is not ready, in the API's words."""

    meta: Meta
    phase: str = "Unknown"
    ready: bool = False
    reason: str = ""
    node: str = ""
    ip: str = ""
    service_account: str = ""
    started_at: float | None = None
    deleted_at: float | None = None
    containers: tuple[Container, ...] = ()
    host_network: bool = False

    @property
    def restarts(self) -> int:
        """Restarts of all its containers."""
        return sum(container.restarts for container in self.containers)


@dataclass(frozen=True, slots=True)
class WorkloadEntry:
    """A machine outside Kubernetes that is part of the mesh."""

    meta: Meta
    address: str = ""
    labels: Labels = field(default_factory=dict)
    service_account: str = ""
    healthy: bool | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """A service's port; ``target`` as written (number or name)."""

    name: str
    port: int
    target: str = ""
    protocol: str = "TCP"
    app_protocol: str = ""
    node_port: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A Kubernetes service. ``external_addresses``: external IPs, and the load balancer's IPs or hosts."""

    meta: Meta
    type: str = "ClusterIP"
    selector: Labels = field(default_factory=dict)
    ports: tuple[Port, ...] = ()
    addresses: tuple[str, ...] = ()
    external_name: str = ""
    headless: bool = False
    external_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address behind a service, from an EndpointSlice."""

    service: str
    address: str
    ports: tuple[Port, ...] = ()
    ready: bool = False
    target: Ref | None = None
    node: str = ""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One EndpointSlice."""

    meta: Meta
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """What Kubernetes says happened to an object. ``type`` is Normal or Warning."""

    meta: Meta
    about: Ref
    type: str = "Normal"
    reason: str = ""
    message: str = ""
    count: int = 1
    first_at: float | None = None
    last_at: float | None = None
    source: str = ""


Object = Namespace | Template | Pod | WorkloadEntry | Service | Endpoints | Event


@dataclass(frozen=True, slots=True)
class Gap:
    """A kind (of one namespace, or ``""`` for all) that a source does not deliver now."""

    kind: str
    namespace: str
    source: str
    error: str
    since: float
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Objects:
    """Everything one adapter knows now. ``revision`` changes whenever the content does; ``as_of`` (epoch
    seconds) is when the source last confirmed it.
    """

    source: str
    revision: str = ""
    as_of: float = 0.0
    objects: tuple[Object, ...] = ()
    gaps: tuple[Gap, ...] = ()
