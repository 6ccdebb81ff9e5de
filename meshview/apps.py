"""Django's entry to the project: makes our Celery application the default one before any task is defined."""

from importlib import import_module

from django.apps import AppConfig


class MeshviewConfig(AppConfig):
    """The project as a Django app."""

    name = "meshview"

    def ready(self) -> None:
        """Binds tasks to ``meshview.celery.app``."""
        import_module("meshview.celery")
