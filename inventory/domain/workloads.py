"""The workloads of one namespace: pods, machines and controllers' objects under the names telemetry uses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from inventory.domain import naming, owners, proxies
from inventory.domain.merge import Found
from inventory.domain.objects import Labels, Pod, Ref, Template, WorkloadEntry
from inventory.domain.owners import NAME_LABEL, Templates
from inventory.domain.telemetry import NamedWorkload, Place
from inventory.domain.world import Key, Known, ProxyState, Workload

TELEMETRY: Final = "telemetry"
_PROVED: Final = frozenset((TELEMETRY,))
#: Two kinds may have one name, which telemetry cannot tell apart: the first of these gives the kind.
_RANK: Final = (
    "Deployment", "Rollout", "DeploymentConfig", "StatefulSet", "DaemonSet", "ReplicaSet",
    "ReplicationController", "CronJob", "Job", "WorkloadGroup", "WorkloadEntry",
)  # fmt: skip
_UNOWNED: Final = ("Pod", "")


@dataclass(slots=True)
class Member:
    """What belongs to one name so far. ``templates`` are those of owners, ``parts`` of what they own."""

    kinds: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    templates: list[Template] = field(default_factory=list)
    parts: list[Template] = field(default_factory=list)
    pods: list[Pod] = field(default_factory=list)
    entries: list[WorkloadEntry] = field(default_factory=list)


@dataclass(slots=True)
class Members:
    """The members of one namespace by name, and the name that each owner goes by."""

    by_name: dict[str, Member] = field(default_factory=dict)
    names: dict[Ref, str] = field(default_factory=dict)
    pods: dict[str, str] = field(default_factory=dict)

    def of(self, owner: Ref, labels: Labels, known: Known) -> Member:
        """The owner's member, made if it is the first. A label may give it another name."""
        name = self.names.get(owner) or labels.get(NAME_LABEL) or owner.name
        self.names[owner] = name
        member = self.by_name.setdefault(name, Member())
        member.kinds.add(owner.kind)
        member.known |= known
        return member


def members(found: Found, templates: Templates) -> Members:
    """Every object put where it belongs."""
    result = Members()
    for template, known in found.of(Template):
        owner = owners.template_owner(template)
        if owner == (template.kind, template.meta.name):
            result.of(owner, template.labels, known).templates.append(template)
        elif owner not in templates and template.desired:
            result.of(owner, template.labels, known).parts.append(template)
    for pod, known in found.of(Pod):
        owner = owners.pod_owner(pod, templates)
        result.of(owner, pod.meta.labels, known).pods.append(pod)
        result.pods[pod.meta.name] = result.names[owner]
    for entry, known in found.of(WorkloadEntry):
        result.of(owners.entry_owner(entry), entry.labels, known).entries.append(entry)
    return result


def workloads(
    place: Place, found: Members, named: Iterable[NamedWorkload], namespace: Labels, has_pods: bool
) -> dict[Key, Workload]:
    """Every workload of the namespace by its key; those that only traffic knows too."""
    proved = {one.name: one for one in named}
    result = {
        Key(*place, name): _workload(Key(*place, name), member, name in proved, namespace, has_pods)
        for name, member in found.by_name.items()
    }
    for name, one in proved.items():
        if name not in found.by_name:
            result[Key(*place, name)] = _from_traffic(Key(*place, name), one)
    return dict(sorted(result.items()))


def _workload(key: Key, member: Member, proved: bool, namespace: Labels, has_pods: bool) -> Workload:
    kind = min(member.kinds, key=_rank)
    template = next((one for one in member.templates if one.kind == kind), None) or _newest(member.parts)
    written = template.labels if template else {}
    labels = _labels(member, template)
    pods = tuple(sorted(member.pods, key=lambda pod: pod.meta.name))
    desired, ready = _counts(member, template, pods, has_pods)
    return Workload(
        key=key,
        kind=kind,
        known=frozenset(member.known) | _PROVED if proved else frozenset(member.known),
        identity=naming.identity(key.name, kind, labels, written),
        proxy=_proxy(member, template, namespace),
        template=template,
        labels=written or labels,
        annotations=_annotations(template, pods),
        created_at=_created(template, member),
        pods=pods,
        entries=tuple(sorted(member.entries, key=lambda entry: entry.meta.name)),
        desired=desired,
        ready=ready,
        restarts=sum(pod.restarts for pod in pods) if pods or has_pods else None,
    )


def _from_traffic(key: Key, named: NamedWorkload) -> Workload:
    reason = "Only traffic knows it; no source of Kubernetes objects lists it."
    return Workload(
        key=key,
        kind="",
        known=_PROVED,
        identity=naming.telemetry_identity(named.apps, named.versions),
        proxy=ProxyState("unknown", reason),
    )


def _rank(kind: str) -> tuple[int, str]:
    if kind in _UNOWNED:
        return len(_RANK) + 1, kind
    return _RANK.index(kind) if kind in _RANK else len(_RANK), kind


def _newest(parts: Iterable[Template]) -> Template | None:
    return max(parts, key=lambda one: one.meta.created_at or 0.0, default=None)


def _labels(member: Member, template: Template | None) -> Labels:
    """Those that traffic goes by: the newest pod's or machine's, else the template's."""
    if member.pods:
        return max(member.pods, key=lambda pod: pod.meta.created_at or 0.0).meta.labels
    if member.entries:
        return member.entries[0].labels
    return template.labels if template else {}


def _annotations(template: Template | None, pods: tuple[Pod, ...]) -> Labels:
    """The owner's own over those of its pods."""
    if template is None:
        return pods[0].meta.annotations if pods else {}
    if not template.annotations:
        return template.meta.annotations
    return {**template.annotations, **template.meta.annotations}


def _created(template: Template | None, member: Member) -> float | None:
    if template and template.meta.created_at is not None:
        return template.meta.created_at
    metas = [pod.meta for pod in member.pods] + [entry.meta for entry in member.entries]
    return min((one.created_at for one in metas if one.created_at is not None), default=None)


def _counts(
    member: Member, template: Template | None, pods: tuple[Pod, ...], has_pods: bool
) -> tuple[int | None, int | None]:
    """Desired and ready pods (or machines); ready is what the pods say, else what the status says."""
    if member.entries and not pods:
        told = [entry.healthy for entry in member.entries if entry.healthy is not None]
        return len(member.entries), sum(told) if told else None
    wanted = [one.desired for one in (*member.templates, *member.parts) if one.desired is not None]
    current = [pod for pod in pods if pod.phase not in ("Succeeded", "Failed")]
    desired = sum(wanted) if wanted else len(current) if pods else None
    if pods or (has_pods and desired is not None):
        return desired, sum(pod.ready for pod in current)
    return desired, template.ready if template else None


def _proxy(member: Member, template: Template | None, namespace: Labels) -> ProxyState:
    if not member.pods and (member.entries or "WorkloadGroup" in member.kinds):
        return proxies.of_machines(member.entries)
    return proxies.state(member.pods, template, namespace)


def labels_of(workload: Workload) -> Mapping[int, Labels]:
    """Every set of labels that its pods and machines carry, once."""
    carried = [pod.meta.labels for pod in workload.pods] + [entry.labels for entry in workload.entries]
    if not carried and workload.template:
        carried = [workload.template.labels]
    return {id(labels): labels for labels in carried}
