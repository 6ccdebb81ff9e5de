"""The mesh as the control plane understands it: pods, services and the Istio objects that shape traffic."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from demo.controlplane.addresses import AddressBook
from demo.controlplane.objects import Resource
from demo.controlplane.services import Port, Service, from_entry, from_service
from demo.controlplane.workloads import Pod, build_pod, pod_name, replicas

ROOT_NAMESPACE = "istio-system"
OUTSIDE_ANNOTATION = "outside"  # ConfigMap that names hosts which exist but are in no registry


@dataclass(frozen=True)
class Mesh:
    """Everything one rendering needs; immutable."""

    pods: tuple[Pod, ...]
    services: tuple[Service, ...]
    resources: tuple[Resource, ...]
    config: Mapping[str, Any]
    outside: Mapping[str, str]  # hosts outside the mesh and the address where the demo plays them
    not_ready: frozenset[str] = frozenset()

    def of_kind(self, kind: str) -> list[Resource]:
        """All objects of a kind, in manifest order."""
        return [resource for resource in self.resources if resource.kind == kind]

    def endpoints(self, service: Service, subset: Mapping[str, str] | None = None) -> list[Pod]:
        """Ready pods behind a service, or behind one subset of it."""
        wanted = {**service.selector, **(subset or {})}
        return [
            pod
            for pod in self.pods
            if service.selector
            and pod.namespace == service.namespace
            and pod.name not in self.not_ready
            and wanted.items() <= pod.labels.items()
        ]

    def services_of(self, pod: Pod) -> list[tuple[Service, Port]]:
        """The service ports a pod stands behind."""
        return [
            (service, port)
            for service in self.services
            if service.selector and service.namespace == pod.namespace
            if service.selector.items() <= pod.labels.items()
            for port in service.ports
        ]

    def service(self, host: str, namespace: str) -> Service | None:
        """Find a service by host; a short name means the namespace of the object that wrote it."""
        full = host if "." in host else f"{host}.{namespace}.svc.cluster.local"
        return next(
            (service for service in self.services if full in (service.host, f"{service.name}.{namespace}")),
            None,
        )

    def for_workload(self, kind: str, pod: Pod) -> list[Resource]:
        """Objects of a kind that apply to a pod: root namespace first, then namespace, then selector."""
        ranked = [
            (rank, resource) for resource in self.of_kind(kind) if (rank := _rank(resource, pod)) is not None
        ]
        return [resource for _, resource in sorted(ranked, key=lambda pair: pair[0])]

    def mtls_mode(self, pod: Pod) -> str:
        """`STRICT`, `PERMISSIVE` or `DISABLE`, from the narrowest PeerAuthentication."""
        mode = "PERMISSIVE"
        for resource in self.for_workload("PeerAuthentication", pod):
            mode = resource.spec.get("mtls", {}).get("mode", mode)
        return mode

    def outbound_policy(self, pod: Pod) -> str:
        """`ALLOW_ANY` or `REGISTRY_ONLY`: from a Sidecar resource, else from the mesh configuration."""
        policy = self.config.get("outboundTrafficPolicy", {}).get("mode", "ALLOW_ANY")
        for resource in self.for_workload("Sidecar", pod):
            policy = resource.spec.get("outboundTrafficPolicy", {}).get("mode", policy)
        return str(policy)

    def visible_services(self, pod: Pod) -> list[Service]:
        """Services a pod's proxy is told about, narrowed by Sidecar egress hosts."""
        hosts = ["*/*"]
        for resource in self.for_workload("Sidecar", pod):
            for egress in resource.spec.get("egress", []):
                hosts = list(egress.get("hosts", hosts))
        return [service for service in self.services if any(_admits(host, service, pod) for host in hosts)]


def _rank(resource: Resource, pod: Pod) -> int | None:
    selector = resource.spec.get("selector") or resource.spec.get("workloadSelector") or {}
    labels = selector.get("matchLabels") or selector.get("labels") or {}
    if labels:
        return 2 if resource.namespace == pod.namespace and labels.items() <= pod.labels.items() else None
    if resource.namespace == pod.namespace:
        return 1
    return 0 if resource.namespace == ROOT_NAMESPACE else None


def _admits(pattern: str, service: Service, pod: Pod) -> bool:
    namespace, _, host = pattern.partition("/")
    if namespace == ".":
        namespace = pod.namespace
    return namespace in ("*", service.namespace) and host in ("*", service.host)


def build(
    resources: tuple[Resource, ...], book: AddressBook, not_ready: frozenset[str] = frozenset()
) -> Mesh:
    """Make the mesh from manifests. `not_ready` are names of pods that are down."""
    injected = {
        resource.name
        for resource in resources
        if resource.kind == "Namespace" and resource.labels.get("istio-injection") == "enabled"
    }
    config = _mesh_config(resources)
    outside = {host: book.outside(host) for host in _outside_hosts(resources)}
    return Mesh(
        pods=tuple(_pods(resources, book, injected)),
        services=tuple(_services(resources, book)),
        resources=resources,
        config=config,
        outside=outside,
        not_ready=not_ready,
    )


def _pods(resources: tuple[Resource, ...], book: AddressBook, injected: set[str]) -> list[Pod]:
    return [
        build_pod(resource, index, book.pod(pod_name(resource, index)), resource.namespace in injected)
        for resource in resources
        if resource.kind == "Deployment"
        for index in range(replicas(resource))
    ]


def _services(resources: tuple[Resource, ...], book: AddressBook) -> list[Service]:
    found = []
    for resource in resources:
        if resource.kind == "Service":
            found.append(from_service(resource, book.service(f"{resource.namespace}/{resource.name}")))
        elif resource.kind == "ServiceEntry":
            found.extend(
                from_entry(resource, host, book.outside(host), book.outside(host))
                for host in resource.spec["hosts"]
            )
    return found


def _mesh_config(resources: tuple[Resource, ...]) -> Mapping[str, Any]:
    for resource in resources:
        if resource.kind == "ConfigMap" and resource.name == "istio" and resource.namespace == ROOT_NAMESPACE:
            loaded = yaml.safe_load(resource.data.get("mesh", "")) or {}
            return dict(loaded)
    return {}


def _outside_hosts(resources: tuple[Resource, ...]) -> list[str]:
    hosts = [
        host for resource in resources if resource.kind == "ServiceEntry" for host in resource.spec["hosts"]
    ]
    for resource in resources:
        if resource.kind == "ConfigMap" and resource.name == OUTSIDE_ANNOTATION:
            hosts.extend(resource.data.get("hosts", "").split())
    return list(dict.fromkeys(hosts))
