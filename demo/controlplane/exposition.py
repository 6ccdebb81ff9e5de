"""Counters, gauges and histograms in Prometheus' text form, under Istio's names."""

import bisect
import threading
from collections.abc import Iterator

Labels = tuple[tuple[str, str], ...]
FAST = (0.1, 0.5, 1, 3, 5, 10, 20, 30)
PUSH = (0.01, 0.1, 0.5, 1, 3, 5, 10, 20, 30)
SIZES = (1, 10_000, 1_000_000, 4_000_000, 10_000_000, 40_000_000)


class Metrics:
    """All metrics of the control plane; safe to use from several threads."""

    def __init__(self) -> None:
        """Empty."""
        self._lock = threading.Lock()
        self._values: dict[tuple[str, str], dict[Labels, float]] = {}
        self._histograms: dict[str, dict[Labels, list[float]]] = {}
        self._bounds: dict[str, tuple[float, ...]] = {}

    def add(self, metric: str, value: float = 1, **labels: str) -> None:
        """Raise a counter."""
        with self._lock:
            series = self._values.setdefault(("counter", metric), {})
            key = tuple(sorted(labels.items()))
            series[key] = series.get(key, 0) + value

    def set(self, metric: str, value: float, **labels: str) -> None:
        """Set a gauge, or a counter that is measured elsewhere (its name ends in `_total`)."""
        kind = "counter" if metric.endswith("_total") else "gauge"
        with self._lock:
            self._values.setdefault((kind, metric), {})[tuple(sorted(labels.items()))] = value

    def observe(self, metric: str, bounds: tuple[float, ...], value: float, **labels: str) -> None:
        """Add to a histogram; its last two cells are the count beyond the bounds and the sum."""
        with self._lock:
            self._bounds[metric] = bounds
            series = self._histograms.setdefault(metric, {})
            cells = series.setdefault(tuple(sorted(labels.items())), [0.0] * (len(bounds) + 2))
            cells[bisect.bisect_left(bounds, value)] += 1
            cells[-1] += value

    def text(self) -> str:
        """The whole page."""
        with self._lock:
            return "".join(f"{line}\n" for line in (*self._plain(), *self._histogram_lines()))

    def _plain(self) -> Iterator[str]:
        for (kind, name), series in sorted(self._values.items()):
            yield f"# TYPE {name} {kind}"
            for labels, value in sorted(series.items()):
                yield (
                    f"{name}{_braces(labels)} {value:g}"
                    if value < 1e6
                    else f"{name}{_braces(labels)} {value!r}"
                )

    def _histogram_lines(self) -> Iterator[str]:
        for name, series in sorted(self._histograms.items()):
            yield f"# TYPE {name} histogram"
            for labels, cells in sorted(series.items()):
                yield from _histogram(name, labels, self._bounds[name], cells)


def _histogram(name: str, labels: Labels, bounds: tuple[float, ...], cells: list[float]) -> Iterator[str]:
    total = 0.0
    for bound, count in zip((*map(str, bounds), "+Inf"), cells, strict=False):
        total += count
        yield f"{name}_bucket{_braces((*labels, ('le', bound)))} {total:g}"
    yield f"{name}_sum{_braces(labels)} {cells[-1]!r}"
    yield f"{name}_count{_braces(labels)} {total:g}"


def _braces(labels: Labels) -> str:
    if not labels:
        return ""
    inside = ",".join(f'{name}="{_escape(value)}"' for name, value in labels)
    return "{" + inside + "}"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
