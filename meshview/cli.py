"""The command line: says what each command is, turns flags into settings, and hands over.

Flags win over ``MESHVIEW_`` variables. Nothing heavy is imported before a command is chosen.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

#: Flag → the environment variable it sets.
_FLAGS: Final = {
    "host": ("MESHVIEW_HOST", "address to listen on (default 127.0.0.1)"),
    "port": ("MESHVIEW_PORT", "port to listen on (default 8640)"),
    "prometheus-url": ("MESHVIEW_PROMETHEUS_URL", "address of the Prometheus API"),
    "jaeger-url": ("MESHVIEW_JAEGER_URL", "address of Jaeger's query service"),
    "data-dir": ("MESHVIEW_DATA_DIR", "folder for the database (default ~/.local/share/meshview)"),
    "threads": ("MESHVIEW_THREADS", "requests served at once (default 16)"),
}
_NUMBERS: Final = ("port", "threads")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns a process exit code: 0 good, 1 something is wrong, 2 bad usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["demo"]:
        from demo.cli import main as demo

        return demo(words[1:])
    arguments = parser().parse_args(words)
    for flag, (variable, _) in _FLAGS.items():
        value = getattr(arguments, flag.replace("-", "_"), None)
        if value is not None:
            os.environ[variable] = str(value)
    if problem := _misconfigured():
        print(problem, file=sys.stderr)
        return 2
    command: Callable[[], int] = arguments.run
    try:
        return command()
    except KeyboardInterrupt:
        return 130


def _misconfigured() -> str | None:
    """What the settings would refuse, in one line: `serve` would only find out in its child."""
    from accounts.domain import malformed

    problem = malformed(os.environ.get("MESHVIEW_NAMESPACES", "").split(","))
    return f"MESHVIEW_NAMESPACES: {problem}." if problem else None


def parser() -> argparse.ArgumentParser:
    """The command line; `demo` parses its own."""
    top = argparse.ArgumentParser(prog="meshview", description="One web dashboard for an Istio mesh.")
    commands = top.add_subparsers(required=True, metavar="command")
    serve = commands.add_parser("serve", help="serve the dashboard, and collect unless a worker does")
    check = commands.add_parser("check", help="reach each configured source and say what is wrong")
    for flag, (variable, text) in _FLAGS.items():
        kind = int if flag in _NUMBERS else str
        serve.add_argument(f"--{flag}", type=kind, help=f"{text} [{variable}]")
        if flag.endswith(("-url", "-dir")):
            check.add_argument(f"--{flag}", help=f"{text} [{variable}]")
    commands.add_parser("demo", help="start a real mesh on this machine and watch it", add_help=False)
    serve.set_defaults(run=_serve)
    check.set_defaults(run=_check)
    for name, run, text in (
        ("rules", _rules, "print recording rules for Prometheus"),
        ("worker", _worker, "collect for web processes elsewhere (needs Redis)"),
        ("beat", _beat, "say when to collect (needs Redis; run exactly one)"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=run)
    return top


def _serve() -> int:
    from meshview.serve import serve

    host = os.environ.get("MESHVIEW_HOST", "127.0.0.1")
    try:
        port, threads = (
            int(os.environ.get("MESHVIEW_PORT", "8640")),
            int(os.environ.get("MESHVIEW_THREADS", "16")),
        )
    except ValueError as error:
        print(f"MESHVIEW_PORT and MESHVIEW_THREADS must be whole numbers: {error}", file=sys.stderr)
        return 2
    return serve(host, port, threads)


def _check() -> int:
    from meshview.prepare import django_ready

    django_ready()
    from meshview.check import check

    return check()


def _rules() -> int:
    from metrics.recording import rule_file

    sys.stdout.write(rule_file())
    return 0


def _worker() -> int:
    from meshview.prepare import database_ready, django_ready

    django_ready()
    if problem := _undistributed():
        print(problem, file=sys.stderr)
        return 1
    database_ready()
    from meshview.celery import app
    from meshview.pulse import serve_metrics

    serve_metrics()
    app.worker_main(
        [
            "worker",
            "--pool=threads",
            "--concurrency=4",
            "--without-mingle",
            "--without-gossip",
            "--loglevel=WARNING",
        ]
    )
    return 0


def _beat() -> int:
    from meshview.prepare import django_ready

    django_ready()
    if problem := _undistributed():
        print(problem, file=sys.stderr)
        return 1
    from meshview.celery import app

    app.Beat(scheduler="celery.beat:Scheduler", loglevel="WARNING").run()
    return 0


def _undistributed() -> str | None:
    from django.conf import settings

    if settings.REDIS_URL:
        return None
    return "A worker and a beat of their own need Redis between them: set MESHVIEW_REDIS_URL."


if __name__ == "__main__":
    sys.exit(main())
