"""Every PromQL expression that meshview asks, by name. Nothing else in the code writes PromQL.

Metric and label names are Istio's standard ones (``istio.stats``). Expressions are built from constants here
and from label values quoted by ``metrics.domain.promql``. docs/metrics.md shows them.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from mesh.traffic import CounterName, HistogramName
from metrics.domain.labels import ANSWER, EDGE, HOP, SECURITY
from metrics.domain.promql import one_of, selector

COUNTER_METRICS: Final[Mapping[CounterName, str]] = {
    "requests": "istio_requests_total",
    "request_duration_sum": "istio_request_duration_milliseconds_sum",
    "request_bytes_sum": "istio_request_bytes_sum",
    "response_bytes_sum": "istio_response_bytes_sum",
    "request_messages": "istio_request_messages_total",
    "response_messages": "istio_response_messages_total",
    "tcp_sent": "istio_tcp_sent_bytes_total",
    "tcp_received": "istio_tcp_received_bytes_total",
    "tcp_opened": "istio_tcp_connections_opened_total",
    "tcp_closed": "istio_tcp_connections_closed_total",
}
HISTOGRAM_METRICS: Final[Mapping[HistogramName, str]] = {
    "request_duration": "istio_request_duration_milliseconds_bucket",
    "request_bytes": "istio_request_bytes_bucket",
    "response_bytes": "istio_response_bytes_bucket",
}
#: The order in which counters are asked: the two large ones, of which Prometheus holds every series, apart.
COUNTER_ORDER: Final[tuple[CounterName, ...]] = (
    "requests",
    "request_messages",
    "response_messages",
    "tcp_sent",
    "tcp_received",
    "tcp_opened",
    "tcp_closed",
    "request_duration_sum",
    "request_bytes_sum",
    "response_bytes_sum",
)
METRICS: Final = dict[str, str]((*COUNTER_METRICS.items(), *HISTOGRAM_METRICS.items()))
RECORDED: Final[tuple[str, ...]] = (*COUNTER_METRICS, *HISTOGRAM_METRICS)
#: Seconds between evaluations of the recording rules; each takes the rate over twice as long.
RECORD_SECONDS: Final = 60
#: Changes whenever the recorded labels or names do, so that old rules are not mistaken for new ones.
RECORD_VERSION: Final = "1"
#: Windows from here on are long enough for the blurred edges of recorded rates not to matter.
RECORDED_FROM_SECONDS: Final = 600
#: The series that tells, by ``column`` and ``slice``, that an evaluation recorded something.
MARK: Final = "meshview:recorded"

_REPORTERS: Final = 'reporter=~"source|destination|waypoint"'
_SERVED: Final = 'reporter=~"destination|waypoint"'
_ENDS: Final = ("02", "35", "69", "af", "gl", "mr", "sz")
DESTINATION_NAMESPACE: Final = "destination_workload_namespace"
#: Moments of a window that are looked at to see from when on it was scraped.
COVER_STEPS: Final = 20
#: Asked to see whether anybody answers: costs the server nothing.
ALIVE: Final = "vector(1)"


def counter_labels(column: str) -> tuple[str, ...]:
    """The labels that one counter column is summed by."""
    if column == "requests":
        return EDGE + ANSWER
    if column.startswith("tcp_"):
        return (*EDGE, "response_flags", *SECURITY)
    return HOP if column.endswith("_messages") else EDGE


def counter(column: CounterName, window_seconds: int, evaluations: float = 0) -> str:
    """Rates per second of one counter, mesh-wide, series without traffic left out.

    ``evaluations`` is how often the recording rules ran within the window; 0 asks the counters themselves.
    """
    return _sum(counter_labels(column), _rate(column, [_REPORTERS], window_seconds, evaluations))


def buckets(
    column: HistogramName,
    window_seconds: int,
    labels: Iterable[str],
    matchers: Mapping[str, Iterable[str]],
    evaluations: float = 0,
) -> str:
    """Cumulative bucket rates of one slice of edges: by ``labels`` and ``le``, empty buckets left out."""
    chosen = [one_of(label, values) for label, values in matchers.items()]
    return _sum((*labels, "le"), _rate(column, chosen, window_seconds, evaluations))


def names(side: str, window_seconds: int) -> str:
    """``app`` and ``version`` labels of workloads that report no canonical service or revision."""
    by = ",".join(
        f"{side}_{label}" for label in ("cluster", "workload_namespace", "workload", "app", "version")
    )
    lacking = [f'{side}_canonical_{label}=""' for label in ("service", "revision")]
    metrics = (METRICS["requests"], METRICS["tcp_opened"], METRICS["tcp_sent"])
    chosen = (selector(metric, [lack]) for metric in metrics for lack in lacking)
    return " or ".join(f"group by ({by}) (last_over_time({one}[{window_seconds}s]))" for one in chosen)


def bounds_match(column: HistogramName) -> str:
    """A series selector whose ``le`` values are the bucket bounds of that histogram."""
    return selector(HISTOGRAM_METRICS[column], [_SERVED])


def too_few_scrapes(window_seconds: int) -> str:
    """Has a value only if there are request or TCP series but none with the two samples that a rate needs."""
    some = f"({METRICS['requests']} or {METRICS['tcp_opened']})"
    counts = (
        f"count_over_time({METRICS[column]}[{window_seconds}s]) > 1" for column in ("requests", "tcp_opened")
    )
    return f"count{some} unless on () count({' or '.join(counts)})"


def covered(window_seconds: int) -> str:
    """Seconds since the oldest sample that the window's rates may rest on, or since before it: of ``up``, of
    which there is one series per scraped target.
    """
    step = max(1, window_seconds // COVER_STEPS)
    return f"time() - min(min_over_time(timestamp(up)[{window_seconds}s:{step}s]))"


def series() -> str:
    """How many request and TCP series exist, whether or not a rate can be told from them."""
    return f"count({METRICS['requests']} or {METRICS['tcp_opened']})"


def recordings(column: str) -> dict[str, str]:
    """What the recording rules of one column evaluate, by slice: a counter at once, buckets in slices.

    Slices go by the last letter of the destination's namespace, which divides most meshes well enough to keep
    the memory of one evaluation small. Only reports that collections ask mesh-wide are recorded: of
    histograms not the source's.
    """
    if column in COUNTER_METRICS:
        return {"all": _recording(column, counter_labels(column), [_REPORTERS])}
    ends = {f"{first}-{last}": f".*[{first}-{last}]" for first, last in _ENDS}
    patterns = {**ends, "others": "(?:.*[^0-9a-z])?"}
    return {
        name: _recording(column, (*EDGE, "le"), [_SERVED, f'{DESTINATION_NAMESPACE}=~"{pattern}"'])
        for name, pattern in patterns.items()
    }


def recorded_name(column: str) -> str:
    """The recorded series of one column, named as Prometheus' own convention says:
    level:metric:operations.
    """
    return f"meshview:{METRICS[column]}:rate{2 * RECORD_SECONDS // 60}m"


def marks(window_seconds: int) -> str:
    """How many evaluations within the window recorded something, by column and slice."""
    return f"count_over_time({selector(MARK, [one_of('version', [RECORD_VERSION])])}[{window_seconds}s])"


def _recording(column: str, labels: Iterable[str], matchers: Iterable[str]) -> str:
    raw = f"rate({selector(METRICS[column], matchers)}[{2 * RECORD_SECONDS}s])"
    return f"sum by ({','.join(labels)}) ({raw})"


def _rate(column: str, matchers: Iterable[str], window_seconds: int, evaluations: float) -> str:
    if evaluations:
        recorded = selector(recorded_name(column), matchers)
        return f"sum_over_time({recorded}[{window_seconds}s]) / {evaluations:.0f}"
    return f"rate({selector(METRICS[column], matchers)}[{window_seconds}s])"


def _sum(labels: Iterable[str], expression: str) -> str:
    return f"sum by ({','.join(labels)}) ({expression}) > 0"
