"""What meshview measures about its own sources, in Prometheus form."""

from typing import Final

from prometheus_client import Counter, Histogram

REQUEST_SECONDS: Final = Histogram(
    "meshview_source_request_seconds",
    "Time that requests to a source took.",
    ["source"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
ERRORS: Final = Counter(
    "meshview_source_errors_total",
    "Requests to a source that failed, by kind of failure.",
    ["source", "kind"],
)


_latest: Final[dict[str, float]] = {}


def latest(source: str) -> float | None:
    """Seconds that this process's last answered request to a source took, or ``None``."""
    return _latest.get(source)


def observe(source: str, seconds: float, failure: str | None) -> None:
    """Counts one request to a source: how long it took, and the kind of failure if it failed."""
    REQUEST_SECONDS.labels(source).observe(seconds)
    if failure is None:
        _latest[source] = seconds
    else:
        ERRORS.labels(source, failure).inc()
