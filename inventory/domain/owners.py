"""Which workload a pod belongs to: up the chain of controllers, as Istio names workloads.

Istio looks at the pod alone and guesses from names; where the objects between are known they decide, and
the guess is only for those that are not (istio, ``pkg/kube/inject``: GetDeployMetaFromPod). Deployment,
StatefulSet and DaemonSet end the chain even if an operator's object owns them, because telemetry has their
name.
"""

import re
from collections.abc import Mapping
from typing import Final

from inventory.domain.objects import Pod, Ref, Template, WorkloadEntry

Templates = Mapping[Ref, Template]
#: The pod label that replaces the workload's name in telemetry.
NAME_LABEL: Final = "service.istio.io/workload-name"
GROUP: Final = "istio.io/autoRegistrationGroup"
_HASHES: Final = ("pod-template-hash", "rollouts-pod-template-hash")
_SCHEDULED: Final = re.compile(r"(.+)-\d{8,10}")


def pod_owner(pod: Pod, templates: Templates) -> Ref:
    """What the pod is of; itself if nobody controls it, or only its node does (a static pod)."""
    owner = pod.meta.controller
    if owner is None or owner.kind == "Node":
        return Ref("Pod", pod.meta.name)
    if owner.kind == "ReplicaSet":
        return _replica_set(owner, pod, templates)
    if owner.kind == "Job":
        return _job(owner, templates)
    if owner.kind == "ReplicationController" and (name := pod.meta.labels.get("deploymentconfig")):
        return Ref("DeploymentConfig", name)
    return owner


def template_owner(template: Template) -> Ref:
    """The workload that a controller's object belongs to: itself, or what controls it."""
    owner = template.meta.controller
    if owner and (template.kind == "ReplicaSet" or owner.kind == "CronJob"):
        return owner
    return Ref(template.kind, template.meta.name)


def entry_owner(entry: WorkloadEntry) -> Ref:
    """The group a machine registered with, or the machine itself."""
    group = entry.meta.annotations.get(GROUP, "")
    if group:
        return Ref("WorkloadGroup", group)
    if entry.meta.controller and entry.meta.controller.kind == "WorkloadGroup":
        return entry.meta.controller
    return Ref("WorkloadEntry", entry.meta.name)


def vanished_pod_owner(name: str, templates: Templates) -> Ref | None:
    """The owner of a pod that is gone and of which only an event tells, from how pods are named."""
    parent, _, _ = name.rpartition("-")
    grandparent, _, _ = parent.rpartition("-")
    for kind in ("ReplicaSet", "Job"):
        if (known := templates.get(Ref(kind, parent))) is not None:
            return template_owner(known)
    candidates = (
        ("Deployment", grandparent),
        ("StatefulSet", parent),
        ("DaemonSet", parent),
        ("CronJob", grandparent),
    )
    return next((Ref(*one) for one in candidates if Ref(*one) in templates), None)


def _replica_set(owner: Ref, pod: Pod, templates: Templates) -> Ref:
    if (known := templates.get(owner)) is not None:
        return template_owner(known)
    for label in _HASHES:
        ending = f"-{pod.meta.labels.get(label, '')}"
        if len(ending) > 1 and owner.name.endswith(ending) and owner.name != ending:
            kind = "Deployment" if label == _HASHES[0] else "Rollout"
            return Ref(kind, owner.name.removesuffix(ending))
    return owner


def _job(owner: Ref, templates: Templates) -> Ref:
    if (known := templates.get(owner)) is not None:
        return template_owner(known)
    scheduled = _SCHEDULED.fullmatch(owner.name)
    return Ref("CronJob", scheduled[1]) if scheduled else owner
