"""Whole replies as types, for the OpenAPI schema: what is sent in two parts is described as one."""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from graph.domain.document import Document
from graph.domain.namespaces import Namespace
from graph.freshness import DataStatus, Freshness
from graph.replies import JobEnvelope


class Graph(Document, frozen=True, kw_only=True):
    """The reply of ``/api/v1/graph``."""

    snapshot: Freshness
    status: DataStatus


class Cytoscape(Struct, frozen=True):
    """The reply of ``/api/v1/graph?format=cytoscape``: nodes and edges as there, each under ``data``."""

    data: dict[str, str]
    elements: dict[Literal["nodes", "edges"], list[dict[str, Any]]]


class NamespaceList(Struct, frozen=True):
    """The reply of ``/api/v1/namespaces``."""

    snapshot: Freshness
    status: DataStatus
    items: list[Namespace]
    next: str | None
    total: int


class ErrorBody(Struct, frozen=True):
    """``code`` for programs, ``message`` for people, ``source`` the source that failed if one did."""

    code: str
    message: str
    detail: dict[str, Any]
    source: str | None


class Error(Struct, frozen=True):
    """The one shape of every error."""

    error: ErrorBody


def components(*types: type) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """JSON schemas of the types (references) and of all they are made of, for ``#/components/schemas/``."""
    found, parts = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    return list(found), parts


REPLIES = (Graph, Cytoscape, NamespaceList, JobEnvelope, Error)
