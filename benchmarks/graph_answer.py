"""How long ``/api/v1/graph`` takes once a snapshot exists, for every type, and how many bytes it sends."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from benchmarks import processes
from benchmarks.dashboard import Browser, Dashboard
from benchmarks.openmetrics import AT
from benchmarks.prometheus import Prometheus

TYPES: Final = ("workload", "app", "versioned-app", "service")
Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class Answers:
    """One type, with or without service nodes. Times are milliseconds, sizes bytes.

    ``first``: nothing of this view computed before. ``cold``: forty other filters of the view, each for the
    first time. ``warm``: the same whole graph again; ``unchanged``: again with its ETag (304).
    """

    type: str
    service_nodes: bool
    nodes: int
    edges: int
    first: float
    cold_p50: float
    cold_p99: float
    warm_p50: float
    warm_p99: float
    unchanged_p50: float
    unchanged_p99: float
    identity_bytes: int
    gzip_bytes: int


@dataclass(frozen=True, slots=True)
class Served:
    """All views of one snapshot, and the web process' memory (bytes) before, at the highest, and after.

    ``queries``: what all those views, filters and repeats asked of Prometheus after the snapshot was there.
    """

    views: tuple[Answers, ...]
    queries: int
    at_rest: int
    peak: int
    after: int
    first_snapshot_seconds: float

    def as_json(self) -> dict[str, Any]:
        """For the result file."""
        return asdict(self)


def quantile(values: list[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


def views() -> Iterator[tuple[str, bool]]:
    """Every type, service nodes off and on."""
    return itertools.product(TYPES, (False, True))


def parameters(kind: str, service_nodes: bool, **more: str) -> Parameters:
    """The query of the window that ends with the data."""
    nodes = "true" if service_nodes else "false"
    return {"type": kind, "service_nodes": nodes, "window": "5m", "at": str(AT), **more}


def measure(server: Prometheus, namespaces: tuple[str, ...], repeats: int = 200) -> Served:
    """Start a web process without background collections, let it take the snapshot, ask every view."""
    with Dashboard(server.url, MESHVIEW_ALWAYS_WINDOWS="") as web, web.browser() as browser:
        time.sleep(3)  # starting is over
        at_rest = processes.memory(web.pid)
        with processes.MemoryPeak(web.pid) as watch:
            begin = time.perf_counter()
            browser.graph_when_ready(parameters("workload", False, namespaces=namespaces[0]))
            waited = time.perf_counter() - begin
            asked = server.queries()
            answers = tuple(_view(browser, *view, namespaces, repeats) for view in views())
            queries = server.queries() - asked
        after = processes.memory(web.pid)
        return Served(answers, queries, at_rest.resident, watch.peak.resident, after.resident, waited)


def _view(
    browser: Browser, kind: str, service_nodes: bool, namespaces: tuple[str, ...], repeats: int
) -> Answers:
    whole = parameters(kind, service_nodes)
    first = browser.graph_when_ready(whole)
    document, etag = first.json(), first.headers["etag"]
    cold = [_milliseconds(browser, one) for one in _filters(kind, service_nodes, namespaces)]
    warm = [_milliseconds(browser, whole) for _ in range(repeats)]
    unchanged = [_milliseconds(browser, whole, etag) for _ in range(repeats)]
    identity = browser.graph(whole, {"Accept-Encoding": "identity"})
    return Answers(
        type=kind,
        service_nodes=service_nodes,
        nodes=len(document["nodes"]),
        edges=len(document["edges"]),
        first=first.seconds * 1000,
        cold_p50=quantile(cold, 0.5),
        cold_p99=quantile(cold, 0.99),
        warm_p50=quantile(warm, 0.5),
        warm_p99=quantile(warm, 0.99),
        unchanged_p50=quantile(unchanged, 0.5),
        unchanged_p99=quantile(unchanged, 0.99),
        identity_bytes=len(identity.body),
        gzip_bytes=len(first.body),
    )


def _filters(kind: str, service_nodes: bool, namespaces: tuple[str, ...]) -> Iterator[Parameters]:
    """Forty views nobody asked for before: one namespace, several, half of all, boxed, with idle ones."""
    for i in range(40):
        width = (1, 3, 10, 25)[i % 4]
        start = i % max(1, len(namespaces) - width)
        chosen = ",".join(namespaces[start : start + width])
        box = ("", "namespace", "app", "namespace,app")[i // 4 % 4]
        more = {"namespaces": chosen, "idle": "true" if i % 2 else "false", **({"box": box} if box else {})}
        yield parameters(kind, service_nodes, **more)


def _milliseconds(browser: Browser, asked: Parameters, etag: str = "") -> float:
    answer = browser.graph(asked, {"If-None-Match": etag} if etag else None)
    expected = 304 if etag else 200
    if answer.status != expected:
        raise RuntimeError(f"{asked} answered {answer.status}, not {expected}: {answer.body[:300]!r}")
    return answer.seconds * 1000
