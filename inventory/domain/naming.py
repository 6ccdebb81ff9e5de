"""App and version of a workload: Istio's rule for the canonical name and revision, and what is missing.

The first label that is there wins, even if it is empty (istio, ``pkg/kube/labels``: CanonicalService). What
Istio falls back to when none is there, the workload's name and ``latest``, groups nothing, so it counts as
having none; the injector writes the fallback onto pods, where it must not be taken for somebody's choice.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from inventory.domain.objects import Labels
from inventory.domain.world import Identity

CANONICAL_NAME: Final = "service.istio.io/canonical-name"
CANONICAL_REVISION: Final = "service.istio.io/canonical-revision"
APP_LABELS: Final = (CANONICAL_NAME, "app.kubernetes.io/name", "app")
VERSION_LABELS: Final = (CANONICAL_REVISION, "app.kubernetes.io/version", "version")
LATEST: Final = "latest"
_NAME_LENGTH: Final = 63
#: Where one writes a pod's labels, by the workload's kind.
_PLACES: Final = {
    "Pod": "metadata.labels of the pod",
    "CronJob": "spec.jobTemplate.spec.template.metadata.labels",
    "WorkloadGroup": "spec.metadata.labels of the group",
    "WorkloadEntry": "spec.labels of the entry",
}
_PLACE: Final = "spec.template.metadata.labels"


class Labelled(NamedTuple):
    """What labels say about one of the two: ``key`` is the label it comes from, empty if there is none."""

    value: str
    key: str


def identity(workload: str, kind: str, labels: Labels, template: Labels) -> Identity:
    """Of a workload whose pods carry ``labels``; ``template`` are those that its owner wrote."""
    app = _found(APP_LABELS, labels, template, workload[:_NAME_LENGTH])
    version = _found(VERSION_LABELS, labels, template, LATEST)
    place = _PLACES.get(kind, _PLACE)
    return Identity(
        app=app.value,
        version=version.value,
        app_from=app.key,
        version_from=version.key,
        app_missing="" if app.value else _no_app(app.key, workload, place),
        version_missing="" if version.value else _no_version(version.key, place),
        canonical_name=app.value if app.key else workload[:_NAME_LENGTH],
        canonical_revision=version.value if version.key else LATEST,
    )


def telemetry_identity(apps: Sequence[str], versions: Sequence[str]) -> Identity:
    """Of a workload that only traffic knows."""
    app = apps[0] if apps else ""
    version = versions[0] if versions else ""
    where = "Only traffic knows this workload, and no report of it names"
    return Identity(
        app=app,
        version=version,
        app_from="telemetry" if app else "",
        version_from="telemetry" if version else "",
        app_missing="" if app else f"{where} a canonical service or app.",
        version_missing="" if version else f"{where} a canonical revision or version.",
        canonical_name=app,
        canonical_revision=version,
    )


def _found(keys: tuple[str, ...], labels: Labels, template: Labels, fallback: str) -> Labelled:
    key = next((key for key in keys if key in labels), "")
    value = labels.get(key, "")
    if key == keys[0] and value == fallback and key not in template:
        others = [other for other in keys[1:] if other in labels]
        return Labelled(labels[others[0]], others[0]) if others else Labelled("", "")
    return Labelled(value, key)


def _no_app(key: str, workload: str, place: str) -> str:
    if key:
        return f"The label {key} is empty, so it belongs to no application. Give it a value in {place}."
    return (
        f"Its pods carry none of the labels {_listed(APP_LABELS)}, so it belongs to no application, and "
        f"Istio's telemetry names it by its workload, {workload}. Add the label app in {place}."
    )


def _no_version(key: str, place: str) -> str:
    if key:
        return f"The label {key} is empty, so it has no version. Give it a value in {place}."
    return (
        f"Its pods carry none of the labels {_listed(VERSION_LABELS)}, so Istio's telemetry calls its "
        f"version {LATEST}, whatever runs. Add the label version in {place}."
    )


def _listed(keys: tuple[str, ...]) -> str:
    return f"{', '.join(keys[:-1])} and {keys[-1]}"
