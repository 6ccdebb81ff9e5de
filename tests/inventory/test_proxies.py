"""Sidecar, ambient, gateway, waypoint or none, and why."""

from typing import Any

import pytest

from inventory.domain import objects
from inventory.domain.proxies import of_namespace, state
from inventory.domain.world import ProxyState
from tests.inventory.kube import parsed, raw, read

ENABLED = {"istio-injection": "enabled"}
SIDECAR = [{"name": "app"}, {"name": "istio-proxy", "args": ["proxy", "sidecar"]}]
PLAIN = [{"name": "app"}]


def pod(name: str = "x", containers: Any = None, host: bool = False, **parts: Any) -> objects.Pod:
    spec = {"containers": containers or PLAIN, "hostNetwork": host, **parts.pop("spec", {})}
    status = {"phase": parts.pop("phase", "Running")}
    found = parsed(raw("Pod", name, spec=spec, status=status, **parts))
    assert isinstance(found, objects.Pod)
    return found


def template(labels: Any = None, containers: Any = None, annotations: Any = None) -> objects.Template:
    meta = {"labels": labels or {}, "annotations": annotations or {}}
    spec = {"template": {"metadata": meta, "spec": {"containers": containers or PLAIN}}}
    found = parsed(raw("Deployment", "x", spec=spec))
    assert isinstance(found, objects.Template)
    return found


@pytest.mark.parametrize(
    ("namespace", "labels", "host", "mode"),
    [
        (ENABLED, {}, False, "sidecar"),
        (ENABLED, {"sidecar.istio.io/inject": "false"}, False, "none"),
        ({**ENABLED, "istio.io/rev": "canary"}, {}, False, "sidecar"),
        ({"istio.io/rev": "canary"}, {}, False, "sidecar"),
        ({}, {"sidecar.istio.io/inject": "true"}, False, "sidecar"),
        ({}, {"istio.io/rev": "canary"}, False, "sidecar"),
        ({"istio-injection": "disabled"}, {"sidecar.istio.io/inject": "true"}, False, "none"),
        ({}, {}, False, "none"),
        (ENABLED, {}, True, "none"),
        ({"istio.io/dataplane-mode": "ambient"}, {}, False, "ambient"),
        ({"istio.io/dataplane-mode": "ambient"}, {"istio.io/dataplane-mode": "none"}, False, "none"),
        ({}, {"istio.io/dataplane-mode": "ambient"}, False, "ambient"),
        ({"istio.io/dataplane-mode": "ambient", **ENABLED}, {}, False, "sidecar"),
        (
            {"istio.io/dataplane-mode": "ambient", **ENABLED},
            {"sidecar.istio.io/inject": "false"},
            False,
            "ambient",
        ),
    ],
)
def test_what_labels_ask_for(
    namespace: dict[str, str], labels: dict[str, str], host: bool, mode: str
) -> None:
    """The table of Istio's webhooks: a pod that has no proxy wants one, or does not."""
    found = state([pod(labels=labels, host=host)], None, namespace)
    assert found.mode == "none"
    assert (found.wanted or "none") == mode
    without_pods = state([], template(labels), namespace)
    assert host or without_pods.mode == mode


def test_sidecars() -> None:
    classic = state([pod(containers=SIDECAR)], None, ENABLED)
    assert (classic.mode, classic.wanted) == ("sidecar", None)
    assert "as a sidecar" in classic.reason
    assert "istio-injection=enabled" in classic.reason
    found = parsed(read("pod-native-sidecar.yaml"))
    assert isinstance(found, objects.Pod)
    native = state([found], None, ENABLED)
    assert (native.mode, native.wanted, native.revision) == ("sidecar", None, "default")
    assert "native sidecar" in native.reason


def test_injection_that_did_not_happen() -> None:
    found = state([pod("a"), pod("b")], None, ENABLED)
    assert (found.mode, found.wanted) == ("none", "sidecar")
    assert found.reason.startswith("Each of its 2 pods has neither")
    assert "restart them" in found.reason


def test_a_sidecar_that_nobody_wants_any_more() -> None:
    found = state([pod(containers=SIDECAR)], None, {"istio-injection": "disabled"})
    assert (found.mode, found.wanted) == ("sidecar", "none")
    assert "until they are restarted" in found.reason


def test_half_of_the_pods() -> None:
    old = pod("a", creationTimestamp="2026-11-24T10:00:00Z")
    new = pod("b", SIDECAR, creationTimestamp="2026-11-24T11:00:00Z")
    found = state([old, new], None, ENABLED)
    assert found.mode == "sidecar"
    assert found.reason.startswith("One of its 2 pods runs the container istio-proxy")
    assert "The others: 1 none." in found.reason


def test_another_revision() -> None:
    one = pod(containers=SIDECAR, annotations={"istio.io/rev": "1-26"})
    found = state([one], None, {"istio.io/rev": "1-27"})
    assert (found.mode, found.wanted, found.revision) == ("sidecar", None, "1-26")
    assert "revision 1-26" in found.reason
    assert "1-27 is a tag" in found.reason


def test_ambient() -> None:
    namespace = {"istio.io/dataplane-mode": "ambient"}
    taken = state([pod(annotations={"ambient.istio.io/redirection": "enabled"})], None, namespace)
    assert (taken.mode, taken.wanted) == ("ambient", None)
    left = state([pod(annotations={"ambient.istio.io/redirection": "pending"})], None, namespace)
    assert (left.mode, left.wanted) == ("none", "ambient")
    assert "istio-cni" in left.reason


@pytest.mark.parametrize(
    ("parts", "mode"),
    [
        ({"containers": [{"name": "istio-proxy", "args": ["proxy", "router"]}, {"name": "log"}]}, "gateway"),
        ({"containers": [{"name": "istio-proxy", "image": "auto"}]}, "gateway"),
        ({"containers": SIDECAR, "annotations": {"inject.istio.io/templates": "gateway"}}, "gateway"),
        ({"containers": [{"name": "istio-proxy", "args": ["proxy", "waypoint"]}]}, "waypoint"),
        ({"containers": [{"name": "istio-proxy", "args": ["proxy", "ztunnel"]}]}, "none"),
        ({"containers": SIDECAR, "annotations": {"inject.istio.io/templates": "grpc-agent"}}, "none"),
        (
            {
                "containers": [{"name": "istio-proxy"}],
                "labels": {"gateway.istio.io/managed": "istio.io-mesh-controller"},
            },
            "waypoint",
        ),
    ],
)
def test_proxies_by_trade(parts: dict[str, Any], mode: str) -> None:
    found = state([pod(**parts)], None, {})
    assert found.mode == mode
    assert found.reason.endswith(".")


def test_without_pods_the_template_is_all_there_is() -> None:
    gateway = state([], template(containers=[{"name": "istio-proxy", "image": "auto"}]), ENABLED)
    assert gateway.mode == "gateway"
    assert "No pod of it is known" in gateway.reason
    assert state([], None, ENABLED).mode == "unknown"


def test_a_sidecar_written_by_hand_is_wanted() -> None:
    found = state([pod(containers=SIDECAR)], template(containers=SIDECAR), {})
    assert (found.mode, found.wanted) == ("sidecar", None)


def test_ended_pods_do_not_speak_for_the_running() -> None:
    ended = pod("a", phase="Succeeded", creationTimestamp="2026-11-24T12:00:00Z")
    running = pod("b", SIDECAR, creationTimestamp="2026-11-24T11:00:00Z")
    assert state([ended, running], None, ENABLED).mode == "sidecar"
    assert state([ended], None, {}).mode == "none"


def test_namespaces() -> None:
    assert of_namespace(None).mode == "unknown"
    assert of_namespace(ENABLED).mode == "sidecar"
    assert of_namespace({"istio.io/rev": "x"}) == ProxyState(
        "sidecar", "The namespace's label istio.io/rev=x asks for a sidecar.", revision="x"
    )
    assert of_namespace({"istio-injection": "disabled"}).mode == "none"
    assert of_namespace({"istio.io/dataplane-mode": "ambient"}).mode == "ambient"
