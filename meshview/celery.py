"""The Celery application: its tasks come from the apps, its whole schedule is here."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings

# Django's own checks would load every page and template into a worker that serves none.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")
app = Celery("meshview")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["snapshots", "sources"])
app.conf.beat_schedule = {
    "refresh": {
        "task": "snapshots.refresh",
        "schedule": float(settings.COLLECT_PERIOD),
        "options": {"expires": settings.COLLECT_PERIOD},
    },
    "look": {"task": "sources.look", "schedule": 60.0, "options": {"expires": 60}},
}
app.set_default()


@worker_ready.connect  # type: ignore[untyped-decorator]  # Celery has no types
def refresh_at_once(**_: Any) -> None:
    """A worker that has just come up does not wait for beat to collect what is due."""
    begin()


def begin() -> None:
    """Asks for what beat would ask for only after its first periods."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"])
