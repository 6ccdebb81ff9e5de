"""One error shape for every door: JSON under ``/api``, a page elsewhere."""

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import escape
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from mesh.errors import CallerError

log = logging.getLogger(__name__)

_CODES = {
    exceptions.ParseError: ("malformed_body", "The body is not valid JSON."),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", "Send JSON (application/json)."),
    exceptions.NotAcceptable: ("not_acceptable", "This answer exists as application/json only."),
}


def error_body(
    code: str, message: str, detail: dict[str, Any] | None = None, source: str | None = None
) -> dict[str, Any]:
    """The one shape of an error; ``source`` names the source (``prometheus`` …) that failed, if one did."""
    return {"error": {"code": code, "message": message, "detail": detail or {}, "source": source}}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. Gives None for what is our own mistake: Django's ``server_error`` answers that."""
    set_rollback()
    if isinstance(error, CallerError):
        return Response(error_body(error.code, error.message, error.detail), status=error.status)
    if isinstance(error, Http404):
        return Response(error_body("not_found", "There is no such thing."), status=404)
    if isinstance(error, PermissionDenied):
        return Response(error_body("forbidden", "You may not see this."), status=403)
    if isinstance(error, DatabaseError):
        log.error("the database does not answer", exc_info=error)
        body = error_body("source_unavailable", "The database does not answer.", source="database")
        return Response(body, status=503, headers={"Retry-After": "5"})
    if isinstance(error, exceptions.MethodNotAllowed):
        allowed = getattr(context.get("view"), "allowed_methods", [])
        body = error_body("method_not_allowed", str(error.detail), {"allowed": allowed})
        return Response(body, status=405, headers={"Allow": ", ".join(allowed)})
    if isinstance(error, exceptions.APIException):
        code, message = _CODES.get(type(error), (str(error.get_codes()), str(error.detail)))
        return Response(error_body(code, message), status=error.status_code)
    return None


def respond(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    """An error as the door it came through expects it."""
    if request.path.startswith("/api"):
        return JsonResponse(error_body(code, message), status=status)
    return HttpResponse(_page(request, status, message), status=status)


def _page(request: HttpRequest, status: int, message: str) -> str:
    context = {"status": status, "title": HTTPStatus(status).phrase, "message": message}
    try:
        return render_to_string("errors/page.html", context, request=request)
    except TemplateDoesNotExist:
        pass
    except Exception:
        log.exception("the error page itself failed")
    title = f"{status} {HTTPStatus(status).phrase}"
    text = f"<h1>{title}</h1><p>{escape(message)}</p><p><a href='/graph'>Graph</a></p>"
    return f"<!doctype html><html lang=en><title>{title}</title>{text}"


def unknown_endpoint(request: HttpRequest) -> HttpResponse:
    """Anything under ``/api`` that has no view."""
    text = f"There is no {request.path[:200]}. The endpoints are listed at /api/v1/docs."
    return respond(request, 404, "unknown_path", text)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400 (a host that is not allowed, a malformed request)."""
    log.info("bad request: %s", exception)
    return respond(request, 400, "bad_request", "The request could not be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 403."""
    log.info("not allowed: %s", exception)
    return respond(request, 403, "forbidden", "You may not see this.")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404."""
    log.info("not found: %s", type(exception).__name__)
    return respond(request, 404, "unknown_path", f"There is nothing at {request.path[:200]}.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500: ours, and logged by Django with its traceback."""
    return respond(request, 500, "internal_error", "meshview made a mistake; its log says which.")
