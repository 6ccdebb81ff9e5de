"""A process that collects through the project's own adapter whenever a line arrives, and says what it took.

Run as ``python -m benchmarks.collector`` with ``MESHVIEW_PROMETHEUS_URL`` set. Each input line holds the end
of the window (epoch seconds) and its length (seconds); each output line is one JSON object.
"""

import json
import os
import sys
import time
from typing import Any


def main() -> None:
    """Answer lines until the input ends."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meshview.settings")
    import django

    django.setup()
    from metrics.prometheus import traffic_source

    source = traffic_source()
    _say({"ready": True})
    for line in sys.stdin:
        at, window_seconds = map(float, line.split())
        _say(_collect(source, at, int(window_seconds)))


def _collect(source: Any, at: float, window_seconds: int) -> dict[str, Any]:
    from mesh.traffic import COUNTERS, HISTOGRAMS

    columns: frozenset[str] = frozenset((*COUNTERS, *HISTOGRAMS))
    begin, cpu = time.perf_counter(), time.process_time()
    snapshot = source.collect(window_seconds, at, time.time() + 300, columns, lambda _done, _total: None)
    return {
        "seconds": time.perf_counter() - begin,
        "cpu_seconds": time.process_time() - cpu,
        "edges": len(snapshot.traffic.edges),
        "missing": [f"{m.column}: {m.error}" for m in snapshot.missing],
        "warnings": list(snapshot.warnings),
        "histogram_rows": {name: len(h.edge) for name, h in snapshot.traffic.histograms.items()},
    }


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
