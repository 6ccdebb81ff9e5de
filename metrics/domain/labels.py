"""Istio's labels as one struct, and how they name an edge and an answer (docs/telemetry.md has the label
rules).
"""

from operator import attrgetter
from typing import Final, cast

import msgspec

from mesh.identity import Answer, Edge, Protocol, Reporter, Service, Workload


class Labels(msgspec.Struct, gc=False):
    """The labels that meshview asks for; an absent one is ``""``, any other is skipped."""

    reporter: str = ""
    source_cluster: str = ""
    source_workload_namespace: str = ""
    source_workload: str = ""
    source_canonical_service: str = ""
    source_canonical_revision: str = ""
    source_app: str = ""
    source_version: str = ""
    source_principal: str = ""
    destination_cluster: str = ""
    destination_workload_namespace: str = ""
    destination_workload: str = ""
    destination_canonical_service: str = ""
    destination_canonical_revision: str = ""
    destination_app: str = ""
    destination_version: str = ""
    destination_principal: str = ""
    destination_service: str = ""
    destination_service_name: str = ""
    destination_service_namespace: str = ""
    request_protocol: str = ""
    response_code: str = ""
    grpc_response_status: str = ""
    response_flags: str = ""
    connection_security_policy: str = ""
    le: str = ""
    column: str = ""


_SIDE: Final = ("cluster", "workload_namespace", "workload", "canonical_service", "canonical_revision")
#: Labels that name the two workloads, the service and the reporter of a hop, in the order of ``Edge``'s own
#: fields.
HOP: Final[tuple[str, ...]] = (
    *(f"source_{label}" for label in _SIDE),
    *(f"destination_{label}" for label in _SIDE),
    "destination_service_namespace",
    "destination_service_name",
    "destination_service",
    "reporter",
)
#: What tells edges apart; gRPC messages carry no ``request_protocol``.
EDGE: Final[tuple[str, ...]] = (*HOP, "request_protocol")
SECURITY: Final = ("connection_security_policy", "source_principal", "destination_principal")
#: In the order of ``Answer``'s fields.
ANSWER: Final[tuple[str, ...]] = ("response_code", "grpc_response_status", "response_flags", *SECURITY)

hop_of = attrgetter(*EDGE)
answer_of = attrgetter(*ANSWER)
_REPORTERS: Final = ("source", "destination", "waypoint")


def edge_of(hop: tuple[str, ...], default: Protocol) -> Edge | None:
    """The edge that ``hop_of`` values name, or ``None`` where the reporter is not one of Istio's."""
    reporter, protocol = hop[13], hop[14]
    if reporter not in _REPORTERS:
        return None
    spoken = cast("Protocol", protocol) if protocol in ("http", "grpc", "tcp") else default
    source, destination, service = Workload(*hop[:5]), Workload(*hop[5:10]), Service(*hop[10:13])
    return Edge(source, destination, service, spoken, cast("Reporter", reporter))


def hop_values(edge: Edge) -> tuple[str, ...]:
    """The values of ``EDGE``'s labels on an edge: the opposite of ``edge_of``."""
    source, destination, service, protocol, reporter = edge
    return (*source, *destination, *service, reporter, protocol)


NO_ANSWER: Final = Answer("", "", "", "", "", "")
