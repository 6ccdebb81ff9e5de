"""The sources that the settings name."""

from typing import Final, NamedTuple

from django.conf import settings

from sources.session import Access

PROMETHEUS: Final = "prometheus"
JAEGER: Final = "jaeger"


class Source(NamedTuple):
    """A source as pages show it: name, kind of evidence, and the setting that holds its address."""

    name: str
    kind: str
    setting: str
    access: Access | None


def prometheus_access() -> Access:
    """How to reach Prometheus; its URL is empty when none is configured."""
    return Access(
        PROMETHEUS,
        settings.PROMETHEUS_URL,
        settings.PROMETHEUS_HEADERS,
        settings.PROMETHEUS_USERNAME,
        settings.PROMETHEUS_PASSWORD,
        settings.PROMETHEUS_TOKEN,
        settings.PROMETHEUS_CA_FILE,
        settings.PROMETHEUS_MAX_BYTES,
        settings.PROMETHEUS_CONCURRENCY + settings.BUCKET_CONCURRENCY,
    )


def sources() -> tuple[Source, ...]:
    """Every source that meshview knows of, configured or not."""
    prometheus = prometheus_access() if settings.PROMETHEUS_URL else None
    jaeger = Access(JAEGER, settings.JAEGER_URL) if settings.JAEGER_URL else None
    return (
        Source(PROMETHEUS, "metrics", "MESHVIEW_PROMETHEUS_URL", prometheus),
        Source(JAEGER, "traces", "MESHVIEW_JAEGER_URL", jaeger),
    )
