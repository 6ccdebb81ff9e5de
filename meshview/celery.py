"""The Celery application: its tasks come from the apps, its whole schedule is here."""

from celery import Celery
from django.conf import settings

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
