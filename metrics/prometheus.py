"""Traffic from a Prometheus API: few mesh-wide counter queries side by side, then histograms slice by
slice.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

from django.conf import settings

from mesh.traffic import HISTOGRAMS, CounterName, HistogramName, Missing, Snapshot
from mesh.window import format_duration
from metrics import catalogue
from metrics.client import PrometheusClient
from metrics.domain.buckets import BucketRows, bound_of
from metrics.domain.coverage import coverage_note
from metrics.domain.slices import Slice, plan
from metrics.domain.table import Names, TableBuilder, names_of
from metrics.recording import evaluations
from metrics.wire import Vector
from snapshots.source import Progress
from sources.configured import prometheus_access
from sources.errors import SourceError

_BOUNDS_SECONDS: Final = 600.0
_COVERAGE_SECONDS: Final = 5.0
_LONGER: Final = "Choose a longer window."
Key = TypeVar("Key")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard a collection may press: seconds and queries at once, edges per bucket query."""

    query_seconds: float = 30.0
    queries: int = 2
    bucket_queries: int = 2
    slice_edges: int = 300


@dataclass(slots=True)
class _Collection:
    """What one collection has to carry from step to step."""

    window_seconds: int
    at: float
    deadline: float
    columns: frozenset[str]
    progress: Progress
    table: TableBuilder = field(default_factory=TableBuilder)
    errors: dict[str, SourceError] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    recorded: Mapping[str, float] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    def settled(self, column: str, error: SourceError | None) -> None:
        self.done += 1
        if error is not None:
            self.errors[column] = error
        self.progress(self.done, max(self.total, self.done))


class PrometheusTraffic:
    """The ``TrafficSource`` of a Prometheus API. One per process: its thread pools are what bounds the
    load.
    """

    def __init__(self, client: PrometheusClient, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self._queries = ThreadPoolExecutor(limits.queries, "prometheus")
        self._buckets = ThreadPoolExecutor(limits.bucket_queries, "prometheus-buckets")
        self._bounds: dict[HistogramName, tuple[float, tuple[float, ...]]] = {}
        self._failing: dict[str, float] = {}

    def collect(
        self, window_seconds: int, at: float, deadline: float, columns: frozenset[str], progress: Progress
    ) -> Snapshot:
        """As ``TrafficSource``: raises the first ``SourceError`` when no counter column arrived."""
        begin = time.time()
        run = _Collection(window_seconds, at, deadline, columns, progress)
        self._client.wake(self._timeout(run))
        run.recorded = self._recorded(run)
        self._collect_counters(run)
        self._note_coverage(run)
        self._collect_histograms(run)
        names = self._names(run)
        traffic = run.table.traffic(names)
        notes = (*run.notes, *run.table.notes)
        taken = time.time() - begin
        return Snapshot(secrets.token_hex(8), window_seconds, at, traffic, self._missing(run), notes, taken)

    def _timeout(self, run: _Collection) -> float:
        return min(self._limits.query_seconds, run.deadline - time.time())

    def _ask(self, run: _Collection, query: str) -> Vector:
        vector = self._client.instant(query, run.at, self._timeout(run))
        run.notes.update(dict.fromkeys(vector.warnings))
        return vector

    def _recorded(self, run: _Collection) -> Mapping[str, float]:
        """Columns that recording rules have kept over the whole window, and how many evaluations that
        were.
        """
        if run.window_seconds < catalogue.RECORDED_FROM_SECONDS:
            return {}
        vector = self._ask(run, catalogue.marks(run.window_seconds))
        marks = zip((one.column for one in vector.labels), vector.values, strict=True)
        return evaluations(marks, run.window_seconds)

    def _collect_counters(self, run: _Collection) -> None:
        wanted = [column for column in catalogue.COUNTER_ORDER if column in run.columns]
        run.total = len(wanted)
        asked = {self._queries.submit(self._ask, run, _counter(run, column)): column for column in wanted}
        for column, vector in _settled(asked, run, str):
            run.table.add_counter(column, vector.labels, vector.values)
        if wanted and len(run.errors) == len(wanted):
            raise next(iter(run.errors.values()))
        if not run.table.edges and not run.errors:
            self._explain_emptiness(run)

    def _note_coverage(self, run: _Collection) -> None:
        """Just after Prometheus began to scrape, ``rate()`` divides a part's increase by the whole window.

        A backend that cannot tell is not asked twice, and nothing is missing without its answer.
        """
        if not run.table.edges or "requests" in run.recorded:
            return
        timeout = min(self._timeout(run), _COVERAGE_SECONDS)
        with suppress(SourceError):
            answer = self._client.instant(catalogue.covered(run.window_seconds), run.at, timeout)
            if note := coverage_note(answer.values, run.window_seconds):
                run.notes[note] = None

    def _explain_emptiness(self, run: _Collection) -> None:
        """A window that is too short for the scrape interval must not look like a mesh without traffic."""
        if self._ask(run, catalogue.too_few_scrapes(run.window_seconds)).values:
            window = format_duration(run.window_seconds)
            run.notes[f"The last {window} hold fewer than two scrapes, so no rate can be told. {_LONGER}"] = (
                None
            )

    def _collect_histograms(self, run: _Collection) -> None:
        wanted = [column for column in HISTOGRAMS if column in run.columns]
        slices = plan(run.table.edges, self._limits.slice_edges) if wanted else []
        asked = {
            self._buckets.submit(self._ask_buckets, run, column, one): (column, one.name)
            for column in wanted
            for one in slices
        }
        run.total += len(asked)
        for column in wanted:
            run.table.add_bounds(column, self._known_bounds(run, column))
        if not slices:
            for column in wanted:
                run.table.add_buckets(column)
        for (column, _), rows in _settled(asked, run, ":".join):
            run.table.add_buckets(column, rows)

    def _ask_buckets(self, run: _Collection, column: HistogramName, one: Slice) -> BucketRows:
        recorded = run.recorded.get(column, 0) if one.served else 0
        query = catalogue.buckets(column, run.window_seconds, one.labels, one.matchers, recorded)
        vector = self._ask(run, query)
        return BucketRows.read(vector.labels, vector.values, one.labels, one.edges)

    def _known_bounds(self, run: _Collection, column: HistogramName) -> tuple[float, ...]:
        """The histogram's bucket bounds. They hardly ever change, so they are asked for seldom."""
        asked, bounds = self._bounds.get(column, (-_BOUNDS_SECONDS, ()))
        if time.monotonic() - asked > _BOUNDS_SECONDS:
            begin, match = run.at - run.window_seconds, catalogue.bounds_match(column)
            try:
                values = self._client.label_values("le", match, begin, run.at, self._timeout(run))
            except SourceError as error:
                run.errors[f"{column}:bounds"] = error
            else:
                bounds = tuple(limit for limit in map(bound_of, values) if limit is not None)
                if bounds:
                    self._bounds[column] = time.monotonic(), bounds
        return bounds

    def _names(self, run: _Collection) -> Names:
        """``app`` and ``version`` of workloads without canonical labels: asked only where there are such
        workloads.
        """
        found: dict[tuple[str, str, str], tuple[str, str]] = {}
        for side in ("source", "destination"):
            if run.table.lacks_names(side):
                try:
                    vector = self._ask(run, catalogue.names(side, run.window_seconds))
                except SourceError as error:
                    run.errors[f"{side}_names"] = error
                else:
                    found |= names_of(side, vector.labels)
        return found

    def _missing(self, run: _Collection) -> tuple[Missing, ...]:
        """The failed columns; each remembers since when it fails without a success between."""
        self._failing = {column: self._failing.get(column, run.at) for column in run.errors}
        return tuple(
            Missing(column, error.source, error.message, self._failing[column], error.remedy)
            for column, error in run.errors.items()
        )


def _counter(run: _Collection, column: CounterName) -> str:
    return catalogue.counter(column, run.window_seconds, run.recorded.get(column, 0))


def _settled(
    asked: dict[Future[Answer], Key], run: _Collection, name: Callable[[Key], str]
) -> Iterator[tuple[Key, Answer]]:
    """Answers as they come; a failed one is noted under its name and the others go on."""
    for future in as_completed([*asked]):
        key = asked.pop(future)  # nobody else holds the answer: it goes when it is used
        try:
            answer = future.result()
        except SourceError as error:
            run.settled(name(key), error)
            continue
        yield key, answer
        run.settled(name(key), None)


@cache
def traffic_source() -> PrometheusTraffic:
    """The process's one adapter, as the settings describe it."""
    limits = Limits(
        settings.PROMETHEUS_TIMEOUT,
        settings.PROMETHEUS_CONCURRENCY,
        settings.BUCKET_CONCURRENCY,
        settings.SLICE_EDGES,
    )
    return PrometheusTraffic(PrometheusClient(prometheus_access()), limits)
