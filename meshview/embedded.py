"""Celery's worker and beat as threads of the web process: the whole of meshview in one process.

The same tasks, schedule and locks as in the distributed form; only the broker is this process's memory.
"""

import threading

import structlog
from celery.beat import Service
from celery.worker import WorkController

from meshview.celery import app, begin

log = structlog.get_logger(__name__)
#: A collection waits for Prometheus, not for the processor: one thread per window that is usually watched.
_THREADS = 3


def start() -> None:
    """Starts both and asks for a first collection at once. The threads end with the process."""
    worker = WorkController(
        app=app,
        pool_cls="threads",
        concurrency=_THREADS,
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )
    beat = Service(app, max_interval=app.conf.beat_max_loop_interval, scheduler_cls="celery.beat:Scheduler")
    threading.Thread(target=worker.start, name="celery-worker", daemon=True).start()
    threading.Thread(target=beat.start, name="celery-beat", daemon=True).start()
    begin()
    log.info("collecting inside this process")
