"""Access logs, spans, identity."""

import http.client
import json
import re
from collections import defaultdict

import pytest
from collector import Collector
from running import RunningDemo, get

pytestmark = [pytest.mark.demo, pytest.mark.integration]

LINE = re.compile(
    r'^\[(?P<start_time>[^\]]*)\] "(?P<method>\S+) (?P<path>.*?) (?P<protocol>\S+)" (?P<response_code>\d+|-) '
    r"(?P<response_flags>\S+) (?P<response_code_details>\S+) (?P<connection_termination_details>\S+) "
    r'"(?P<upstream_transport_failure_reason>[^"]*)" (?P<bytes_received>\d+|-) (?P<bytes_sent>\d+|-) '
    r'(?P<duration>\d+|-) (?P<upstream_service_time>\S+) "(?P<x_forwarded_for>[^"]*)" "(?P<user_agent>.*)" '
    r'"(?P<request_id>[^"]*)" "(?P<authority>[^"]*)" "(?P<upstream_host>[^"]*)" (?P<upstream_cluster>\S+) '
    r"(?P<upstream_local_address>\S+) (?P<downstream_local_address>\S+) (?P<downstream_remote_address>\S+) "
    r"(?P<requested_server_name>\S+) (?P<route_name>\S+)$"
)


def test_access_log_lines_have_istios_text_format(demo: RunningDemo) -> None:
    lines = [line for line in demo.log("istioinaction", "webapp") if line.startswith("[")]
    found = [LINE.match(line) for line in lines]
    assert len(found) > 20
    assert all(found)
    clusters = {match["upstream_cluster"] for match in found if match}
    assert {"inbound|8080||", "outbound|80|v1|catalog.istioinaction.svc.cluster.local"} <= clusters


def test_one_workload_logs_json_with_the_same_fields(demo: RunningDemo) -> None:
    lines = [line for line in demo.log("shop", "orders-6") if line.startswith("{")]
    assert lines
    for line in lines:
        assert json.loads(line).keys() == LINE.groupindex.keys()


def test_programs_log_too_and_logs_have_cri_lines(demo: RunningDemo) -> None:
    assert any("listens on" in line for line in demo.log("istioinaction", "webapp", "webapp"))
    (path,) = demo.run_dir.glob("pods/istioinaction_webapp*/webapp/0.log")
    first = path.read_text().splitlines()[0]
    assert re.match(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout F ", first)


def test_spans_form_traces_with_istios_names_and_tags(demo: RunningDemo, collector: Collector) -> None:
    def whole() -> list[dict[str, object]] | None:
        traces = defaultdict(list)
        for span in collector.spans:
            traces[span["traceId"]].append(span)
        for spans in traces.values():
            names = {span["localEndpoint"]["serviceName"] for span in spans}
            if {
                "istio-ingressgateway.istio-system",
                "webapp.istioinaction",
                "catalog.istioinaction",
            } <= names:
                return spans
        return None

    spans = demo.wait_until(whole, 60, "a trace from the gateway to catalog")
    server = next(
        span
        for span in spans
        if span["localEndpoint"]["serviceName"] == "catalog.istioinaction" and span["kind"] == "SERVER"
    )
    assert server["name"] == "catalog:80/*"
    tags = server["tags"]
    assert tags["istio.canonical_service"] == "catalog"
    assert tags["istio.namespace"] == "istioinaction"
    assert tags["istio.mesh_id"] == "cluster.local"
    assert tags["istio.cluster_id"] == "Kubernetes"
    assert tags["istio.canonical_revision"] in ("v1", "v2")
    assert tags["node_id"].startswith("sidecar~127.")
    assert tags["upstream_cluster"] == "inbound|3000||"
    assert tags["component"] == "proxy"
    client = next(span for span in spans if span["id"] == server["parentId"])
    assert (client["kind"], client["name"]) == ("CLIENT", server["name"])
    assert any(span["name"].startswith("router outbound|80||webapp") for span in spans)


def test_a_client_cannot_pretend_to_be_somebody(demo: RunningDemo) -> None:
    ip = demo.pod("catalog-v1")["ip"]
    lie = "thief;bank;thief;v9;thief;v9;Kubernetes"
    status, _ = get(f"{ip}:3000", "/lie", {"x-envoy-peer-metadata": lie})
    assert status == 200
    demo.wait_until(
        lambda: any("/lie" in line for line in demo.log("istioinaction", "catalog-v1")), 20, "log"
    )
    assert not demo.query('istio_requests_total{source_workload="thief"}')


def test_a_strict_workload_refuses_plain_text(demo: RunningDemo) -> None:
    with pytest.raises((http.client.HTTPException, OSError)):
        get(f"{demo.pod('orders-6')['ip']}:8080", "/")


def test_config_dumps_have_istios_names(demo: RunningDemo) -> None:
    _, body = get(f"{demo.pod('webapp')['ip']}:15000", "/config_dump")
    configs = {config["@type"].rpartition(".")[2]: config for config in json.loads(body)["configs"]}
    clusters = {
        entry["cluster"]["name"] for entry in configs["ClustersConfigDump"]["dynamic_active_clusters"]
    }
    assert {"PassthroughCluster", "BlackHoleCluster", "inbound|8080||"} <= clusters
    assert "outbound|80|v1|catalog.istioinaction.svc.cluster.local" in clusters
    listeners = {entry["name"] for entry in configs["ListenersConfigDump"]["dynamic_listeners"]}
    assert {"virtualInbound", "virtualOutbound", "0.0.0.0_80"} <= listeners
    routes = {entry["route_config"]["name"] for entry in configs["RoutesConfigDump"]["dynamic_route_configs"]}
    assert routes == {"80"}
