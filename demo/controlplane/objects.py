"""Kubernetes and Istio manifests, as read from a folder of YAML files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]
KNOWN_KINDS = frozenset(
    (
        "Namespace",
        "Deployment",
        "Service",
        "ConfigMap",
        "VirtualService",
        "DestinationRule",
        "Gateway",
        "ServiceEntry",
        "Sidecar",
        "PeerAuthentication",
        "Telemetry",
        "ServiceAccount",
    )
)


class ManifestError(ValueError):
    """A manifest that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True)
class Resource:
    """One object of a manifest file."""

    api_version: str
    kind: str
    name: str
    namespace: str
    spec: Mapping[str, Any]
    labels: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def config_path(self) -> str:
        """The name under which Istio writes an object into Envoy's metadata."""
        kind = {"VirtualService": "virtual-service", "DestinationRule": "destination-rule"}[self.kind]
        return f"/apis/{self.api_version}/namespaces/{self.namespace}/{kind}/{self.name}"


@dataclass(frozen=True)
class Loaded:
    """What a folder holds: usable objects, and those refused with the reason."""

    resources: tuple[Resource, ...]
    rejected: tuple[tuple[str, str], ...] = ()


def load(folder: Path) -> Loaded:
    """Read every `*.yaml` of a folder in name order; a broken file is refused, the others still count."""
    good: list[Resource] = []
    bad: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            good.extend(_file(path))
        except (yaml.YAMLError, ManifestError) as error:
            bad.append((path.name, str(error)))
    return Loaded(tuple(good), tuple(bad))


def _file(path: Path) -> Iterator[Resource]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=loader):
        if document is not None:
            yield _resource(path.name, document)


def _resource(file: str, document: object) -> Resource:
    if not isinstance(document, dict) or "kind" not in document:
        raise ManifestError(f"{file}: a document has no kind")
    kind = document["kind"]
    if kind not in KNOWN_KINDS:
        raise ManifestError(f"{file}: kind {kind} is not one this control plane knows")
    metadata = document.get("metadata") or {}
    if not metadata.get("name"):
        raise ManifestError(f"{file}: a {kind} has no metadata.name")
    return Resource(
        api_version=str(document.get("apiVersion", "")),
        kind=kind,
        name=metadata["name"],
        namespace=metadata.get("namespace", "default"),
        spec=document.get("spec") or {},
        labels=metadata.get("labels") or {},
        data=document.get("data") or {},
    )
