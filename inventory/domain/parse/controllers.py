"""What makes pods: Deployment and its kin, Job, CronJob, WorkloadGroup."""

from collections.abc import Mapping
from typing import Any, Final

from inventory.domain.objects import Meta, Template
from inventory.domain.parse.fields import count, flag, integer, items, labels, mapping, text
from inventory.domain.parse.pods import containers

_REVISION: Final = "deployment.kubernetes.io/revision"
_FINISHED: Final = ("Complete", "Failed", "SuccessCriteriaMet", "FailureTarget")


def scaled(kind: str, raw: Mapping[str, Any], meta: Meta) -> Template:
    """Deployment, StatefulSet, ReplicaSet: ``spec.replicas`` pods, one when it does not say."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    replicas = integer(spec.get("replicas"))
    return Template(
        kind=kind,
        meta=meta,
        desired=1 if replicas is None else max(0, replicas),
        ready=_counted(status, "readyReplicas"),
        available=_counted(status, "availableReplicas"),
        updated=_counted(status, "updatedReplicas"),
        revision=meta.annotations.get(_REVISION, "") or text(status.get("updateRevision")),
        **_pod_template(spec),
    )


def daemon_set(raw: Mapping[str, Any], meta: Meta) -> Template:
    """As many pods as there are nodes for it, which only the status says."""
    status = mapping(raw, "status")
    return Template(
        kind="DaemonSet",
        meta=meta,
        desired=_counted(status, "desiredNumberScheduled"),
        ready=_counted(status, "numberReady"),
        available=_counted(status, "numberAvailable"),
        updated=_counted(status, "updatedNumberScheduled"),
        **_pod_template(mapping(raw, "spec")),
    )


def job(raw: Mapping[str, Any], meta: Meta) -> Template:
    """Wants its parallel pods until it has ended, then none."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    suspended = flag(spec.get("suspend"))
    parallel = integer(spec.get("parallelism"))
    over = suspended or _finished(status.get("conditions"))
    return Template(
        kind="Job",
        meta=meta,
        desired=0 if over else 1 if parallel is None else max(0, parallel),
        ready=_counted(status, "ready"),
        suspended=suspended,
        **_pod_template(spec),
    )


def cron_job(raw: Mapping[str, Any], meta: Meta) -> Template:
    """Its pods come and go, so no number of them is wanted."""
    spec = mapping(raw, "spec")
    template = _pod_template(mapping(spec, "jobTemplate", "spec"))
    return Template(kind="CronJob", meta=meta, suspended=flag(spec.get("suspend")), **template)


def workload_group(raw: Mapping[str, Any], meta: Meta) -> Template:
    """The template of the WorkloadEntries that register with it."""
    spec = mapping(raw, "spec")
    given = labels({**mapping(spec, "metadata", "labels"), **mapping(spec, "template", "labels")})
    annotations = labels(mapping(spec, "metadata", "annotations"))
    return Template(kind="WorkloadGroup", meta=meta, labels=given, annotations=annotations)


def _pod_template(spec: Mapping[str, Any]) -> dict[str, Any]:
    template = mapping(spec, "template")
    pod = mapping(template, "spec")
    return {
        "labels": labels(mapping(template, "metadata").get("labels")),
        "annotations": labels(mapping(template, "metadata").get("annotations")),
        "containers": containers(pod, {}),
        "host_network": flag(pod.get("hostNetwork")),
    }


def _counted(status: Mapping[str, Any], name: str) -> int | None:
    """A count of the status; the API leaves out those that are 0, and a manifest has no status at all."""
    return count(status.get(name)) if status else None


def _finished(conditions: object) -> bool:
    return any(
        text(one.get("type")) in _FINISHED and text(one.get("status")) == "True" for one in items(conditions)
    )
