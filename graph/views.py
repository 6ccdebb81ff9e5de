"""The graph page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest) -> HttpResponse:
    """The page around ``<mesh-graph>``, which reads ``/api/v1/graph`` itself."""
    return render(request, "graph/page.html")
