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

_REPORTERS: Final = 'reporter=~"source|destination|waypoint"'
#: Asked to see whether anybody answers: costs the server nothing.
ALIVE: Final = "vector(1)"


def counter_labels(column: CounterName) -> tuple[str, ...]:
    """The labels that one counter column is summed by."""
    if column == "requests":
        return EDGE + ANSWER
    if column.startswith("tcp_"):
        return (*EDGE, "response_flags", *SECURITY)
    return HOP if column.endswith("_messages") else EDGE


def counter(column: CounterName, window_seconds: int) -> str:
    """Rates per second of one counter, mesh-wide, series without traffic left out."""
    return _sum(counter_labels(column), _rate(COUNTER_METRICS[column], [_REPORTERS], window_seconds))


def buckets(
    column: HistogramName, window_seconds: int, labels: Iterable[str], matchers: Mapping[str, Iterable[str]]
) -> str:
    """Cumulative bucket rates of one slice of edges: by ``labels`` and ``le``, empty buckets left out."""
    chosen = [one_of(label, values) for label, values in matchers.items()]
    return _sum((*labels, "le"), _rate(HISTOGRAM_METRICS[column], chosen, window_seconds))


def names(side: str, window_seconds: int) -> str:
    """``app`` and ``version`` labels of workloads that report no canonical service or revision."""
    by = (f"{side}_{label}" for label in ("cluster", "workload_namespace", "workload", "app", "version"))
    lacking = [f'{side}_canonical_{label}=""' for label in ("service", "revision")]
    metrics = (COUNTER_METRICS["requests"], COUNTER_METRICS["tcp_opened"], COUNTER_METRICS["tcp_sent"])
    series = (
        f"last_over_time({selector(metric, [lack])}[{window_seconds}s])"
        for metric in metrics
        for lack in lacking
    )
    grouping = ",".join(by)
    return " or ".join(f"group by ({grouping}) ({one})" for one in series)


def scrapes() -> str:
    """How many request and TCP series exist at all, whether or not a rate can be told from them."""
    return " or ".join(f"count({COUNTER_METRICS[column]})" for column in ("requests", "tcp_opened"))


def _rate(metric: str, matchers: Iterable[str], window_seconds: int) -> str:
    return f"rate({selector(metric, matchers)}[{window_seconds}s])"


def _sum(labels: Iterable[str], expression: str) -> str:
    return f"sum by ({','.join(labels)}) ({expression}) > 0"
