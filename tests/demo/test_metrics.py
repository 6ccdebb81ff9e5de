"""The standard metrics: names, exact labels, both reporters, special destinations."""

import pytest
from running import RunningDemo

pytestmark = [pytest.mark.demo, pytest.mark.integration]

ENDS = "workload workload_namespace app version cluster principal canonical_service canonical_revision"
PEER = {
    "reporter",
    *(f"{side}_{name}" for side in ("source", "destination") for name in ENDS.split()),
    "destination_service",
    "destination_service_name",
    "destination_service_namespace",
}
HTTP = PEER | {"request_protocol", "response_code", "response_flags", "connection_security_policy"}
TCP = PEER | {"request_protocol", "response_flags", "connection_security_policy"}
SCRAPE = {"__name__", "instance", "job", "namespace", "pod", "app", "version"}
BOUNDS = "0.5 1 5 10 25 50 100 250 500 1000 2500 5000 10000 30000 60000 300000 600000 1800000 3600000 +Inf"
EXPECTED = {
    "istio_requests_total": HTTP,
    "istio_request_duration_milliseconds_count": HTTP,
    "istio_request_bytes_count": HTTP,
    "istio_response_bytes_count": HTTP,
    "istio_tcp_connections_opened_total": TCP,
    "istio_tcp_connections_closed_total": TCP,
    "istio_tcp_sent_bytes_total": TCP,
    "istio_tcp_received_bytes_total": TCP,
}


@pytest.mark.parametrize("reporter", ["source", "destination"])
@pytest.mark.parametrize("metric", sorted(EXPECTED))
def test_a_standard_metric_has_exactly_istios_labels(demo: RunningDemo, metric: str, reporter: str) -> None:
    server = "orders-db" if "tcp" in metric else "orders"
    found = demo.series(f'{metric}{{reporter="{reporter}",destination_workload="{server}"}}')
    for labels in found:
        if labels.get("response_code") != "0":
            assert labels.keys() - SCRAPE == EXPECTED[metric]


@pytest.mark.parametrize("reporter", ["source", "destination"])
def test_grpc_has_its_status_and_its_message_counts(demo: RunningDemo, reporter: str) -> None:
    selector = f'reporter="{reporter}",destination_workload="pricing"'
    for labels in demo.series(f'istio_requests_total{{{selector},response_code="200"}}'):
        assert labels.keys() - SCRAPE == HTTP | {"grpc_response_status"}
        assert labels["request_protocol"] == "grpc"
    for metric in ("istio_request_messages_total", "istio_response_messages_total"):
        assert demo.series(f"{metric}{{{selector}}}")[0].keys() - SCRAPE == PEER


def test_histograms_have_istios_buckets(demo: RunningDemo) -> None:
    found = demo.series('istio_request_bytes_bucket{reporter="destination",destination_workload="webapp"}')
    assert {float(labels["le"]) for labels in found} == {float(bound) for bound in BOUNDS.split()}


def test_both_sides_name_each_other_with_their_certificates(demo: RunningDemo) -> None:
    selector = 'source_workload="webapp",destination_workload="catalog-v1",response_code="200"'
    wanted = {
        "source_app": "webapp",
        "source_canonical_service": "webapp",
        "source_principal": "spiffe://cluster.local/ns/istioinaction/sa/webapp",
        "destination_app": "catalog",
        "destination_version": "v1",
        "destination_principal": "spiffe://cluster.local/ns/istioinaction/sa/catalog",
        "destination_service": "catalog.istioinaction.svc.cluster.local",
        "destination_service_name": "catalog",
        "destination_service_namespace": "istioinaction",
    }
    for reporter, policy in (("source", "unknown"), ("destination", "mutual_tls")):
        for labels in demo.series(f'istio_requests_total{{{selector},reporter="{reporter}"}}'):
            assert labels.items() >= {**wanted, "connection_security_policy": policy}.items()


def test_a_plaintext_client_without_sidecar_is_unknown(demo: RunningDemo) -> None:
    for labels in demo.series('istio_requests_total{source_workload="unknown",reporter="destination"}'):
        for name in ("workload_namespace", "app", "version", "cluster", "principal", "canonical_service"):
            assert labels[f"source_{name}"] == "unknown"
        assert labels["source_canonical_revision"] == "latest"
        assert labels["connection_security_policy"] == "none"
    assert not demo.query('istio_requests_total{source_workload="batch-import"}')


def test_a_plaintext_hop_between_proxies_knows_both_sides(demo: RunningDemo) -> None:
    selector = 'destination_workload="stock",reporter="destination",source_workload="orders"'
    for labels in demo.series(f"istio_requests_total{{{selector}}}"):
        assert labels["connection_security_policy"] == "none"
        assert labels["source_principal"] == labels["destination_principal"] == "unknown"


def test_labels_that_a_pod_lacks_are_absent_from_its_own_report(demo: RunningDemo) -> None:
    own, other = 'reporter="destination"', 'reporter="source"'
    selector = 'destination_workload="recommender",response_code="200"'
    for labels in demo.series(f"istio_requests_total{{{selector},{own}}}"):
        assert not {"destination_app", "destination_version"} & labels.keys()
        assert labels["destination_canonical_service"] == "recommender"
        assert labels["destination_canonical_revision"] == "latest"
    for labels in demo.series(f"istio_requests_total{{{selector},{other}}}"):
        assert labels["destination_app"] == labels["destination_version"] == "unknown"


def test_an_unknown_host_is_the_passthrough_cluster(demo: RunningDemo) -> None:
    selector = 'destination_service_name="PassthroughCluster",source_workload="analytics"'
    (http,) = demo.series(f"istio_requests_total{{{selector}}}")
    assert http["destination_service"] == "telemetry.vendor.example:9090"
    assert http["reporter"] == "source"
    (tcp,) = demo.series(f"istio_tcp_connections_opened_total{{{selector}}}")
    assert tcp["destination_service"] == tcp["destination_workload"] == "unknown"


def test_a_blocked_host_is_the_black_hole_cluster(demo: RunningDemo) -> None:
    selector = 'destination_service_name="BlackHoleCluster",source_workload="payments"'
    (http,) = demo.series(f"istio_requests_total{{{selector}}}")
    assert http["response_code"] == "502"
    assert demo.series(f"istio_tcp_connections_opened_total{{{selector}}}")


def test_an_external_service_is_named_by_its_host(demo: RunningDemo) -> None:
    for source in ("forum", "istio-egressgateway"):
        selector = f'source_workload="{source}",destination_service="httpbin.example.com"'
        for labels in demo.series(f"istio_requests_total{{{selector}}}"):
            assert labels["destination_service_name"] == "httpbin.example.com"
            assert labels["destination_workload"] == "unknown"
            assert labels["reporter"] == "source"
    audited = 'source_workload="forum",destination_workload="istio-egressgateway"'
    assert demo.series(f"istio_requests_total{{{audited}}}")


def test_an_idle_workload_has_no_traffic(demo: RunningDemo) -> None:
    assert demo.query('up{pod=~"archive.*"}')
    assert not demo.query('istio_requests_total{destination_workload="archive"}')


def test_the_control_plane_measures_itself(demo: RunningDemo) -> None:
    for metric in (
        'pilot_xds_pushes{type="cds",app="istiod"}',
        'pilot_xds_pushes{type="rds"}',
        "pilot_proxy_convergence_time_count > 0",
        "pilot_xds_push_time_count > 0",
        "pilot_xds{version!=''} >= 17",
        "pilot_services > 10",
        "pilot_virt_services > 3",
    ):
        assert demo.series(metric, 30), metric
