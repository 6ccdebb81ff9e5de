"""What labels ask of a new pod: a sidecar, ambient mode or no proxy.

The rules are those of Istio's injection webhooks of the default revision and of ambient's CNI
(docs/inventory.md has the table).
"""

from typing import Final

from inventory.domain.objects import Labels
from inventory.domain.world import ProxyState

INJECT: Final = "sidecar.istio.io/inject"
INJECTION: Final = "istio-injection"
REVISION: Final = "istio.io/rev"
DATAPLANE: Final = "istio.io/dataplane-mode"
_NOTHING: Final = (
    f"Neither the namespace nor the pods carry a label that asks for a proxy ({INJECTION}, {REVISION}, "
    f"{INJECT}, {DATAPLANE})."
)


def of_namespace(labels: Labels) -> ProxyState:
    """What a namespace asks of pods that say nothing themselves."""
    asked = _sidecar(labels, {}) or _ambient(labels, {})
    if asked is not None:
        return asked
    if labels.get(INJECTION) == "disabled":
        return ProxyState("none", f"The namespace's label {INJECTION}=disabled keeps sidecars out.")
    return ProxyState("none", f"The namespace carries none of {INJECTION}, {REVISION} and {DATAPLANE}.")


def of_pod(namespace: Labels, labels: Labels, annotations: Labels, host_network: bool) -> ProxyState:
    """What the labels ask for; a sidecar wins over ambient mode."""
    if host_network:
        return ProxyState("none", "Pods in their node's network (hostNetwork) never get a proxy.")
    kept_out = _kept_out(namespace, labels, annotations)
    asked = (None if kept_out else _sidecar(namespace, labels)) or _ambient(namespace, labels)
    return asked or ProxyState("none", kept_out or _NOTHING)


def _kept_out(namespace: Labels, labels: Labels, annotations: Labels) -> str:
    if labels.get(INJECT) == "false":
        return f"The pods' label {INJECT}=false keeps the sidecar out."
    if INJECT not in labels and annotations.get(INJECT) == "false":
        return f"The pods' annotation {INJECT}=false keeps the sidecar out."
    if namespace.get(INJECTION) == "disabled":
        return f"The namespace's label {INJECTION}=disabled keeps sidecars out."
    return ""


def _sidecar(namespace: Labels, labels: Labels) -> ProxyState | None:
    if namespace.get(INJECTION) == "enabled":
        return ProxyState("sidecar", f"The namespace's label {INJECTION}=enabled asks for a sidecar.")
    if INJECTION in namespace:
        return None
    if revision := namespace.get(REVISION):
        reason = f"The namespace's label {REVISION}={revision} asks for a sidecar."
        return ProxyState("sidecar", reason, revision=revision)
    if revision := labels.get(REVISION):
        reason = f"The pods' label {REVISION}={revision} asks for a sidecar."
        return ProxyState("sidecar", reason, revision=revision)
    if labels.get(INJECT) == "true":
        return ProxyState("sidecar", f"The pods' label {INJECT}=true asks for a sidecar.")
    return None


def _ambient(namespace: Labels, labels: Labels) -> ProxyState | None:
    whose, asked = ("pods'", labels) if DATAPLANE in labels else ("namespace's", namespace)
    if asked.get(DATAPLANE) == "ambient":
        return ProxyState("ambient", f"The {whose} label {DATAPLANE}=ambient asks for ambient mode.")
    if whose == "pods'" and namespace.get(DATAPLANE) == "ambient":
        reason = f"The pods' label {DATAPLANE}={asked[DATAPLANE]} keeps them out of ambient mode."
        return ProxyState("none", reason)
    return None
