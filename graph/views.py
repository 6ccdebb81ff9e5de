"""The graph page."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from graph.domain import query
from mesh.errors import CallerError

_MOST_NAMED: Final = 40  # allowed values an error page lists


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page around ``<mesh-graph>``, which reads ``/api/v1/graph`` with the same parameters itself.

    Judges them by the API's own parser, so that a wrong one gets a page that says what is allowed.
    """
    try:
        query.parse(dict(request.GET.lists()))
    except CallerError as error:
        return render(request, "errors/page.html", _explained(error), status=error.status)
    return render(request, "graph/page.html")


def _explained(error: CallerError) -> Mapping[str, Any]:
    allowed = error.detail.get("allowed")
    return {
        "status": error.status,
        "title": HTTPStatus(error.status).phrase,
        "message": error.message,
        "allowed": [str(value) for value in allowed][:_MOST_NAMED] if allowed else [],
    }
