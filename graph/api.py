"""``/api/v1/graph`` and ``/api/v1/namespaces``."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from graph import replies, services
from graph.domain import paging, query
from graph.namespaces import SORTS, namespace_list
from mesh.window import WINDOWS, format_duration
from snapshots.services import Job


def reference(name: str) -> dict[str, str]:
    """A type of ``graph.contract`` in the OpenAPI schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def choice(name: str, allowed: tuple[str, ...], default: str, text: str = "") -> OpenApiParameter:
    """A query parameter with a fixed set of values."""
    return OpenApiParameter(name, str, enum=allowed, default=default, description=text)


WINDOW = choice("window", tuple(format_duration(s) for s in WINDOWS), "5m", "A Prometheus duration.")
ERRORS: Mapping[Any, Any] = {
    400: OpenApiResponse(
        reference("Error"), "A parameter cannot be understood; the detail says what is allowed."
    ),
    403: OpenApiResponse(reference("Error"), "You may not see that namespace."),
    404: OpenApiResponse(reference("Error"), "There is no such namespace, cluster or element."),
    405: OpenApiResponse(reference("Error"), "Only GET and HEAD."),
}
WAITING: Mapping[Any, Any] = {
    202: OpenApiResponse(reference("JobEnvelope"), "Nobody asked for this window yet: it is being collected.")
}


class GraphView(APIView):
    """The call graph."""

    @extend_schema(
        operation_id="graph",
        parameters=[
            choice("type", query.TYPES, "workload", "What a node is."),
            OpenApiParameter("namespaces", str, description="Comma list; edges with an end in one of them."),
            WINDOW,
            OpenApiParameter(
                "at", str, description="End of the window: RFC 3339 or epoch seconds. Absent: newest."
            ),
            OpenApiParameter("service_nodes", bool, default=False, description="Draw the services between."),
            OpenApiParameter(
                "idle", bool, default=False, description="Also edges without traffic in the window."
            ),
            OpenApiParameter("box", str, description="Comma list of cluster, namespace, app."),
            OpenApiParameter("cluster", str, description="Edges with an end in this cluster."),
            OpenApiParameter("only", str, description="Id of a node or edge: it alone, and what touches it."),
            choice("detail", query.DETAILS, "auto", "summary leaves the longer parts of edges null."),
            choice("format", query.FORMATS, "json"),
        ],
        responses={
            (200, "application/json"): OpenApiResponse(
                {"anyOf": [reference("Graph"), reference("Cytoscape")]}, "The graph."
            ),
            (200, "application/graphml+xml"): OpenApiTypes.STR,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "text/vnd.graphviz"): OpenApiTypes.STR,
            (200, "text/plain"): OpenApiTypes.STR,
            304: OpenApiResponse(None, "As the ETag says, nothing changed."),
            **WAITING,
            **ERRORS,
        },
    )
    def get(self, request: Request) -> HttpResponse:
        """The graph of a window; 202 with a job when nobody has asked for that window yet."""
        parsed = query.parse(dict(request.query_params.lists()))
        answer = services.graph_document(parsed, request.user)
        if isinstance(answer, Job):
            return replies.accepted(answer, request.get_full_path())
        return replies.answered(request, answer)


class NamespacesView(APIView):
    """The namespaces that the caller may see."""

    @extend_schema(
        operation_id="namespaces",
        parameters=[
            WINDOW,
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": paging.MOST, "default": 100}
            ),
            OpenApiParameter("cursor", str, description="The next of the page before."),
            choice("sort", tuple(f"{sign}{name}" for name in SORTS for sign in ("", "-")), "name"),
            OpenApiParameter("q", str, description="Only names that contain this, in any case."),
        ],
        responses={200: OpenApiResponse(reference("NamespaceList"), "One page."), **WAITING, **ERRORS},
    )
    def get(self, request: Request) -> HttpResponse:
        """Namespaces seen in telemetry, with what they receive and send, and their health."""
        parsed = paging.parse(dict(request.query_params.lists()), SORTS)
        answer = namespace_list(parsed, request.user)
        if isinstance(answer, Job):
            return replies.accepted(answer, request.get_full_path())
        return replies.plain_json(answer)
