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
app.autodiscover_tasks(["snapshots"])
app.conf.beat_schedule = {
    "refresh": {
        "task": "snapshots.refresh",
        "schedule": float(settings.COLLECT_PERIOD),
        "options": {"expires": settings.COLLECT_PERIOD},
    }
}
app.set_default()


@worker_ready.connect  # type: ignore[untyped-decorator]  # Celery has no types
def refresh_at_once(**_: Any) -> None:
    """A worker that has just come up does not wait for beat to collect what is due."""
    app.send_task("snapshots.refresh")
