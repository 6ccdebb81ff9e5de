"""The control plane without any process: manifests in, Envoy resources out."""

import json
from pathlib import Path
from typing import Any

import pytest

from demo.controlplane.addresses import AddressBook
from demo.controlplane.objects import load
from demo.controlplane.registry import Mesh, build
from demo.controlplane.rendering import render, subscriptions
from demo.controlplane.workloads import Pod
from demo.options import MANIFESTS


def mesh(*dead: str) -> Mesh:
    loaded = load(MANIFESTS)
    assert not loaded.rejected
    found = build(loaded.resources, AddressBook(99))
    names = frozenset(pod.name for pod in found.pods if pod.workload in dead)
    return build(loaded.resources, AddressBook(99), names)


def pod(found: Mesh, workload: str) -> Pod:
    return next(pod for pod in found.pods if pod.workload == workload)


def resources(workload: str, file: str, found: Mesh | None = None) -> dict[str, Any]:
    found = found or mesh()
    rendered = render(found, pod(found, workload), Path("/run/xds"))
    return {resource["name"]: resource for resource in rendered.files[file]}


def test_the_mesh_of_the_manifests_is_the_promised_one() -> None:
    found = mesh()
    assert 15 <= len(found.pods) <= 20
    assert [one.workload for one in found.pods if not one.proxy] == ["batch-import"]
    gateways = [one.workload for one in found.pods if one.proxy == "router"]
    assert gateways == ["istio-ingressgateway", "istio-egressgateway"]
    assert [one.workload for one in found.pods if not one.app] == ["recommender"]


def test_two_demos_fit_beside_each_other_into_the_default_inotify_limit() -> None:
    found = mesh()
    assert sum(subscriptions(found, one) for one in found.pods if one.proxy) * 2 < 128


def test_clusters_have_istios_names() -> None:
    names = set(resources("webapp", "cds.json"))
    assert names >= {
        "outbound|80||catalog.istioinaction.svc.cluster.local",
        "outbound|80|v1|catalog.istioinaction.svc.cluster.local",
        "outbound|80|v2|catalog.istioinaction.svc.cluster.local",
        "inbound|8080||",
        "PassthroughCluster",
        "BlackHoleCluster",
    }
    assert not any("httpbin" in name for name in names)
    assert "outbound|8000||httpbin.example.com" in resources("forum", "cds.json")


def test_a_cluster_tells_its_service_and_its_endpoints_workload() -> None:
    cluster = resources("webapp", "cds.json")["outbound|80|v2|catalog.istioinaction.svc.cluster.local"]
    assert cluster["alt_stat_name"] == cluster["name"] + ";"
    istio = cluster["metadata"]["filter_metadata"]["istio"]
    assert istio["services"] == [
        {"host": "catalog.istioinaction.svc.cluster.local", "name": "catalog", "namespace": "istioinaction"}
    ]
    assert istio["subset"] == "v2"
    assert istio["config"].endswith("/namespaces/istioinaction/destination-rule/catalog")
    (endpoint,) = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]
    metadata = endpoint["metadata"]["filter_metadata"]
    assert metadata["istio"]["workload"] == "catalog-v2;istioinaction;catalog;v2;Kubernetes"
    assert metadata["envoy.transport_socket_match"] == {"tlsMode": "istio"}


def test_a_workload_without_mtls_gets_plain_text() -> None:
    cluster = resources("orders", "cds.json")["outbound|80||stock.warehouse.svc.cluster.local"]
    (endpoint,) = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]
    assert "envoy.transport_socket_match" not in endpoint["metadata"]["filter_metadata"]


def test_a_dead_pod_is_no_endpoint() -> None:
    cluster = resources("webapp", "cds.json", mesh("forum"))[
        "outbound|80||forum.istioinaction.svc.cluster.local"
    ]
    assert cluster["load_assignment"]["endpoints"] == [{"lb_endpoints": []}]


def test_circuit_breakers_come_from_the_destination_rule() -> None:
    cluster = resources("webapp", "cds.json")["outbound|80||recommendations.istioinaction.svc.cluster.local"]
    (threshold,) = cluster["circuit_breakers"]["thresholds"]
    assert (threshold["max_connections"], threshold["max_pending_requests"]) == (1, 1)
    assert cluster["outlier_detection"]["consecutive_5xx"] == 10


def test_weights_retries_and_timeouts_come_from_the_virtual_service() -> None:
    config = resources("storefront", "rds_80.json")["80"]
    host = next(host for host in config["virtual_hosts"] if host["name"] == "cart.shop.svc.cluster.local:80")
    (route,) = host["routes"]
    clusters = route["route"]["weighted_clusters"]["clusters"]
    assert {entry["name"].split("|")[2]: entry["weight"] for entry in clusters} == {
        "v1": 70,
        "v2": 20,
        "v3": 10,
    }
    assert route["route"]["timeout"] == "2s"
    assert route["route"]["retry_policy"]["num_retries"] == 1
    assert route["decorator"]["operation"] == "cart:80/*"
    assert {"cart", "cart.shop", "cart.shop.svc.cluster.local:80"} <= set(host["domains"])


def test_the_default_retry_is_istios() -> None:
    config = resources("webapp", "rds_80.json")["80"]
    host = next(host for host in config["virtual_hosts"] if host["name"].startswith("forum"))
    policy = host["routes"][0]["route"]["retry_policy"]
    assert policy["num_retries"] == 2
    assert policy["retry_on"].split(",")[-1] == "retriable-status-codes"
    assert policy["retriable_status_codes"] == [503]


@pytest.mark.parametrize(("workload", "name"), [("webapp", "allow_any"), ("payments", "block_all")])
def test_the_last_virtual_host_is_the_outbound_policy(workload: str, name: str) -> None:
    config = resources(workload, "rds_80.json")["80"]
    last = config["virtual_hosts"][-1]
    assert (last["name"], last["domains"]) == (name, ["*"])
    assert last["routes"][0]["name"] == name


def test_listeners_have_istios_names() -> None:
    assert {"virtualInbound", "virtualOutbound", "0.0.0.0_80"} <= set(resources("orders", "lds.json"))
    assert any(name.endswith("_5432") for name in resources("orders", "lds.json"))
    assert set(resources("istio-ingressgateway", "lds.json")) == {"0.0.0.0_8080"}


def test_strict_workloads_have_no_plain_text_chain() -> None:
    def protocols(workload: str) -> set[str]:
        chains = resources(workload, "lds.json")["virtualInbound"]["filter_chains"]
        matches = [chain["filter_chain_match"] for chain in chains if chain["name"].startswith("0.0.0.0_")]
        return {match["transport_protocol"] for match in matches}

    assert protocols("orders") == {"tls"}
    assert protocols("webapp") == {"tls", "raw_buffer"}
    assert protocols("stock") == {"raw_buffer"}


def test_only_a_trusted_chain_reads_what_the_peer_says_of_itself() -> None:
    chains = resources("webapp", "lds.json")["virtualInbound"]["filter_chains"]
    for chain in chains[:2]:
        text = json.dumps(chain)
        trusted = chain["filter_chain_match"]["transport_protocol"] == "tls"
        assert ("header_to_metadata" in text) is trusted
        assert ("DYNAMIC_METADATA" in text) is trusted
        assert '"request_headers_to_remove": ["x-envoy-peer-metadata"]' in text


def test_an_outside_host_is_not_told_who_calls() -> None:
    config = resources("forum", "rds_8000.json")["8000"]
    audited, direct = config["virtual_hosts"][0]["routes"]
    assert audited["request_headers_to_add"][0]["header"]["key"] == "x-envoy-peer-metadata"
    for route in (direct, config["virtual_hosts"][-1]):
        assert "request_headers_to_add" not in route
        assert route["request_headers_to_remove"] == ["x-envoy-peer-metadata"]


def test_tracing_is_off_until_the_provider_has_a_service() -> None:
    listeners = resources("webapp", "lds.json")
    assert '"tracing"' not in json.dumps(listeners)


def test_a_broken_file_is_refused_and_the_others_count(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: Namespace\nmetadata: {name: a}\n")
    (tmp_path / "b.yaml").write_text("kind: [\n")
    (tmp_path / "c.yaml").write_text("kind: Spaceship\nmetadata: {name: c}\n")
    loaded = load(tmp_path)
    assert [resource.name for resource in loaded.resources] == ["a"]
    assert [name for name, _ in loaded.rejected] == ["b.yaml", "c.yaml"]
