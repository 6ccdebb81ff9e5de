"""Rows of traffic as CSV (RFC 4180)."""

import csv as table
import io
from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpResponse

from workloads.domain.subject import Subject
from workloads.domain.traffic import Row

_HEAD: Final = (
    "direction",
    "peer_kind",
    "peer_cluster",
    "peer_namespace",
    "peer",
    "protocol",
    "rate_per_second",
    "share",
    "error_rate_per_second",
    "error_share",
    "p50_ms",
    "p90_ms",
    "p95_ms",
    "p99_ms",
    "mtls_share",
    "request_bytes_per_second",
    "response_bytes_per_second",
    "status",
    "cause",
)


def csv(subject: Subject, rows: Sequence[Row]) -> HttpResponse:
    """The rows as a file; what is not known is empty."""
    text = io.StringIO()
    writer = table.writer(text)
    writer.writerow(_HEAD)
    writer.writerows(_line(row) for row in rows)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in subject.key.name)[:80]
    response["Content-Disposition"] = f'attachment; filename="traffic-{name}.csv"'
    return response


def _line(row: Row) -> list[Any]:
    late, peer, tcp = row.latency, row.peer, row.tcp
    cells = [
        row.direction,
        peer.kind,
        peer.cluster,
        peer.namespace,
        peer.name,
        row.protocol,
        row.rate,
        row.share,
        row.error_rate,
        row.error_share,
        *((late.p50_ms, late.p90_ms, late.p95_ms, late.p99_ms) if late else (None,) * 4),
        row.mtls_share,
        tcp.received_rate if tcp else row.request_bytes_rate,
        tcp.sent_rate if tcp else row.response_bytes_rate,
        row.health.status,
        row.cause.code if row.cause else None,
    ]
    return [_safe(cell) for cell in cells]


def _safe(cell: Any) -> Any:
    """A leading ``= + - @`` gets a quote: spreadsheets would run it."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
