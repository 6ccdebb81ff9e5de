"""The document as GraphML (graphml.graphdrawing.org), which yEd, Gephi, networkx and igraph read."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from graph.domain.document import Document, Edge, Node

Value = str | float | None
#: What XML 1.0 has no way to write (its production ``Char``), not even as a reference.
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
)
_NODE: Final = ("name", "kind", "cluster", "namespace", "workload", "app", "version", "service", "status")
_EDGE_WORDS: Final = ("protocol", "status")
_EDGE_NUMBERS: Final = (
    "rate",
    "error_rate",
    "error_share",
    "source_share",
    "mean_ms",
    "p50_ms",
    "p90_ms",
    "p95_ms",
    "p99_ms",
    "sent_rate",
    "received_rate",
    "mtls_share",
)


def graphml(document: Document) -> bytes:
    """Nodes and edges with what is known of them; a value that is missing is left out, boxes are too."""
    nodes = (_node(node) for node in document.nodes if node.kind != "box")
    head = (_HEAD, *_keys(), '<graph id="mesh" edgedefault="directed">')
    return "\n".join([*head, *nodes, *map(_edge, document.edges), "</graph>", "</graphml>", ""]).encode()


def _node(node: Node) -> str:
    return f"<node id={_attribute(node.id)}>{_data('n', _of_node(node))}</node>"


def _edge(edge: Edge) -> str:
    ends = f"source={_attribute(edge.source)} target={_attribute(edge.target)}"
    return f"<edge id={_attribute(edge.id)} {ends}>{_data('e', _of_edge(edge))}</edge>"


def _keys() -> Iterable[str]:
    """What the data mean: short ids, the names of the API, types."""
    of_edge = [(name, "string") for name in _EDGE_WORDS] + [(name, "double") for name in _EDGE_NUMBERS]
    for owner, names in (("node", [(name, "string") for name in _NODE]), ("edge", of_edge)):
        for name, kind in names:
            key = f'id="{owner[0]}_{name}" for="{owner}"'
            yield f'<key {key} attr.name="{name}" attr.type="{kind}"/>'


def _of_node(node: Node) -> Mapping[str, Value]:
    values = {name: getattr(node, name) for name in _NODE if name != "status"}
    return {**values, "status": node.health.status}


def _of_edge(edge: Edge) -> Mapping[str, Value]:
    parts = (edge, edge.latency, edge.tcp)
    numbers = {
        name: next((v for p in parts if (v := getattr(p, name, None)) is not None), None)
        for name in _EDGE_NUMBERS
    }
    return {"protocol": edge.protocol, "status": edge.health.status, **numbers}


def _data(owner: str, values: Mapping[str, Value]) -> str:
    known = ((name, value) for name, value in values.items() if value is not None)
    return "".join(f'<data key="{owner}_{name}">{_text(value)}</data>' for name, value in known)


def _text(value: str | float) -> str:
    """A carriage return is written as a reference, or readers would take it for a line's end."""
    return escape(_writable(value), {"\r": "&#13;"}) if isinstance(value, str) else str(value)


def _attribute(text: str) -> str:
    return quoteattr(_writable(text))


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
