"""Which thing a name means: found, ambiguous, or not there and what is near."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from inventory.domain.world import Key
from mesh.errors import Ambiguous, NotFound
from workloads.domain.things import Kind, Thing, Things

SINGULAR: Final[dict[Kind, str]] = {
    "namespaces": "namespace",
    "apps": "app",
    "workloads": "workload",
    "services": "service",
}
_NEAR: Final = 5


def find(things: Things, namespace: str, name: str, cluster: str) -> Thing:
    """The row of that name. Raises ``Ambiguous`` (409) that says which clusters have it, or ``NotFound``
    (404) with names that are near.
    """
    clusters = sorted({row.key.cluster for row in things.rows})
    asked = [cluster] if cluster else clusters
    found = [row for one in asked if (row := things.get(Key(one, namespace, name))) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(things.kind, [row.key for row in found])
    raise _unknown(things, Key(cluster, namespace, name), clusters)


def _ambiguous(kind: Kind, found: list[Key]) -> Ambiguous:
    clusters = [key.cluster for key in found]
    text = (
        f"{len(found)} clusters have a {SINGULAR[kind]} of that name: {', '.join(clusters)}. "
        "Say which with cluster=…"
    )
    return Ambiguous("ambiguous_name", text, {"name": found[0].name[:300], "clusters": clusters})


def _unknown(things: Things, asked: Key, clusters: list[str]) -> NotFound:
    kind = things.kind
    if asked.cluster and asked.cluster not in clusters:
        text = f"There is no cluster {asked.cluster[:100]!r}. There are {', '.join(clusters)}."
        return NotFound("unknown_cluster", text, {"cluster": asked.cluster[:300], "allowed": clusters})
    near = _near((row.key for row in things.rows), asked)
    where = f" in namespace {asked.namespace[:100]}" if asked.namespace else ""
    text = f"There is no {SINGULAR[kind]} {asked.name[:100]!r}{where}, neither as an object nor in traffic."
    if near:
        text += f" Near: {', '.join(near)}."
    return NotFound(f"unknown_{SINGULAR[kind]}", text, {"name": asked.name[:300], "near": near})


def _near(table: Iterable[Key], asked: Key) -> list[str]:
    """The same name elsewhere, then similar ones in the same namespace, as ``namespace/name``."""
    keys = list(table)
    same = [key for key in keys if key.name == asked.name]
    siblings = {key.name: key for key in keys if key.namespace == asked.namespace}
    close = get_close_matches(asked.name[:100], list(siblings), _NEAR, 0.5)
    found = [*same, *(siblings[name] for name in close)]
    return list(dict.fromkeys("/".join(filter(None, key[1:])) for key in found))[:_NEAR]
