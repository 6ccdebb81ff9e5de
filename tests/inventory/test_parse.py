"""Kubernetes objects become ours, whatever they hold."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from inventory.domain import objects
from inventory.domain.parse import parse
from tests.inventory.kube import parsed, raw, read

KINDS = list(objects.ObjectKind.__args__)  # type: ignore[attr-defined]


def test_a_pod_with_a_native_sidecar() -> None:
    pod = parsed(read("pod-native-sidecar.yaml"))
    assert isinstance(pod, objects.Pod)
    assert pod.meta.controller == objects.Ref("ReplicaSet", "catalog-v1-5c7f8d9b6d")
    assert (pod.phase, pod.ready, pod.node, pod.ip) == ("Running", False, "node-a", "10.244.1.17")
    assert pod.reason.startswith("CrashLoopBackOff: back-off 5m0s")
    assert pod.restarts == 8
    assert [(c.name, c.role, c.native) for c in pod.containers] == [
        ("istio-init", "init", False),
        ("istio-proxy", "proxy", True),
        ("catalog", "app", False),
    ]
    proxy, app = pod.containers[1:]
    assert (proxy.proxy_type, proxy.state, proxy.ready, proxy.ports) == ("sidecar", "running", True, (15090,))
    assert (app.state, app.reason, app.last_reason, app.last_exit_code) == (
        "waiting",
        "CrashLoopBackOff",
        "OOMKilled",
        137,
    )
    assert app.last_finished_at == datetime(2026, 11, 24, 16, 59, 58, tzinfo=UTC).timestamp()


def test_what_tools_write_for_themselves_is_not_kept() -> None:
    pod = parsed(read("pod-native-sidecar.yaml"))
    assert "kubectl.kubernetes.io/last-applied-configuration" not in pod.meta.annotations
    assert "managedFields" not in repr(pod)


def test_json_and_yaml_say_the_same() -> None:
    one = read("pod-native-sidecar.yaml")
    assert parsed(json.loads(json.dumps(one))) == parsed(one)
    unquoted = yaml.safe_load("{kind: Pod, metadata: {name: a, creationTimestamp: 2026-11-20T08:00:01Z}}")
    assert parsed(unquoted).meta.created_at == datetime(2026, 11, 20, 8, 0, 1, tzinfo=UTC).timestamp()


def test_pods_of_one_workload_share_what_is_equal() -> None:
    first, second = (
        parsed(raw("Pod", name, labels={"app": "cart"}, annotations={"a": "b" * 99})) for name in "ab"
    )
    assert first.meta.labels is second.meta.labels
    assert first.meta.annotations is second.meta.annotations


def test_replicas_of_a_deployment() -> None:
    spec = {"replicas": 3, "template": {"metadata": {"labels": {"app": "cart"}}, "spec": {}}}
    live = parsed(
        raw("Deployment", "cart", spec=spec, status={"observedGeneration": 4, "updatedReplicas": 3})
    )
    assert isinstance(live, objects.Template)
    assert (live.desired, live.ready, live.available, live.updated) == (3, 0, 0, 3)
    manifest = parsed(raw("Deployment", "cart", spec={"template": spec["template"]}))
    assert isinstance(manifest, objects.Template)
    assert (manifest.desired, manifest.ready, manifest.labels) == (1, None, {"app": "cart"})


def test_the_other_controllers() -> None:
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [{"name": "x", "image": "i:1"}]}}
    done = {"conditions": [{"type": "Complete", "status": "True"}]}
    expected = [
        (parsed(raw("DaemonSet", "a", spec={"template": template}, status={"desiredNumberScheduled": 4})), 4),
        (parsed(raw("StatefulSet", "a", spec={"replicas": 0, "template": template})), 0),
        (parsed(raw("ReplicaSet", "a", spec={"replicas": 2, "template": template})), 2),
        (parsed(raw("Job", "a", spec={"parallelism": 2, "template": template})), 2),
        (parsed(raw("Job", "b", spec={"parallelism": 2, "template": template}, status=done)), 0),
        (parsed(raw("CronJob", "a", spec={"jobTemplate": {"spec": {"template": template}}})), None),
    ]
    for found, desired in expected:
        assert isinstance(found, objects.Template)
        assert found.desired == desired, found.kind
        assert found.labels == {"app": "x"}, found.kind
        assert [c.image for c in found.containers] == ["i:1"], found.kind


def test_an_item_of_a_list_has_its_kind_from_the_list() -> None:
    found = parse({"metadata": {"name": "cart", "namespace": "shop"}, "spec": {}}, "c1", kind="StatefulSet")
    assert isinstance(found, objects.Template)
    assert (found.kind, found.meta.cluster) == ("StatefulSet", "c1")


def test_other_groups_words_are_not_ours() -> None:
    assert parse(raw("Service", "web", version="serving.knative.dev/v1"), "c") is None
    assert parse(raw("Job", "web", version="batch.volcano.sh/v1alpha1"), "c") is None
    assert parse(raw("VirtualService", "web"), "c") is None
    assert parse({"kind": "Pod", "metadata": {"generateName": "web-"}}, "c") is None
    assert parse([], "c") is None  # type: ignore[arg-type]


def test_a_service_and_its_endpoints() -> None:
    ports = [{"name": "http", "port": 80, "targetPort": "web", "appProtocol": "http2", "nodePort": 30080}]
    service = parsed(
        raw(
            "Service",
            "web",
            spec={"clusterIPs": ["10.0.0.1", "fd00::1"], "ports": ports, "selector": {"app": "web"}},
            status={"loadBalancer": {"ingress": [{"hostname": "lb.example.com"}]}},
        )
    )
    assert isinstance(service, objects.Service)
    assert service.ports == (objects.Port("http", 80, "web", "TCP", "http2", 30080),)
    assert (service.addresses, service.external_addresses) == (("10.0.0.1", "fd00::1"), ("lb.example.com",))
    endpoints = [
        {"addresses": ["10.1.0.1"], "targetRef": {"kind": "Pod", "name": "web-1"}, "nodeName": "n1"},
        {"addresses": ["10.1.0.2"], "conditions": {"ready": False}},
    ]
    found = parsed(
        raw(
            "EndpointSlice",
            "web-x7",
            labels={"kubernetes.io/service-name": "web"},
            endpoints=endpoints,
            ports=[{"name": "http", "port": 8080}],
        )
    )
    assert isinstance(found, objects.Endpoints)
    assert [(e.service, e.address, e.ready, e.target) for e in found.endpoints] == [
        ("web", "10.1.0.1", True, ("Pod", "web-1")),
        ("web", "10.1.0.2", False, None),
    ]
    headless = parsed(raw("Service", "db", spec={"clusterIP": "None"}))
    assert isinstance(headless, objects.Service)
    assert (headless.headless, headless.addresses) == (True, ())


def test_both_forms_of_events() -> None:
    old = parsed(
        raw(
            "Event",
            "web-1.17",
            involvedObject={"kind": "Pod", "name": "web-1"},
            type="Warning",
            reason="BackOff",
            message="Back-off restarting",
            count=14,
            firstTimestamp="2026-11-24T10:00:00Z",
            lastTimestamp="2026-11-24T11:00:00Z",
            source={"component": "kubelet"},
        )
    )
    new = parsed(
        raw(
            "Event",
            "web-1.18",
            version="events.k8s.io/v1",
            regarding={"kind": "Pod", "name": "web-1"},
            note="Back-off restarting",
            type="Warning",
            reason="BackOff",
            eventTime="2026-11-24T10:00:00.000000Z",
            series={"count": 14, "lastObservedTime": "2026-11-24T11:00:00.000000Z"},
            reportingController="kubelet",
        )
    )
    for found in (old, new):
        assert isinstance(found, objects.Event)
        assert found.about == ("Pod", "web-1")
        assert (found.message, found.count, found.source) == ("Back-off restarting", 14, "kubelet")
        assert found.last_at is not None
        assert found.first_at is not None
        assert found.last_at - found.first_at == 3600


def test_machines_outside() -> None:
    spec = {"address": "192.0.2.7", "labels": {"app": "billing"}, "serviceAccount": "billing"}
    status = {"conditions": [{"type": "Healthy", "status": "False"}]}
    entry = parsed(raw("WorkloadEntry", "vm-7", spec=spec, status=status, owner=("WorkloadGroup", "billing")))
    assert isinstance(entry, objects.WorkloadEntry)
    assert (entry.address, entry.healthy, entry.labels) == ("192.0.2.7", False, {"app": "billing"})
    group = parsed(raw("WorkloadGroup", "billing", spec={"metadata": {"labels": {"app": "billing"}}}))
    assert isinstance(group, objects.Template)
    assert (group.kind, group.labels) == ("WorkloadGroup", {"app": "billing"})


def test_hostile_objects() -> None:
    found = parsed(
        raw(
            "Service",
            "<script>alert(1)</script>",
            labels={"a": "x" * 5000, "version": 1, "on": True, "no": None, "half\ud800": "\ud800"},
            spec={"ports": [{"port": number} for number in range(1, 1001)], "selector": "app"},
        )
    )
    assert isinstance(found, objects.Service)
    assert len(found.ports) == 1000
    assert found.meta.labels == {"a": "x" * 5000, "version": "1", "on": "true", "no": "", "half?": "?"}
    assert found.selector == {}
    huge = parsed(raw("Pod", "big", annotations={"a": "y" * 300_000, "n": 10**5000}))
    assert len(huge.meta.annotations["a"]) <= 8192
    assert huge.meta.annotations["n"] == ""


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.datetimes()
    | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
FIELDS = [
    "metadata", "spec", "status", "labels", "annotations", "ownerReferences", "template", "containers",
    "initContainers", "name", "namespace", "args", "ports", "port", "restartPolicy", "containerStatuses",
    "state", "waiting", "terminated", "exitCode", "conditions", "type", "replicas", "readyReplicas",
    "endpoints", "addresses", "targetRef", "series", "count", "eventTime", "involvedObject", "jobTemplate",
    "loadBalancer", "ingress", "clusterIPs", "selector", "creationTimestamp", "controller", "kind",
]  # fmt: skip
SHAPED = st.recursive(
    JSON,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS) | st.integers(), inner, max_size=8)
    ),
    max_leaves=30,
)


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), SHAPED, max_size=8))
def test_nothing_raises(kind: str, parts: dict[str, Any]) -> None:
    one = {**parts, "kind": kind}
    parse(one, "c")
    found = parse({**one, "metadata": {"name": "x", **_mapping(parts.get("metadata"))}}, "c")
    repr(found).encode()  # no lone surrogate survives


def _mapping(value: object) -> dict[Any, Any]:
    return {key: given for key, given in value.items() if key != "name"} if isinstance(value, dict) else {}


def test_a_pod_is_small() -> None:
    """Its own values beside what it shares with others: well under what 10,000 of them may take."""
    pod = parsed(read("pod-native-sidecar.yaml"))
    assert isinstance(pod, objects.Pod)
    own = sum(map(sys.getsizeof, (pod, pod.meta, pod.containers, *pod.containers)))
    assert own < 2000
