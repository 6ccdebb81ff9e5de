"""``/api/v1/{workloads,apps,services}/{namespace}/{name}``, ``/api/v1/namespaces/{name}``, and below them."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpResponse
from django.urls import URLPattern, path
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.views import APIView

from graph import replies
from graph.api import ERRORS, WAITING, WINDOW, choice, reference
from snapshots.services import Job
from workloads import detail
from workloads.addresses import namespace_of
from workloads.detail_contract import TrafficReply, head, reply
from workloads.domain import asked
from workloads.domain.asked import ThingQuery
from workloads.domain.parts import Limits
from workloads.domain.rows import KINDS
from workloads.domain.things import Kind
from workloads.traffic_csv import csv

_EVERYTHING: Final = Limits(pods=100_000, events=100_000, endpoints=100_000)
_ERRORS: Final = {
    **ERRORS,
    404: OpenApiResponse(reference("Error"), "There is no such thing; the detail lists names that are near."),
    409: OpenApiResponse(reference("Error"), "Several clusters have it; the detail says which."),
}
PLACE: Final = [
    WINDOW,
    OpenApiParameter("at", str, description="End of the window: RFC 3339 or epoch seconds. Absent: newest."),
    OpenApiParameter("cluster", str, description="Needed only when several clusters have that name."),
    OpenApiParameter("name", str, OpenApiParameter.PATH),
]


class ThingView(APIView):
    """What all replies about one thing share. ``kind`` is set by the address."""

    kind: Kind = "workloads"

    def query(self, request: Request, namespace: str, name: str, *also: str) -> ThingQuery:
        """Which thing is meant."""
        given = dict(request.query_params.lists())
        return asked.thing(self.kind, namespace_of(namespace), name, given, also)


class DetailView(ThingView):
    """One thing."""

    @extend_schema(
        parameters=[
            *PLACE,
            OpenApiParameter("all", bool, default=False, description="Every pod, event and endpoint."),
        ],
        responses={
            200: OpenApiResponse(reference("ThingReply"), "The thing with its parts."),
            **WAITING,
            **_ERRORS,
        },
    )
    def get(self, request: Request, name: str, namespace: str = "") -> HttpResponse:
        """Its health, traffic, pods, events, versions, labels and what belongs to it."""
        found = detail.detail(self.query(request, namespace, name), request.user)
        if isinstance(found, Job):
            return replies.accepted(found, request.get_full_path())
        everything = request.query_params.get("all") == "true"
        return replies.plain_json(reply(found, _EVERYTHING if everything else Limits()))


class TrafficView(ThingView):
    """Who a thing talks to."""

    @extend_schema(
        parameters=[
            *PLACE,
            OpenApiParameter("direction", str, enum=asked.DIRECTIONS),
            OpenApiParameter("protocol", str, enum=asked.PROTOCOLS),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": asked.MOST, "default": 100}
            ),
            OpenApiParameter("cursor", str, description="The next of the page before."),
            choice("sort", tuple(f"{sign}{name}" for name in asked.SORTS for sign in ("", "-")), "-rate"),
            OpenApiParameter("q", str, description="In the peer's names, services asked, codes and flags."),
            choice("format", asked.FORMATS, "json"),
        ],
        responses={
            (200, "application/json"): OpenApiResponse(reference("TrafficReply"), "One page of rows."),
            (200, "text/csv"): OpenApiResponse({"type": "string"}, "The rows as a table."),
            **WAITING,
            **_ERRORS,
        },
    )
    def get(self, request: Request, name: str, namespace: str = "") -> HttpResponse:
        """One row per peer, direction and protocol, with its versions, services asked and answers."""
        rows = asked.traffic(dict(request.query_params.lists()))
        found = detail.detail(self.query(request, namespace, name, *asked.TRAFFIC), request.user)
        if isinstance(found, Job):
            return replies.accepted(found, request.get_full_path())
        page = asked.selected(found.rows(), rows)
        if rows.format == "csv":
            return csv(found.subject, page.items)
        answer = TrafficReply(
            **head(found), kind=found.subject.kind, items=page.items, next=page.next, total=page.total
        )
        return replies.plain_json(answer)


class OwnGraphView(ThingView):
    """A thing's own graph."""

    @extend_schema(
        parameters=[
            *PLACE,
            OpenApiParameter("hops", {"type": "integer", "minimum": 1, "maximum": 3, "default": 1}),
        ],
        responses={
            200: OpenApiResponse(reference("Graph"), "Everything within so many edges; empty when quiet."),
            304: OpenApiResponse(None, "As the ETag says, nothing changed."),
            **WAITING,
            **_ERRORS,
        },
    )
    def get(self, request: Request, name: str, namespace: str = "") -> HttpResponse:
        """As ``/api/v1/graph``, of what surrounds the thing."""
        hops = asked.hops(dict(request.query_params.lists()))
        answer = detail.own_graph(self.query(request, namespace, name, "hops"), hops, request.user)
        if isinstance(answer, Job):
            return replies.accepted(answer, request.get_full_path())
        return replies.answered(request, answer)


def endpoints() -> Iterator[URLPattern]:
    """The addresses of all kinds; each has an operation id of its own in the schema."""
    parts: tuple[tuple[str, type[ThingView]], ...] = (
        ("traffic", TrafficView),
        ("graph", OwnGraphView),
        ("", DetailView),
    )
    for kind in KINDS:
        where = "<any:name>" if kind == "namespaces" else "<str:namespace>/<any:name>"
        for part, view in parts:
            route = f"{kind}/{where}" + (f"/{part}" if part else "")
            name = f"{kind}-{part or 'detail'}"
            yield path(route, _for_kind(view, kind, name), name=f"api-{name}")


def _for_kind(view: type[ThingView], kind: Kind, name: str) -> Any:
    named: type[ThingView] = type(f"{kind.title()}{view.__name__}", (view,), {"kind": kind})
    return extend_schema_view(get=extend_schema(operation_id=name.replace("-", "_")))(named).as_view()
