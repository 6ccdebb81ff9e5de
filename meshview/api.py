"""What the API says about meshview itself: status and jobs."""

from typing import Literal

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.views import APIView

from graph import replies
from graph.api import ERRORS, reference
from graph.domain.query import single_values
from graph.freshness import Source, rfc3339, sources
from mesh.errors import NotFound
from mesh.window import format_duration
from meshview.context import VERSION
from snapshots import services as snapshots
from snapshots.services import Job, Summary
from sources.registry import DATABASE_REMEDY


class SnapshotSummary(Struct, frozen=True):
    """The newest snapshot of one moving window; ``watched`` is whether somebody looks at it now."""

    window_seconds: int
    taken_at: str
    age_seconds: float
    watched: bool
    last_duration_ms: float


class Status(Struct, frozen=True):
    """The reply of ``/api/v1/status``."""

    version: str
    mode: Literal["single", "distributed"]
    sources: list[Source]
    snapshots: list[SnapshotSummary]


class StatusView(APIView):
    """How meshview and its sources are doing."""

    @extend_schema(
        operation_id="status",
        responses={200: OpenApiResponse(reference("Status"), "Now."), 400: ERRORS[400], 405: ERRORS[405]},
    )
    def get(self, request: Request) -> HttpResponse:
        """Version, mode, sources with their errors, and the snapshots there are."""
        single_values(dict(request.query_params.lists()), ())
        known = sources(snapshots.failures())
        summaries: list[SnapshotSummary] = []
        try:
            summaries = [_summary(one) for one in snapshots.summaries()]
        except DatabaseError as error:
            what = f"The database does not answer: {str(error).strip()}"
            known.append(Source("database", "database", "down", None, what, None, DATABASE_REMEDY))
        return replies.plain_json(Status(VERSION, settings.MODE, known, summaries))


class JobView(APIView):
    """A collection that somebody waits for."""

    @extend_schema(
        operation_id="job",
        responses={
            200: OpenApiResponse(reference("JobEnvelope"), "How far it is."),
            400: ERRORS[400],
            404: OpenApiResponse(reference("Error"), "There is no such job (any more)."),
            405: ERRORS[405],
        },
    )
    def get(self, request: Request, job_id: str) -> HttpResponse:
        """Progress of a collection; ``result`` is where its answer will be."""
        single_values(dict(request.query_params.lists()), ())
        job = snapshots.job(job_id)
        if job is None:
            raise NotFound("unknown_job", f"There is no job {job_id[:60]!r}.", {"job": job_id[:200]})
        return replies.plain_json(replies.job_envelope(job, _result(job)))


def _summary(one: Summary) -> SnapshotSummary:
    age, took = round(one.age_seconds, 3), round(one.last_duration_ms, 1)
    return SnapshotSummary(one.window_seconds, rfc3339(one.taken_at), age, one.watched, took)


def _result(job: Job) -> str:
    end = "" if job.at is None else f"&at={job.at:.0f}"
    return f"/api/v1/graph?window={format_duration(job.window_seconds)}{end}"
