"""Celery's doors to the services. Beat's schedule is in ``meshview.celery``."""

from celery import shared_task

from snapshots import services


@shared_task(name="snapshots.collect")  # type: ignore[untyped-decorator]  # Celery has no types
def collect(window_seconds: int, at: float | None) -> None:
    """Collects one window."""
    services.collect(window_seconds, at)


@shared_task(name="snapshots.refresh")  # type: ignore[untyped-decorator]  # Celery has no types
def refresh() -> None:
    """Collects what is watched and due."""
    services.refresh()
