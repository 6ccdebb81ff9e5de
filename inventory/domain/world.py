"""The merged view: objects of every adapter joined with what traffic proves, indexed by name.

This is what pages and rules read. ``World`` is immutable; a new one is made when the objects or the
snapshot's names change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from inventory.domain.objects import (
    Endpoint,
    Event,
    Gap,
    Labels,
    Namespace,
    Pod,
    Service,
    Template,
    WorkloadEntry,
)
from mesh.hops import is_known
from mesh.identity import UNKNOWN

#: ``ambient`` without a proxy of its own; ``gateway`` and ``waypoint`` are proxies by trade.
ProxyMode = Literal["sidecar", "ambient", "gateway", "waypoint", "none", "unknown"]
#: Where something is known from: the names of sources ("kubernetes", "manifests") or "telemetry".
Known = frozenset[str]


class Key(NamedTuple):
    """Names a thing in one cluster; ``namespace`` is empty for a namespace itself."""

    cluster: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class ProxyState:
    """Whether and how a workload takes part in the mesh, and the sentence why (label, annotation, revision).

    Source of the rule: docs/inventory.md. ``wanted`` is what labels ask for where pods differ from it.
    """

    mode: ProxyMode
    reason: str
    wanted: ProxyMode | None = None
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """App and version of a workload, and the label each comes from.

    Empty name: none. ``app_missing`` and ``version_missing`` say why there is none and what to add.
    ``canonical_name`` and ``canonical_revision`` are what Istio's telemetry says in any case.
    """

    app: str = ""
    version: str = ""
    app_from: str = ""
    version_from: str = ""
    app_missing: str = ""
    version_missing: str = ""
    canonical_name: str = ""
    canonical_revision: str = ""


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload: what owns pods (by the chain of controllers), or what telemetry names as one.

    ``kind`` is the top owner's (``Deployment``, …, ``Pod`` for a bare one, the owner's own for unknown
    kinds, ``WorkloadGroup``), ``""`` when only traffic knows it. ``desired`` and ``ready`` count pods.
    """

    key: Key
    kind: str
    known: Known
    identity: Identity
    proxy: ProxyState
    template: Template | None = None
    labels: Labels = field(default_factory=dict)
    annotations: Labels = field(default_factory=dict)
    created_at: float | None = None
    pods: tuple[Pod, ...] = ()
    entries: tuple[WorkloadEntry, ...] = ()
    desired: int | None = None
    ready: int | None = None
    restarts: int | None = None


@dataclass(frozen=True, slots=True)
class App:
    """A canonical service of one namespace: its workloads, by version."""

    key: Key
    known: Known
    workloads: tuple[Key, ...] = ()
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceThing:
    """A service: the object, where there is one, its endpoints and the workloads its selector finds.

    ``hosts`` are the hosts traffic used for it.
    """

    key: Key
    known: Known
    service: Service | None = None
    endpoints: tuple[Endpoint, ...] = ()
    workloads: tuple[Key, ...] = ()
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamespaceThing:
    """A namespace; ``proxy`` is what its labels ask of new pods."""

    key: Key
    known: Known
    namespace: Namespace | None
    proxy: ProxyState


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is. ``revision`` changes whenever the content does; ``gaps`` is what is not known now.

    ``sources`` names the adapters that are configured; empty: telemetry alone.
    """

    revision: str
    namespaces: Mapping[Key, NamespaceThing] = field(default_factory=dict)
    workloads: Mapping[Key, Workload] = field(default_factory=dict)
    apps: Mapping[Key, App] = field(default_factory=dict)
    services: Mapping[Key, ServiceThing] = field(default_factory=dict)
    events: Mapping[Key, tuple[Event, ...]] = field(default_factory=dict)  # by the workload they concern
    gaps: tuple[Gap, ...] = ()
    sources: tuple[str, ...] = ()
    home: str = UNKNOWN

    def key(self, cluster: str, namespace: str, name: str) -> Key:
        """The key of what telemetry calls so: without a cluster label it means ``home``, the only cluster
        whose objects are known.
        """
        return Key(cluster if is_known(cluster) else self.home, namespace, name)
