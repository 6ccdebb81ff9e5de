"""Stored snapshots: what survives a restart, and what web processes and workers share."""

from django.db import models


class StoredSnapshot(models.Model):
    """One encoded snapshot (``snapshots.codec``). ``moving`` ones end at the time they were taken."""

    id = models.CharField(primary_key=True, max_length=64)
    window_seconds = models.PositiveIntegerField()
    taken_at = models.FloatField()
    moving = models.BooleanField()
    duration_seconds = models.FloatField()
    stored_at = models.FloatField()
    payload = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["moving", "window_seconds", "-taken_at"], name="newest_per_window")]

    def __str__(self) -> str:
        return f"{self.window_seconds} s before {self.taken_at:.0f}"


class SeenTraffic(models.Model):
    """When a namespace last had traffic (``snapshots.domain.Seen``). Times are epoch seconds."""

    namespace = models.CharField(primary_key=True, max_length=253)
    at = models.FloatField(null=True)
    quiet_from = models.FloatField()
    quiet_until = models.FloatField()

    def __str__(self) -> str:
        return f"{self.namespace} at {self.at}"
