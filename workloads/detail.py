"""One thing with all its parts, from snapshot and inventory alone: nothing here waits on a source."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from graph.domain.query import GraphQuery
from graph.domain.scene import Scene
from graph.services import Answered, graph_document, scene_of
from mesh.errors import NotAllowed, NotFound
from mesh.window import format_duration
from snapshots.services import Job
from workloads import services
from workloads.domain import gathering, traffic, versions
from workloads.domain.asked import ThingQuery
from workloads.domain.named import find
from workloads.domain.parts import Limits, Parts
from workloads.domain.presence import Presence, presence
from workloads.domain.subject import GRAPH_TYPES, Subject
from workloads.domain.things import Thing, Things
from workloads.domain.traffic import Row
from workloads.domain.versions import Version

_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class Detail:
    """A thing and where it was found. ``visible`` is what the caller may see of its kind."""

    subject: Subject
    thing: Thing
    things: Things
    query: ThingQuery

    @property
    def scene(self) -> Scene:
        """The snapshot's scene."""
        return scene_of(self.things.snapshot)

    def rows(self) -> tuple[Row, ...]:
        """Its traffic, strongest first; made once per snapshot and thing."""
        return _rows(_Once(self.scene), self.subject)

    def parts(self, limits: Limits) -> Parts:
        """What the inventory knows of it."""
        return gathering.parts(self.things.world, self.thing.thing, limits)

    def presence(self) -> Presence:
        """What proves that it exists."""
        window = format_duration(self.query.window_seconds)
        return presence(self.things.world, self.subject, self.thing.thing.known, window)

    def versions(self) -> list[Version]:
        """How an app's or service's traffic is divided."""
        if self.subject.kind not in ("apps", "services"):
            return []
        keys = gathering.members(self.thing.thing)
        return versions.versions(self.scene, self.subject, self.things.world.workloads, keys)


def detail(query: ThingQuery, user: Any = None) -> Detail | Job:
    """The thing, or the job that will collect the window. Raises ``CallerError``: 404, 403, 409."""
    everything = services.things(query.kind, query.window_seconds, query.at)
    if isinstance(everything, Job):
        return everything
    things = services.visible(everything, user)
    _check_namespace(query, everything, things)
    thing = find(things, query.namespace, query.name, query.cluster)
    return Detail(Subject(query.kind, thing.key), thing, things, query)


def own_graph(query: ThingQuery, hops: int, user: Any = None) -> Answered | Job:
    """What surrounds the thing, as a graph document."""
    found = detail(query, user)
    if isinstance(found, Job):
        return found
    subject = found.subject
    asked = GraphQuery(
        type=GRAPH_TYPES[subject.kind],
        window_seconds=query.window_seconds,
        at=query.at,
        service_nodes=subject.kind == "services",
        around=subject.node,
        hops=hops,
    )
    return graph_document(asked, user)


def _check_namespace(query: ThingQuery, everything: Things, things: Things) -> None:
    """As everywhere: a namespace that is hidden is 403, one that does not exist 404."""
    name = query.namespace if query.kind != "namespaces" else query.name
    if not name or name in things.known:
        return
    text = f"There is no namespace {name[:100]!r} that you may see."
    error = NotAllowed if name in everything.known else NotFound
    raise error("unknown_namespace", text, {"namespace": name[:300], "allowed": sorted(things.known)[:1000]})


class _Once:
    """A scene that equals any other of the same snapshot."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and other.scene.snapshot_id == self.scene.snapshot_id

    def __hash__(self) -> int:
        return hash(self.scene.snapshot_id)


@lru_cache(maxsize=_KEPT)
def _rows(once: _Once, subject: Subject) -> tuple[Row, ...]:
    return tuple(traffic.traffic(once.scene, subject))


def forget() -> None:
    """Drops what this process keeps in memory (for tests)."""
    _rows.cache_clear()
