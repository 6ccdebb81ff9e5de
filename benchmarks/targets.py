"""What the project promises of the reference mesh, and whether a run keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.collect import KIALI_SECONDS, Collected
from benchmarks.graph_answer import Served
from benchmarks.processes import MIB
from benchmarks.readers import Crowd
from benchmarks.truth import Held


@dataclass(frozen=True, slots=True)
class Target:
    """One promise: ``value`` may be at most ``limit``."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def kept(self) -> bool:
        """Whether it is."""
        return self.value <= self.limit

    def as_json(self) -> dict[str, Any]:
        """For the result file."""
        return {**asdict(self), "kept": self.kept}


def of_collections(found: Mapping[str, Collected]) -> Iterator[Target]:
    """Time against curl for each; for the usual window also against Kiali, and memory in Prometheus."""
    for name, one in found.items():
        yield Target(f"collection ({name}) over the same queries by curl", one.ratio, 1.3, "x")
        yield Target(f"collection ({name}): columns that did not arrive", len(one.missing), 0, "")
    usual = found["5m"]
    yield Target(
        "collection (5m) over a third of Kiali's time", usual.seconds / (KIALI_SECONDS / 3), 1.0, "x"
    )
    extra = usual.prometheus_first_extra.own / MIB
    yield Target("collection (5m): more memory in Prometheus", extra, 0.3 * 1024, "MiB")


def of_answers(found: Served) -> Iterator[Target]:
    """The slowest view of each kind decides."""
    views = found.views
    yield Target("graph answer, warm, p99", max(v.warm_p99 for v in views), 50, "ms")
    yield Target("graph answer, new filter, p99", max(v.cold_p99 for v in views), 50, "ms")
    yield Target("graph answer, whole mesh for the first time", max(v.first for v in views), 50, "ms")
    yield Target("graph answer 304, p99", max(v.unchanged_p99 for v in views), 5, "ms")
    yield Target("whole graph", max(v.identity_bytes for v in views) / 1e6, 3, "MB")
    yield Target("whole graph, compressed", max(v.gzip_bytes for v in views) / 1e3, 300, "KB")
    yield Target("queries that all these views and filters cost", found.queries, 0, "")
    yield Target("single process at rest", found.at_rest / MIB, 250, "MiB")


def of_readers(found: Crowd) -> Iterator[Target]:
    """Twenty readers cost Prometheus what one costs (what is collected less often may shift by one: 5 %)."""
    one, many = (phase.queries / phase.collections for phase in (found.one, found.many))
    yield Target("queries per collection, twenty readers over one", many / one, 1.05, "x")
    yield Target("graph answer among twenty readers, p99", found.many.p99, 50, "ms")
    yield Target("graph answer 304 among twenty readers, p99", found.many.unchanged_p99, 5, "ms")


def of_truth(found: Sequence[Held]) -> Iterator[Target]:
    """Nothing may be wrong anywhere."""
    yield Target("edges missing or too many", sum(len(h.missing) + len(h.unexpected) for h in found), 0, "")
    yield Target("rates off by more than 1 %", sum(len(h.rates) for h in found), 0, "")
    yield Target("p95 outside its true bucket", sum(len(h.p95) for h in found), 0, "")
