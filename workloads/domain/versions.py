"""The versions of an app or service, and how its traffic is divided among them."""

from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from graph.domain import document
from graph.domain.edges import latencies, rates, shares
from graph.domain.numbers import listed
from graph.domain.scene import BY_KIND, Scene
from inventory.domain.world import Key, Workload
from mesh.hops import TCP, is_known
from mesh.keys import grouped, summed, summed_rows
from workloads.domain.subject import Subject, placed


class Version(Struct, frozen=True):
    """One version of one workload. ``share`` is of all requests that come in; None when none do.

    ``ready`` and ``desired`` count pods; ``workload`` is None for requests that reached nobody.
    """

    version: str | None
    workload: str | None
    namespace: str | None
    ready: int | None
    desired: int | None
    rate: float
    share: float | None
    error_share: float | None
    latency: document.Latency | None


def versions(
    scene: Scene, subject: Subject, workloads: Mapping[Key, Workload], members: Iterable[Key]
) -> list[Version]:
    """Those that get requests, strongest first, then the members that get none. Nothing of pure TCP."""
    flowing = _flowing(scene, subject, workloads)
    served = {(one.namespace, one.workload) for one in flowing}
    quiet = [workloads[key] for key in members if key in workloads and key[1:] not in served]
    rest = [
        _version(one, one.identity.version or None, (0.0, 0.0 if flowing else None, None, None))
        for one in quiet
    ]
    return flowing + sorted(rest, key=lambda one: (one.version or "", one.workload or ""))


_Numbers = tuple[float, float | None, float | None, document.Latency | None]


def _version(one: Workload, version: str | None, numbers: _Numbers) -> Version:
    return Version(version, one.key.name, one.key.namespace, one.ready, one.desired, *numbers)


def _flowing(scene: Scene, subject: Subject, workloads: Mapping[Key, Workload]) -> list[Version]:
    hops = scene.hops
    edge = np.flatnonzero(placed(scene, subject).inbound & (hops.protocol != TCP))
    if not len(edge):
        return []
    group, first = grouped(hops.destination[edge])
    size = len(first)
    amounts = summed_rows(group, scene.amounts[edge], size)
    buckets = summed_rows(group, scene.buckets[edge], size)
    known = summed(group, scene.has_buckets[edge].astype(np.float64), size) > 0
    found = rates(amounts, hops.protocol[edge][first])
    whole = np.full(size, amounts[:, BY_KIND].sum())
    columns = zip(
        (value or 0.0 for value in listed(found.rate)),
        listed(shares(found.rate, whole)),
        listed(shares(found.error_rate, found.judged)),
        latencies(scene, amounts, buckets, known),
        strict=True,
    )
    out = []
    for place, numbers in zip(hops.destination[edge[first]].tolist(), columns, strict=True):
        side = hops.workloads[place]
        version = side.version if is_known(side.version) else None
        if not is_known(side.name):
            out.append(Version(None, None, None, None, None, *numbers))
        elif (one := workloads.get(Key(*side[:3]))) is not None:
            out.append(_version(one, version or one.identity.version or None, numbers))
        else:
            out.append(Version(version, side.name, side.namespace, None, None, *numbers))
    return sorted(out, key=lambda one: (-one.rate, one.version or "", one.workload or ""))
