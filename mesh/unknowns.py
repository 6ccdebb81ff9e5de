"""Why one side of a hop has no workload name: every ``unknown`` gets a cause and the evidence for it.

Rules from istio-telemetry.md 1.4 and 1.5 (Istio's ``istio.stats`` filter): which situation leaves which
labels.
"""

from dataclasses import dataclass
from typing import Final, Literal

from mesh.hops import is_known
from mesh.identity import Service, Workload

NodeKind = Literal["workload", "app", "service", "external", "passthrough", "blackhole", "unknown"]

PASSTHROUGH: Final = frozenset({"PassthroughCluster", "AllowAnyDynamicDNSCluster"})
BLACKHOLE: Final = "BlackHoleCluster"
INBOUND_PASSTHROUGH: Final = frozenset(
    {"InboundPassthroughCluster", "InboundPassthroughClusterIpv4", "InboundPassthroughClusterIpv6"}
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a name is missing: ``code`` for programs, ``message`` with the evidence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the answers of one hop say together: principals, security policies and flags by falling rate."""

    source_principals: tuple[str, ...] = ()
    destination_principals: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def single_flags(self) -> list[str]:
        """Each flag once, lists taken apart, in order."""
        parts = (flag for flags in self.flags for flag in flags.split(","))
        return list(dict.fromkeys(flag for flag in parts if flag not in ("", "-")))


def is_real_service(service: Service) -> bool:
    """Whether the service is one that somebody asked for, not one of Envoy's catch-all clusters."""
    special = PASSTHROUGH | INBOUND_PASSTHROUGH | {BLACKHOLE}
    return is_known(service.name) and service.name not in special


def service_kind(service: Service) -> NodeKind:
    """What stands behind a service name: the registry's own (short name, longer host) or a host of the
    outside.

    ``destination_service_name`` is the first DNS label for Kubernetes services and the whole host for
    ServiceEntries and for plain hosts taken from the Host header.
    """
    if service.name in PASSTHROUGH:
        return "passthrough"
    if service.name == BLACKHOLE:
        return "blackhole"
    if not is_real_service(service):
        return "unknown"
    in_cluster = service.host.startswith(f"{service.name}.") and ".svc." in f"{service.host}."
    if in_cluster or (is_known(service.namespace) and "." not in service.name and ":" not in service.name):
        return "service"
    return "external"


def source_cause(source: Workload, destination: Workload, service: Service, evidence: Evidence) -> Cause:
    """Why nobody knows who called. Only a destination's report can lack its source's name."""
    target = f"{destination.namespace}/{destination.name}"
    principals = [p for p in evidence.source_principals if is_known(p)]
    if principals:
        text = (
            f"The caller's certificate says {principals[0]}, but its proxy did not tell its workload's name"
        )
        return Cause("identity_exchange_failed", f"{text}: the metadata exchange with {target} failed.")
    if source.name == "" and is_known(source.namespace):
        text = "source_workload is absent while source_workload_namespace is set"
        return Cause("missing_label", f"{text}: a Telemetry resource or relabelling removed it.")
    if "gateway" in destination.name.lower():
        return Cause(
            "outside_client",
            f"{target} is a gateway: its callers come from outside the mesh and have no proxy.",
        )
    if "none" in evidence.policies:
        how = "over plaintext, without a client certificate"
        text = f"Callers reach {target} {how}: a pod without sidecar, or a client outside the mesh."
        if service.name in INBOUND_PASSTHROUGH:
            text += " No Service declares the port they use."
        return Cause("plaintext_client", text)
    if "mutual_tls" in evidence.policies:
        text = f"{target} had a mutual TLS peer, but neither its principal nor its name is in the labels"
        return Cause("identity_exchange_failed", f"{text}: the connection closed before metadata arrived.")
    return Cause(
        "no_peer_metadata", f"{target} reports neither a peer's name nor how the connection was secured."
    )


def destination_cause(source: Workload, service: Service, evidence: Evidence) -> Cause:
    """Why nobody knows who was called, or what stands in its place. Only a source's report can lack it."""
    caller = f"{source.namespace}/{source.name}"
    asked = service.host if is_known(service.host) else service.name
    special = _special_destination(caller, asked, service)
    if special is not None:
        return special
    flags = evidence.single_flags
    for flag, code, why in _FLAG_CAUSES:
        if flag in flags:
            return Cause(code, f"Requests from {caller} to {asked} {why} (response flag {flag}).")
    if service_kind(service) == "external":
        return Cause(
            "external_host", f"{asked} is outside the mesh (a ServiceEntry or plain host): no proxy there."
        )
    if is_known(service.name):
        text = f"{caller} got answers from {asked}, but the server has no proxy"
        return Cause("no_destination_metadata", f"{text}, or its metadata did not arrive.")
    return Cause("missing_label", f"{caller} reports neither a destination workload nor a service.")


_FLAG_CAUSES: Final = (
    ("UH", "no_healthy_upstream", "found no healthy endpoint"),
    ("NR", "no_route", "matched no route"),
    ("NC", "no_cluster", "were routed to a cluster that does not exist"),
    ("DF", "dns_failed", "failed: its name could not be resolved"),
    ("UF", "connection_failed", "could not be connected"),
    ("UO", "circuit_open", "were stopped by the circuit breaker"),
)


def _special_destination(caller: str, asked: str, service: Service) -> Cause | None:
    if service.name in PASSTHROUGH:
        text = (
            f"{caller} calls {asked}, which is not in the registry; the mesh lets it pass ({service.name})."
        )
        return Cause("passthrough", text)
    if service.name == BLACKHOLE:
        text = f"{caller} calls {asked}, which is not in the registry; REGISTRY_ONLY blocks it ({BLACKHOLE})."
        return Cause("blackhole", text)
    return None
