"""Celery's door to the sources. Beat's schedule is in ``meshview.celery``."""

from celery import shared_task

from sources import probe


@shared_task(name="sources.look")  # type: ignore[untyped-decorator]  # Celery has no types
def look() -> None:
    """Reports which sources answer."""
    probe.look()
