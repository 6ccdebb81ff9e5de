"""What meshview measures about its own collections, in Prometheus form."""

from typing import Final

from prometheus_client import Counter, Histogram

COLLECTIONS: Final = Counter(
    "meshview_collections_total", "Collections of the mesh, by how they ended.", ["result"]
)
COLLECTION_SECONDS: Final = Histogram(
    "meshview_collection_seconds",
    "Time that collections of the mesh took.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60),
)
CACHE: Final = Counter(
    "meshview_snapshot_reads_total", "Reads of a snapshot, by whether it was in memory already.", ["memory"]
)
