"""Every ``unknown`` has a cause and its evidence; every situation of Istio's own list is told apart."""

import pytest

from mesh.identity import Service, Workload
from mesh.security import Policy, mtls_share
from mesh.unknowns import Evidence, destination_cause, service_kind, source_cause
from tests.mesh.builder import UNKNOWN, service, workload

SPIFFE = "spiffe://cluster.local/ns/a/sa/web"


@pytest.mark.parametrize(
    ("source", "evidence", "code"),
    [
        (UNKNOWN, Evidence(policies=("none",)), "plaintext_client"),
        (
            UNKNOWN._replace(namespace="a"),
            Evidence((SPIFFE,), policies=("mutual_tls",)),
            "identity_exchange_failed",
        ),
        (Workload("c", "a", "", "", ""), Evidence(policies=("mutual_tls",)), "missing_label"),
        (UNKNOWN, Evidence(policies=("mutual_tls",)), "identity_exchange_failed"),
        (UNKNOWN, Evidence(policies=("unknown",)), "no_peer_metadata"),
    ],
)
def test_sources(source: Workload, evidence: Evidence, code: str) -> None:
    cause = source_cause(source, workload("b/api-v1"), service("b/api"), evidence)
    assert cause.code == code
    assert cause.message.endswith(".")


def test_callers_of_a_gateway_come_from_outside() -> None:
    cause = source_cause(UNKNOWN, workload("istio-system/ingressgateway"), service("a/b"), Evidence())
    assert cause.code == "outside_client"


@pytest.mark.parametrize(
    ("asked", "flags", "code"),
    [
        (Service("unknown", "PassthroughCluster", "cdn.example"), (), "passthrough"),
        (Service("unknown", "BlackHoleCluster", "x.example"), ("-",), "blackhole"),
        (service("b/api"), ("UH",), "no_healthy_upstream"),
        (service("b/api"), ("NR",), "no_route"),
        (service("b/api"), ("NC",), "no_cluster"),
        (service("b/api"), ("UF,URX",), "connection_failed"),
        (Service("b", "httpbin.org", "httpbin.org"), ("-",), "external_host"),
        (service("b/api"), ("-",), "no_destination_metadata"),
        (Service("unknown", "unknown", "unknown"), (), "missing_label"),
    ],
)
def test_destinations(asked: Service, flags: tuple[str, ...], code: str) -> None:
    cause = destination_cause(workload("a/web-v1"), asked, Evidence(flags=flags))
    assert cause.code == code
    assert "a/web-v1" in cause.message or asked.host in cause.message


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (service("b/api"), "service"),
        (Service("b", "httpbin.org", "httpbin.org"), "external"),
        (Service("unknown", "10.0.0.1:80", "10.0.0.1:80"), "external"),
        (Service("unknown", "unknown", "unknown"), "unknown"),
        (Service("b", "InboundPassthroughCluster", "api"), "unknown"),
    ],
)
def test_service_kinds(asked: Service, kind: str) -> None:
    assert service_kind(asked) == kind


def test_unknown_security_is_not_plaintext() -> None:
    import numpy as np

    rows = np.zeros((3, 3))
    rows[0, Policy.UNKNOWN] = 5
    rows[1, Policy.MUTUAL_TLS], rows[1, Policy.UNKNOWN] = 3, 9
    rows[2, Policy.MUTUAL_TLS], rows[2, Policy.NONE] = 3, 1
    found = mtls_share(rows)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [1, 0.75]
