"""Answers about the graph, from snapshots alone: nothing here waits on a source."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final

import msgspec

from accounts.services import visible_namespaces
from graph.ahead import Ahead, Answer, without_traffic
from graph.documents import Documents, Made
from graph.domain.build import build
from graph.domain.document import Document
from graph.domain.formats import CONTENT_TYPES, write
from graph.domain.project import clusters_of, namespaces_of
from graph.domain.query import GraphQuery
from graph.domain.scene import Scene, scene
from graph.domain.totals import dated, has_traffic
from graph.encoding import gzipped, plain, tail
from graph.freshness import Source, data_status, freshness, rfc3339
from graph.measures import BUILD_SECONDS
from inventory import services as inventory
from mesh.errors import NotAllowed, NotFound
from mesh.traffic import Snapshot
from snapshots import services as snapshots
from snapshots.services import Job

_KEPT_SCENES: Final = 4
#: Readers get the document before this long after a new snapshot, no longer: then theirs is made at once.
_GRACE_SECONDS: Final = 10.0
_documents: Final = Documents()
_ahead: Final = Ahead[Answer](without_traffic)
_scenes: Final[OrderedDict[str, Scene]] = OrderedDict()
_scenes_lock: Final = threading.Lock()
#: Documents are pure computation: made side by side they only take turns, and every other answer waits.
_one_at_a_time: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply in parts: ``body()`` puts them together. ``taken_at`` is epoch seconds."""

    made: Made
    head: bytes
    etag: str
    taken_at: float
    content_type: str

    def body(self, gzip: bool) -> bytes:
        """The whole reply, compressed or not."""
        return gzipped(self.head, self.made.tail) if gzip else plain(self.head, self.made.tail)


def graph_document(query: GraphQuery, user: Any = None) -> Answered | Job:
    """The graph, or the job that will collect what it needs. Raises ``CallerError``."""
    snapshot = find_snapshot(query.window_seconds, query.at)
    if snapshot is None:
        return snapshots.request(query.window_seconds, query.at)
    visible = _visible(snapshot, query, user)
    answer = _at_once(snapshot, query, visible) if query.at is None else None
    return _answer(query, answer or _now(snapshot, query, visible))


def make_ahead() -> None:
    """From now on this process makes the documents of a new snapshot before they are asked for."""
    _ahead.start()


def _now(snapshot: Snapshot, query: GraphQuery, visible: frozenset[str]) -> Answer:
    """The snapshot's own document, made now if it is not there yet."""
    normal = replace(query, at=None)
    made = _documents.get((snapshot.id, normal, visible), lambda: _make(snapshot, normal, visible))
    return Answer(snapshot, made)


def _at_once(snapshot: Snapshot, query: GraphQuery, visible: frozenset[str]) -> Answer | None:
    """The answer without waiting: the snapshot's own document if there is one, else the one before it."""
    question = (query, visible)

    def newest() -> Answer | None:
        found = snapshots.newest(query.window_seconds)
        return None if found is None else _now(found, query, visible)

    earlier = _ahead.earlier(question, newest)
    made = _documents.has((snapshot.id, query, visible))
    if earlier is not None and not made and _just_arrived(snapshot):
        return earlier
    answer = _now(snapshot, query, visible)
    _ahead.remember(question, answer)
    return answer


def find_snapshot(window_seconds: int, at: float | None) -> Snapshot | None:
    """The newest snapshot of the window, or the one that ended at ``at``."""
    return snapshots.newest(window_seconds) if at is None else snapshots.at(window_seconds, at)


def scene_of(snapshot: Snapshot) -> Scene:
    """The snapshot made ready; once per snapshot, the last few are kept."""
    with _scenes_lock:
        found = _scenes.get(snapshot.id)
        if found is None:
            found = _scenes[snapshot.id] = scene(snapshot)
            while len(_scenes) > _KEPT_SCENES:
                _scenes.popitem(last=False)
        else:
            _scenes.move_to_end(snapshot.id)
    return found


def forget() -> None:
    """Drops what this process keeps in memory (for tests)."""
    _documents.clear()
    _ahead.clear()
    with _scenes_lock:
        _scenes.clear()


def _just_arrived(snapshot: Snapshot) -> bool:
    return time.time() - snapshot.taken_at - snapshot.duration_seconds < _GRACE_SECONDS


def _visible(snapshot: Snapshot, query: GraphQuery, user: Any) -> frozenset[str]:
    """The namespaces the user may see. Raises for a named one that is unknown (404) or hidden (403)."""
    known = inventory.namespaces(snapshot)
    visible = visible_namespaces(user, known)
    for name in sorted(query.namespaces - visible):
        text = f"There is no namespace {name[:100]!r} that you may see."
        error = NotAllowed if name in known else NotFound
        raise error("unknown_namespace", text, {"namespace": name[:300], "allowed": sorted(visible)})
    return visible


def _make(snapshot: Snapshot, query: GraphQuery, visible: frozenset[str]) -> Made:
    with _one_at_a_time, BUILD_SECONDS.time():
        ready = scene_of(snapshot)
        _check_cluster(ready, query)
        everything = not query.namespaces and visible >= namespaces_of(ready)
        wanted = None if everything else (query.namespaces or visible)
        document = build(ready, query, wanted, sorted(visible))
        document = dated(document, _last_seen(snapshot, document, query, query.namespaces or visible))
        data = write(document, query.format)
        marks = (snapshot.id, repr(query), ",".join(sorted(visible)))
        tag = blake2b("\n".join(marks).encode(), digest_size=9).hexdigest()
        # JSON gets its head spliced in front: the tail is everything after the opening brace.
        return Made(tail(data[1:] if query.format == "json" else data), tag)


def _last_seen(snapshot: Snapshot, shown: Document, query: GraphQuery, within: frozenset[str]) -> str | None:
    """The end of the window if it has traffic; else when there was any before. Per cluster nobody knows."""
    if has_traffic(shown):
        return rfc3339(snapshot.taken_at)
    begin = snapshot.taken_at - snapshot.window_seconds
    last = None if query.cluster else snapshots.last_seen(within, begin)
    return None if last is None else rfc3339(last)


def _check_cluster(ready: Scene, query: GraphQuery) -> None:
    known = sorted(clusters_of(ready))
    if query.cluster and query.cluster not in known:
        text = f"There is no cluster {query.cluster[:100]!r} in this window."
        raise NotFound("unknown_cluster", text, {"cluster": query.cluster[:300], "allowed": known})


def _answer(query: GraphQuery, answer: Answer) -> Answered:
    snapshot, made = answer.snapshot, answer.made
    status = data_status(snapshot, query.at is not None, snapshots.failures())
    etag = f'W/"{made.tag}-{_status_tag(status.state, status.sources)}"'
    head = b""
    if query.format == "json":
        block = msgspec.json.encode({"snapshot": freshness(snapshot), "status": status})
        head = block[:-1] + b","
    return Answered(made, head, etag, snapshot.taken_at, CONTENT_TYPES[query.format])


def _status_tag(state: str, sources: list[Source]) -> str:
    """Changes when a source changes its state, not with every latency."""
    marks = [state, *(f"{s.name} {s.state} {s.since} {s.error}" for s in sources)]
    return blake2b("\n".join(marks).encode(), digest_size=4).hexdigest()
