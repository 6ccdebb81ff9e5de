"""Kubernetes objects for tests, as the API gives them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from inventory.domain.objects import Object
from inventory.domain.parse import parse

Raw = dict[str, Any]
FOLDER = Path(__file__).parent / "objects"


def read(name: str) -> Raw:
    """The one object of a file under ``objects/``."""
    found: Raw = yaml.safe_load((FOLDER / name).read_text())
    return found


def raw(kind: str, name: str, **parts: Any) -> Raw:
    """An object; ``namespace``, ``labels``, ``annotations`` and ``owner`` (kind, name) go to its metadata."""
    meta: Raw = {"name": name, "namespace": parts.pop("namespace", "shop")}
    for part in ("labels", "annotations", "creationTimestamp"):
        if part in parts:
            meta[part] = parts.pop(part)
    if owner := parts.pop("owner", None):
        meta["ownerReferences"] = [{"kind": owner[0], "name": owner[1], "controller": True}]
    version = parts.pop("version", _VERSIONS.get(kind, "v1"))
    return {"apiVersion": version, "kind": kind, "metadata": meta, **parts}


def parsed(one: Mapping[str, Any], cluster: str = "Kubernetes") -> Object:
    """The object as ours; fails if it is none."""
    found = parse(one, cluster)
    assert found is not None
    return found


_VERSIONS = {
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
    **dict.fromkeys(("WorkloadGroup", "WorkloadEntry"), "networking.istio.io/v1"),
    "EndpointSlice": "discovery.k8s.io/v1",
}
