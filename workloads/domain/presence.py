"""What proves that a thing exists, in a sentence: objects, traffic, or traffic of what is gone."""

from typing import Literal

from msgspec import Struct

from inventory.domain.objects import Gap
from inventory.domain.world import Known, World
from workloads.domain.subject import Subject, is_host

TELEMETRY = "telemetry"


class Presence(Struct, frozen=True):
    """``state``: ``object`` (a source has it), ``traffic`` (only telemetry names it), ``gone`` (a source that
    shows its namespace does not have it, yet it had traffic in the window). ``words`` is empty for objects.
    """

    state: Literal["object", "traffic", "gone"]
    words: str


def presence(world: World, subject: Subject, known: Known, window: str) -> Presence:
    """``window`` is the telemetry's, as a duration."""
    if known != {TELEMETRY}:
        return Presence("object", "")
    if subject.kind == "services" and is_host(subject.key.name):
        return Presence("traffic", "A host outside the mesh: known by the traffic that goes to it.")
    if not world.sources:
        text = (
            "Known by its traffic only: no source of objects is configured, so pods and events are not known."
        )
        return Presence("traffic", text)
    gaps = gaps_of(world, subject.namespace)
    if gaps:
        text = f"Known by its traffic only: {gaps[0].source} does not deliver {_plural(gaps[0])} now."
        return Presence("traffic", text)
    if subject.kind == "apps":
        return Presence(
            "traffic", "Known by its traffic only: no workload of this namespace has this app's labels."
        )
    if not _shows(world, subject):
        names = " and ".join(world.sources)
        text = f"Known by its traffic only: {names} has no objects of namespace {subject.namespace}."
        return Presence("traffic", text)
    what = {"services": "service", "workloads": "workload", "namespaces": "namespace"}[subject.kind]
    text = f"No {what} of this name exists any more, but it had traffic in the last {window}: it was deleted."
    return Presence("gone", text)


def _shows(world: World, subject: Subject) -> bool:
    """Whether a source of objects knows the namespace, in that cluster."""
    return any(
        key.cluster == subject.key.cluster and key.name == subject.namespace and found.known != {TELEMETRY}
        for key, found in world.namespaces.items()
    )


def gaps_of(world: World, namespace: str) -> list[Gap]:
    """What is not known now of a namespace."""
    return [gap for gap in world.gaps if gap.namespace in ("", namespace)]


def _plural(gap: Gap) -> str:
    return f"{gap.kind} objects" + (f" of {gap.namespace}" if gap.namespace else "")
