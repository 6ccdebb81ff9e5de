"""The document in the forms other tools read."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any, Final

import msgspec

from graph.domain.document import Document, Edge, Node
from graph.domain.graphml import graphml
from graph.domain.query import Format

CONTENT_TYPES: Final[dict[Format, str]] = {
    "json": "application/json",
    "cytoscape": "application/json",
    "graphml": "application/graphml+xml",
    "dot": "text/vnd.graphviz; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "mermaid": "text/plain; charset=utf-8",
}
_ENCODER: Final = msgspec.json.Encoder()
_CSV: Final = (
    "source",
    "target",
    "protocol",
    "rate",
    "error_rate",
    "error_share",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "sent_rate",
    "received_rate",
    "mtls_share",
    "status",
)


def write(document: Document, form: Format) -> bytes:
    """The bytes of the document in that form."""
    return _WRITERS[form](document)


def _cytoscape(document: Document) -> bytes:
    """Cytoscape.js' elements JSON."""
    elements: dict[str, list[dict[str, Any]]] = {
        "nodes": [{"data": msgspec.to_builtins(node)} for node in document.nodes],
        "edges": [{"data": msgspec.to_builtins(edge)} for edge in document.edges],
    }
    return _ENCODER.encode({"data": {"type": document.type}, "elements": elements})


def _csv(document: Document) -> bytes:
    """One line per edge, ends as ``namespace/name``."""
    names = _names(document)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_CSV)
    for edge in document.edges:
        latency, tcp = edge.latency, edge.tcp
        row: list[object] = [_cell(names[edge.source]), _cell(names[edge.target]), edge.protocol]
        row += [edge.rate, edge.error_rate, edge.error_share]
        row += [latency.p50_ms, latency.p95_ms, latency.p99_ms] if latency else [None] * 3
        row += [tcp.sent_rate, tcp.received_rate] if tcp else [None] * 2
        writer.writerow([*row, edge.mtls_share, edge.health.status])
    return out.getvalue().encode(errors="replace")


def _cell(text: str) -> str:
    """Spreadsheets run what begins like a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _dot(document: Document) -> bytes:
    """Graphviz, boxes as clusters left out: a flat picture."""
    lines = ["digraph mesh {", "  rankdir=LR;"]
    lines += [
        f"  {_quoted(node.id)} [label={_quoted(_name(node))}, shape={_shape(node)}];"
        for node in document.nodes
        if node.kind != "box"
    ]
    lines += [
        f"  {_quoted(edge.source)} -> {_quoted(edge.target)} [label={_quoted(_label(edge))}];"
        for edge in document.edges
    ]
    return "\n".join([*lines, "}", ""]).encode(errors="replace")


def _mermaid(document: Document) -> bytes:
    """A Mermaid flowchart."""
    places = {node.id: f"n{place}" for place, node in enumerate(document.nodes)}
    lines = ["flowchart LR"]
    lines += [f'  {places[n.id]}["{_entities(_name(n))}"]' for n in document.nodes if n.kind != "box"]
    for edge in document.edges:
        ends = places[edge.source], places[edge.target]
        lines.append(f'  {ends[0]} -->|"{_entities(_label(edge))}"| {ends[1]}')
    return "\n".join([*lines, ""]).encode(errors="replace")


def _names(document: Document) -> dict[str, str]:
    return {node.id: _name(node) for node in document.nodes}


def _name(node: Node) -> str:
    return f"{node.namespace}/{node.name}" if node.namespace else node.name


def _label(edge: Edge) -> str:
    rate = f"{edge.rate or 0:.3g}/s"
    return f"{edge.protocol} {rate}" + (f", {edge.error_share:.2%} errors" if edge.error_share else "")


def _shape(node: Node) -> str:
    return {"workload": "ellipse", "app": "box", "service": "diamond"}.get(node.kind, "octagon")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\\u", "\\\\u")


def _entities(text: str) -> str:
    return "".join(c if c.isalnum() or c in " /.-_:," else f"#{ord(c)};" for c in text)


_WRITERS: Final[dict[Format, Callable[[Document], bytes]]] = {
    "json": _ENCODER.encode,
    "cytoscape": _cytoscape,
    "graphml": graphml,
    "dot": _dot,
    "csv": _csv,
    "mermaid": _mermaid,
}
