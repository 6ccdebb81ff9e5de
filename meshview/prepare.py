"""What every long-running command does before its work: settings, log, data folder, database."""

import os
import time
from pathlib import Path
from typing import Final

import django
import structlog
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from meshview.logging import configure

log = structlog.get_logger(__name__)
_DATABASE_SECONDS: Final = 60.0


def django_ready() -> None:
    """Loads the settings and the apps, and sends the log where it belongs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meshview.settings")
    django.setup()
    configure(settings.LOG_LEVEL)


def database_ready() -> None:
    """Makes the data folder and brings the database to the present form; waits a minute for one that is
    starting.
    """
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + _DATABASE_SECONDS
    while True:
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:  # not up yet, or another process of ours is doing the same
            if time.monotonic() > deadline:
                raise
            log.warning("waiting for the database", error=str(error).strip())
            time.sleep(1)
        else:
            return
