"""What meshview measures about its own graph answers, in Prometheus form."""

from typing import Final

from prometheus_client import Counter, Histogram

DOCUMENTS: Final = Counter(
    "meshview_graph_documents_total", "Graph documents asked for, by whether they were in memory.", ["memory"]
)
BUILD_SECONDS: Final = Histogram(
    "meshview_graph_build_seconds",
    "Time that making and compressing a graph document took.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
