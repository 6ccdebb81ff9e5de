"""The web server: one threaded process under gunicorn's watch, with Celery inside unless it runs elsewhere.

The parent only watches and stays small: everything is loaded in the child. The child notices within a second
when the parent is gone, however it died, and leaves.
"""

import gc
import os
import socket
import sys
from typing import Any, Final

from gunicorn.app.base import BaseApplication

_GRACE_SECONDS: Final = 5


def serve(host: str, port: int, threads: int) -> int:
    """Serves until told to stop. Returns a process exit code."""
    problem = busy(host, port)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        Server(host, port, threads).run()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def busy(host: str, port: int) -> str | None:
    """Why nothing can listen there, in one sentence, or ``None``."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = error.strerror or str(error)
        return f"meshview cannot listen on {host}:{port} ({reason}). Choose another with --host and --port."
    return None


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, configured here and nowhere else."""

    def __init__(self, host: str, port: int, threads: int) -> None:
        self._settings = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": threads,
            "timeout": 60,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": 30,
            "preload_app": False,
            "control_socket_disable": True,
            "proc_name": "meshview",
            "loglevel": "warning",
            "worker_exit": _leave,
        }
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's hook: takes our settings."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """gunicorn's hook, called in the child: prepares everything and gives the WSGI application."""
        from meshview.prepare import database_ready, django_ready

        django_ready()
        database_ready()
        from django.conf import settings

        from graph import services as graph
        from meshview.wsgi import application
        from workloads import services as workloads

        graph.make_ahead()
        workloads.make_ahead()
        if settings.MODE == "single":
            from meshview import embedded

            embedded.start()
        _collect_garbage_rarely()
        print(f"meshview serves http://{self._settings['bind']}", file=sys.stderr, flush=True)
        return application


def _collect_garbage_rarely() -> None:
    """A full collection walks every object that lives and stops every answer meanwhile, 100 ms and more with
    a large mesh. What is loaded now lives as long as the process, and snapshots are freed by their counts, so
    the collector leaves the former alone and looks at the rest less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _leave(_: Any, worker: Any) -> None:
    """Ends the child without waiting for threads that wait for Prometheus; whatever is stored is stored
    whole.
    """
    if worker.booted:
        sys.stderr.flush()
        os._exit(0)
