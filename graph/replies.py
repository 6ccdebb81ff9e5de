"""Ready bytes as HTTP replies: ETag and 304, gzip when the client takes it, 202 for work not done yet."""

from typing import Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags
from msgspec import Struct

from graph.services import Answered
from snapshots.services import Job


class JobReply(Struct, frozen=True):
    """A collection that is under way. ``done`` of ``total`` queries are answered."""

    id: str
    state: Literal["waiting", "running", "done", "failed"]
    progress: float
    done: int
    total: int
    error: str | None
    result: str


class JobEnvelope(Struct, frozen=True):
    """What ``/api/v1/jobs/{id}`` and every 202 say."""

    job: JobReply


def answered(request: HttpRequest, answer: Answered) -> HttpResponse:
    """The document, or 304 when the client has it."""
    if answer.etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
        del response["Content-Type"]
    else:
        packed = _takes_gzip(request)
        response = HttpResponse(answer.body(packed), content_type=answer.content_type)
        if packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = answer.etag
    response["Cache-Control"] = "private, no-cache"
    response["Last-Modified"] = http_date(answer.taken_at)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def accepted(job: Job, result: str) -> HttpResponse:
    """202: the window is being collected; ``Location`` says where to ask how far it is."""
    response = plain_json(job_envelope(job, result), status=202)
    response["Location"] = f"/api/v1/jobs/{job.id}"
    response["Retry-After"] = "1"
    return response


def job_envelope(job: Job, result: str) -> JobEnvelope:
    """A job as replies show it; ``result`` is the address that will have the answer."""
    reply = JobReply(job.id, job.state, round(job.progress, 3), job.done, job.total, job.error, result)
    return JobEnvelope(reply)


def plain_json(value: object, status: int = 200) -> HttpResponse:
    """A small reply that is made anew each time."""
    response = HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")
    response["Cache-Control"] = "private, no-cache"
    return response


def _takes_gzip(request: HttpRequest) -> bool:
    """Whether gzip is acceptable (RFC 9110, 12.5.3)."""
    qualities: dict[str, float] = {}
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        coding, _, weight = part.partition(";")
        qualities[coding.strip()] = _quality(weight)
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
