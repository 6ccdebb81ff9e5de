"""One Kubernetes object, as the API or a manifest gives it, becomes one of ours.

``parse`` never raises, whatever the object holds: fields that are missing or of the wrong type are left
empty, and an object without a name, or of a kind that is not kept, is ``None``.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from inventory.domain.objects import Meta, Namespace, Object, Ref
from inventory.domain.parse import controllers, events, network, pods
from inventory.domain.parse.fields import flag, items, labels, mapping, moment, text

_CORE: Final = ("", "core")
_APPS: Final = ("apps", "extensions")
_ISTIO: Final = ("networking.istio.io",)
_Reader = Callable[[Mapping[str, Any], Meta], Object]


#: By kind: the API groups it belongs to (other groups use the same words for other things), and its reader.
_KINDS: Final[dict[str, tuple[tuple[str, ...], _Reader]]] = {
    "Namespace": (_CORE, lambda _, meta: Namespace(meta)),
    "Deployment": (_APPS, partial(controllers.scaled, "Deployment")),
    "StatefulSet": (_APPS, partial(controllers.scaled, "StatefulSet")),
    "ReplicaSet": (_APPS, partial(controllers.scaled, "ReplicaSet")),
    "DaemonSet": (_APPS, controllers.daemon_set),
    "Job": (("batch",), controllers.job),
    "CronJob": (("batch",), controllers.cron_job),
    "Pod": (_CORE, pods.pod),
    "Service": (_CORE, network.service),
    "EndpointSlice": (("discovery.k8s.io",), network.endpoint_slice),
    "Event": ((*_CORE, "events.k8s.io"), events.event),
    "WorkloadGroup": (_ISTIO, controllers.workload_group),
    "WorkloadEntry": (_ISTIO, network.workload_entry),
}


def parse(raw: Mapping[str, Any], cluster: str, kind: str = "") -> Object | None:
    """Our value for the object, or ``None`` if it is of no kept kind or has no name.

    ``kind`` is that of an item of a list, which the API does not repeat in each item.
    """
    if not isinstance(raw, Mapping):
        return None
    named = text(raw.get("kind")) or kind
    known = _KINDS.get(named)
    if known is None:
        return None
    groups, read = known
    if "apiVersion" in raw and text(raw.get("apiVersion")).rpartition("/")[0] not in groups:
        return None
    meta = _meta(raw, cluster, named)
    return read(raw, meta) if meta.name else None


def _meta(raw: Mapping[str, Any], cluster: str, kind: str) -> Meta:
    found = mapping(raw, "metadata")
    # kubectl's own rule for a manifest that says nothing.
    namespace = "" if kind == "Namespace" else text(found.get("namespace")) or "default"
    return Meta(
        cluster=cluster,
        namespace=namespace,
        name=text(found.get("name")),
        labels=labels(found.get("labels")),
        annotations=labels(found.get("annotations")),
        created_at=moment(found.get("creationTimestamp")),
        controller=_controller(found.get("ownerReferences")),
    )


def _controller(owners: object) -> Ref | None:
    for owner in items(owners):
        kind, name = text(owner.get("kind")), text(owner.get("name"))
        if flag(owner.get("controller")) and kind and name:
            return Ref(kind, name)
    return None
