"""The figures of one run as compact text."""

from collections.abc import Iterable, Sequence

from benchmarks.collect import KIALI_SECONDS, Collected
from benchmarks.graph_answer import Served
from benchmarks.processes import MIB, Memory
from benchmarks.readers import Crowd
from benchmarks.targets import Target
from benchmarks.truth import Held


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Aligned columns, the first to the left, as a Markdown table."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = [
        "| " + " | ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(pairs)) + " |"
        for pairs in (list(zip(row, widths, strict=True)) for row in cells)
    ]
    rule = "|" + "|".join("-" * (w + 1) + ("-" if i == 0 else ":") for i, w in enumerate(widths)) + "|"
    return "\n".join((lines[0], rule, *lines[1:]))


def mib(value: float) -> str:
    """Bytes as MiB."""
    return f"{value / MIB:.0f} MiB"


def _memory(value: Memory) -> str:
    return f"{mib(value.own)} ({mib(value.resident)} with mapped files)"


def collections(found: dict[str, Collected]) -> str:
    """One column for each kind of Prometheus."""
    columns = list(found.values())
    rows: list[tuple[str, list[str]]] = [
        ("queries (at once)", [f"{c.queries} ({', '.join(map(str, c.at_once))})" for c in columns]),
        ("collection, median", [f"{c.seconds:.2f} s" for c in columns]),
        ("the same queries by curl, median", [f"{c.curl_seconds:.2f} s" for c in columns]),
        ("ratio of medians (of the fastest)", [f"{c.ratio:.2f} ({c.ratio_of_fastest:.2f})" for c in columns]),
        (
            f"faster than Kiali's {KIALI_SECONDS:g} s (measured elsewhere)",
            [f"{c.times_faster_than_kiali:.1f} x" for c in columns],
        ),
        ("bytes on the wire", [f"{c.wire_bytes / 1e6:.1f} MB" for c in columns]),
        ("CPU in Prometheus", [f"{c.prometheus_cpu_seconds:.2f} s" for c in columns]),
        ("CPU in Prometheus, by curl", [f"{c.prometheus_cpu_seconds_curl:.2f} s" for c in columns]),
        ("CPU in meshview", [f"{c.cpu_seconds:.2f} s" for c in columns]),
        ("Prometheus at rest", [mib(c.prometheus_at_rest) for c in columns]),
        ("more in Prometheus, first collection", [_memory(c.prometheus_first_extra) for c in columns]),
        ("more in Prometheus, highest of all", [_memory(c.prometheus_steady_extra) for c in columns]),
        ("more in Prometheus, highest by curl", [_memory(c.prometheus_curl_extra) for c in columns]),
        ("collecting process at rest", [mib(c.process_at_rest) for c in columns]),
        ("collecting process, peak", [mib(c.process_peak) for c in columns]),
        ("collecting process afterwards", [mib(c.process_after) for c in columns]),
    ]
    return table(("one snapshot, all columns", *found), [(name, *values) for name, values in rows])


def answers(found: Served) -> str:
    """One row for each view, and the web process' memory."""
    head = ("graph (ms)", "nodes", "edges", "first", "new filter p50, p99", "warm p50, p99", "304 p50, p99")
    rows = [
        (
            f"{v.type}{', service nodes' if v.service_nodes else ''}",
            v.nodes,
            v.edges,
            f"{v.first:.0f}",
            f"{v.cold_p50:.1f}, {v.cold_p99:.1f}",
            f"{v.warm_p50:.1f}, {v.warm_p99:.1f}",
            f"{v.unchanged_p50:.1f}, {v.unchanged_p99:.1f}",
            f"{v.identity_bytes / 1e6:.2f} MB",
            f"{v.gzip_bytes / 1e3:.0f} KB",
        )
        for v in found.views
    ]
    memory = f"web process: {mib(found.at_rest)} at rest, {mib(found.peak)} peak, {mib(found.after)} after"
    waited = f"first snapshot after {found.first_snapshot_seconds:.1f} s; queries after it: {found.queries}"
    return f"{table((*head, 'identity', 'gzip'), rows)}\n{memory}; {waited}"


def crowd(found: Crowd) -> str:
    """One reader and twenty."""
    head = (
        "readers",
        "seconds",
        "collections",
        "queries",
        "answers",
        "first",
        "p50",
        "p99",
        "of them 304",
        "p99",
    )
    rows = [
        (
            p.readers,
            f"{p.seconds:.0f}",
            p.collections,
            p.queries,
            p.answers,
            f"{p.first:.0f} ms",
            f"{p.p50:.1f} ms",
            f"{p.p99:.1f} ms",
            p.unchanged,
            f"{p.unchanged_p99:.1f} ms",
        )
        for p in (found.one, found.many)
    ]
    return f"{table(head, rows)}\nweb process, peak while collecting: {mib(found.memory)}"


def truth(found: Sequence[Held]) -> str:
    """One row for each view; some examples where something is wrong."""
    head = ("against the truth", "edges", "missing", "unexpected", "rate off", "percentiles", "p95 off")
    rows = [
        (
            f"{h.type}{', service nodes' if h.service_nodes else ''}",
            h.edges,
            len(h.missing),
            len(h.unexpected),
            len(h.rates),
            h.percentiles,
            len(h.p95),
        )
        for h in found
    ]
    examples = [
        f"  {h.type}: {text}"
        for h in found
        for wrong in (h.missing, h.unexpected, h.rates, h.p95)
        for text in sorted(wrong)[:2]
    ]
    return "\n".join((table(head, rows), *examples))


def targets(found: Sequence[Target]) -> str:
    """Promise, value, limit, kept or missed."""
    rows = [
        (
            t.name,
            f"{t.value:.4g} {t.unit}".strip(),
            f"{t.limit:.4g} {t.unit}".strip(),
            "kept" if t.kept else "MISSED",
        )
        for t in found
    ]
    return table(("target", "value", "at most", ""), rows)
