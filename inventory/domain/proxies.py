"""Whether and how a workload takes part in the mesh: what its pods have, beside what labels ask for.

A native sidecar is an init container; who looks at ``containers`` alone misses Istio's default.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from inventory.domain import injection
from inventory.domain.injection import REVISION
from inventory.domain.objects import Container, Labels, Pod, Template, WorkloadEntry
from inventory.domain.owners import GROUP
from inventory.domain.world import ProxyMode, ProxyState

REDIRECTION: Final = "ambient.istio.io/redirection"
TEMPLATES: Final = "inject.istio.io/templates"
MANAGED: Final = "gateway.istio.io/managed"
GATEWAY_CLASS: Final = "gateway.networking.k8s.io/gateway-class-name"
_WAYPOINTS: Final = ("istio.io-mesh-controller", "istio.io-agentgateway-waypoint-controller")
_PROXYLESS: Final = ("grpc-agent", "grpc-simple")


class Seen(NamedTuple):
    """What one pod has. ``evidence`` completes "1 pod …", ``revision`` is the control plane's."""

    mode: ProxyMode
    evidence: str
    revision: str = ""


def state(pods: Sequence[Pod], template: Template | None, namespace: Labels) -> ProxyState:
    """Of a workload; without pods what its template asks for."""
    wanted = _wanted(pods, template, namespace)
    if pods:
        return _judged(_alive(pods), wanted)
    if template is None:
        return ProxyState("unknown", "None of its pods is known, and nothing that would create one.")
    seen = look(template.containers, template.labels, template.annotations)
    hint = "No pod of it is known to check that."
    if seen.mode in ("gateway", "waypoint", "sidecar"):
        return ProxyState(seen.mode, f"Its template {seen.evidence}. {hint}", revision=wanted.revision)
    return ProxyState(wanted.mode, f"{wanted.reason} {hint}", revision=wanted.revision)


def of_machines(entries: Sequence[WorkloadEntry]) -> ProxyState:
    """Of machines outside Kubernetes: those that registered themselves run Istio's agent."""
    registered = sum(GROUP in entry.meta.annotations for entry in entries)
    if registered:
        count = f"{registered} of {len(entries)} machines registered"
        return ProxyState("sidecar", f"{count} with the mesh by itself, which takes Istio's agent and Envoy.")
    return ProxyState("unknown", "Nothing in a WorkloadEntry tells whether a proxy runs on the machine.")


def of_namespace(labels: Labels | None) -> ProxyState:
    """What a namespace asks of new pods; unknown without its object."""
    if labels is None:
        return ProxyState("unknown", "No source lists the namespace itself, so its labels are not known.")
    return injection.of_namespace(labels)


def look(containers: Iterable[Container], labels: Labels, annotations: Labels) -> Seen:
    """What the containers, and what Istio wrote onto the pod, prove."""
    found = [one for one in containers if one.role != "init"]
    proxy = next((one for one in found if one.role == "proxy"), None)
    if proxy is not None:
        return _with_proxy(proxy, len(found) == 1, labels, annotations)
    if annotations.get(REDIRECTION) == "enabled":
        return Seen("ambient", f"is taken into the mesh by ztunnel (annotation {REDIRECTION}=enabled)")
    return Seen("none", "has neither a container istio-proxy nor ambient redirection")


def _with_proxy(proxy: Container, alone: bool, labels: Labels, annotations: Labels) -> Seen:
    revision = annotations.get(REVISION, "") or labels.get(REVISION, "")
    managed, templates = labels.get(MANAGED, ""), annotations.get(TEMPLATES, "")
    if proxy.proxy_type == "waypoint" or managed in _WAYPOINTS:
        return Seen("waypoint", "is a waypoint: its proxy serves others in ambient mode", revision)
    if proxy.proxy_type == "ztunnel":
        return Seen("none", "is ztunnel itself, the proxy of its node", revision)
    if templates in _PROXYLESS:
        text = f"has no Envoy: its application speaks xDS itself (annotation {TEMPLATES}={templates})"
        return Seen("none", text, revision)
    if managed or templates == "gateway" or GATEWAY_CLASS in labels or proxy.proxy_type == "router" or alone:
        return Seen("gateway", f"is a gateway ({_gateway(proxy, managed, templates, labels)})", revision)
    how = "as a native sidecar (an init container that keeps running)" if proxy.native else "as a sidecar"
    return Seen("sidecar", f"runs the container {proxy.name} {how}", revision)


def _gateway(proxy: Container, managed: str, templates: str, labels: Labels) -> str:
    if managed:
        return f"label {MANAGED}={managed}"
    if templates == "gateway":
        return f"annotation {TEMPLATES}=gateway"
    if GATEWAY_CLASS in labels:
        return f"label {GATEWAY_CLASS}={labels[GATEWAY_CLASS]}"
    if proxy.proxy_type == "router":
        return f"{proxy.name} runs as proxy router"
    return f"{proxy.name} is its only container"


def _wanted(pods: Sequence[Pod], template: Template | None, namespace: Labels) -> ProxyState:
    if template is not None and any(one.role == "proxy" for one in template.containers):
        return ProxyState("sidecar", "Its own template lists istio-proxy.")
    if template is not None:
        return injection.of_pod(namespace, template.labels, template.annotations, template.host_network)
    if not pods:
        return injection.of_namespace(namespace)
    newest = max(pods, key=_created)
    return injection.of_pod(namespace, newest.meta.labels, newest.meta.annotations, newest.host_network)


def _alive(pods: Sequence[Pod]) -> Sequence[Pod]:
    """Those that run or will; all of them where every one has ended."""
    alive = [pod for pod in pods if pod.phase not in ("Succeeded", "Failed") and pod.deleted_at is None]
    return alive or pods


def _judged(pods: Sequence[Pod], wanted: ProxyState) -> ProxyState:
    """The newest pod's mode, how many share it, and where that is not what the labels ask for."""
    seen = [look(pod.containers, pod.meta.labels, pod.meta.annotations) for pod in pods]
    newest = seen[max(range(len(pods)), key=lambda index: _created(pods[index]))]
    same = sum(one.mode == newest.mode for one in seen)
    said = [f"{_of(same, len(pods))} {newest.evidence}."]
    others = Counter(one.mode for one in seen if one.mode != newest.mode)
    if others:
        said.append(f"The others: {', '.join(f'{n} {mode}' for mode, n in sorted(others.items()))}.")
    if newest.mode not in ("sidecar", "ambient", "none"):
        return ProxyState(newest.mode, " ".join(said), revision=newest.revision)
    said.append(wanted.reason)
    differs = newest.mode != wanted.mode
    said.append(_advice(newest, wanted) if differs else _other_revision(newest, wanted))
    reason = " ".join(filter(None, said))
    return ProxyState(newest.mode, reason, wanted.mode if differs else None, newest.revision)


def _advice(seen: Seen, wanted: ProxyState) -> str:
    if wanted.mode == "sidecar":
        return (
            "They were created before that, or the injector did not answer then: restart them "
            "(kubectl rollout restart), and look at the events if that does not help."
        )
    if wanted.mode == "ambient" and seen.mode == "none":
        return "The mesh's CNI has not taken them in: see that istio-cni and ztunnel run on their nodes."
    return "What they have stays until they are restarted."


def _other_revision(seen: Seen, wanted: ProxyState) -> str:
    if seen.mode != "sidecar" or not (seen.revision and wanted.revision) or seen.revision == wanted.revision:
        return ""
    return (
        f"Their proxies belong to revision {seen.revision}: unless {wanted.revision} is a tag of it, "
        "restart them to move them."
    )


def _created(pod: Pod) -> float:
    return pod.meta.created_at or pod.started_at or 0.0


def _of(count: int, total: int) -> str:
    if total == 1:
        return "Its pod"
    if count == total:
        return f"Each of its {total} pods"
    return f"One of its {total} pods" if count == 1 else f"Each of {count} of its {total} pods"
