"""What traffic is addressed to: services, the endpoints behind them, machines outside the cluster."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from inventory.domain.objects import Endpoint, Endpoints, Meta, Port, Ref, Service, WorkloadEntry
from inventory.domain.parse.fields import flag, integer, items, labels, mapping, text, texts

_SERVICE_NAME: Final = "kubernetes.io/service-name"
_HEADLESS: Final = "None"


def service(raw: Mapping[str, Any], meta: Meta) -> Service:
    """A service; a headless one has no addresses."""
    spec = mapping(raw, "spec")
    inside = texts(spec.get("clusterIPs")) or texts([spec.get("clusterIP")])
    outside = [*texts(spec.get("externalIPs")), *_balancers(raw)]
    return Service(
        meta=meta,
        type=text(spec.get("type")) or "ClusterIP",
        selector=labels(spec.get("selector")),
        ports=_ports(spec.get("ports")),
        addresses=tuple(address for address in inside if address != _HEADLESS),
        external_name=text(spec.get("externalName")),
        headless=_HEADLESS in inside,
        external_addresses=tuple(outside),
    )


def endpoint_slice(raw: Mapping[str, Any], meta: Meta) -> Endpoints:
    """One address each; an endpoint that does not say whether it is ready is (the API's rule)."""
    owner = meta.controller.name if meta.controller and meta.controller.kind == "Service" else ""
    name = meta.labels.get(_SERVICE_NAME, "") or owner
    ports = _ports(raw.get("ports"))
    return Endpoints(meta, tuple(_endpoints(raw, name, ports)))


def workload_entry(raw: Mapping[str, Any], meta: Meta) -> WorkloadEntry:
    """A machine; its labels are those of the spec, which traffic is matched by, over the object's own."""
    spec = mapping(raw, "spec")
    own = mapping(raw, "metadata", "labels")
    return WorkloadEntry(
        meta=meta,
        address=text(spec.get("address")),
        labels=labels({**own, **mapping(spec, "labels")}),
        service_account=text(spec.get("serviceAccount")),
        healthy=_healthy(mapping(raw, "status").get("conditions")),
    )


def _balancers(raw: Mapping[str, Any]) -> Iterator[str]:
    for one in items(mapping(raw, "status", "loadBalancer").get("ingress")):
        if address := text(one.get("ip")) or text(one.get("hostname")):
            yield address


def _ports(value: object) -> tuple[Port, ...]:
    return tuple(_port(one) for one in items(value) if integer(one.get("port")) is not None)


def _port(raw: Mapping[str, Any]) -> Port:
    return Port(
        name=text(raw.get("name")),
        port=integer(raw.get("port")) or 0,
        target=text(raw.get("targetPort")),
        protocol=text(raw.get("protocol")) or "TCP",
        app_protocol=text(raw.get("appProtocol")),
        node_port=integer(raw.get("nodePort")),
    )


def _endpoints(raw: Mapping[str, Any], name: str, ports: tuple[Port, ...]) -> Iterator[Endpoint]:
    for one in items(raw.get("endpoints")):
        said = mapping(one, "conditions").get("ready")
        target = mapping(one, "targetRef")
        found = Ref(text(target.get("kind")), text(target.get("name")))
        for address in texts(one.get("addresses")):
            yield Endpoint(
                service=name,
                address=address,
                ports=ports,
                ready=said is None or flag(said),
                target=found if found.name else None,
                node=text(one.get("nodeName")),
            )


def _healthy(conditions: object) -> bool | None:
    for one in items(conditions):
        if text(one.get("type")) == "Healthy":
            return text(one.get("status")) == "True"
    return None
