"""For whoever watches meshview: is it alive, is it ready, what does it measure."""

import time
from collections.abc import Iterator

import prometheus_client
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from snapshots import services as snapshots
from sources import measures


@require_safe
def alive(_: HttpRequest) -> HttpResponse:
    """The process answers. Says nothing about sources: a dead Prometheus is no reason to restart meshview."""
    return JsonResponse({"status": "alive"})


@require_safe
def ready(_: HttpRequest) -> HttpResponse:
    """The database answers and has its tables, so snapshots can be read; 503 otherwise."""
    try:
        snapshots.summaries()
        return JsonResponse({"status": "ready"})
    except DatabaseError as error:
        text = f"The database does not answer: {error}."
        body = {"code": "not_ready", "message": text, "detail": {}, "source": "database"}
        return JsonResponse({"error": body}, status=503)


@require_safe
def metrics(_: HttpRequest) -> HttpResponse:
    """Prometheus text: collections, snapshot ages, source latency and errors, cache hits."""
    body = prometheus_client.generate_latest()
    return HttpResponse(body, content_type=prometheus_client.CONTENT_TYPE_LATEST)


def serve_metrics() -> None:
    """Serves this process's measures beside its work, if a port is set: for a worker without a web server."""
    if settings.WORKER_METRICS_PORT:
        prometheus_client.start_http_server(settings.WORKER_METRICS_PORT, settings.WORKER_METRICS_HOST)


class _Ages(Collector):
    """Gauges that are read when they are asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Age of the newest snapshot per window, and whether each source answers."""
        age = GaugeMetricFamily(
            "meshview_snapshot_age_seconds",
            "Age of the newest snapshot of a window.",
            labels=["window_seconds"],
        )
        up = GaugeMetricFamily("meshview_source_up", "1 when the source answers.", labels=["source"])
        now = time.time()
        try:
            for one in snapshots.summaries():
                age.add_metric([str(one.window_seconds)], now - one.taken_at)
            for name, state in snapshots.failures().items():
                if state.state != "off":
                    up.add_metric([name], float(state.state in ("ok", "degraded")))
        except DatabaseError:
            pass  # the ages are missing then, which an alert on absence sees
        yield age
        yield up

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing to read at registration: the database may not exist yet."""
        return iter(())


#: Measures register where they are defined; a web process that collects nothing has not been there yet.
SOURCE_MEASURES = (measures.REQUEST_SECONDS, measures.ERRORS)
prometheus_client.REGISTRY.register(_Ages())
