"""`meshview demo`: run the mesh, or talk to a running one."""

import argparse
import json
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demo.options import MANIFESTS, DemoError, Options

DEFAULT_RUN_DIR = Path("var/demo")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="meshview demo", description="A real mesh of Envoy proxies on this machine."
    )
    top.add_argument(
        "--run-dir", type=Path, default=DEFAULT_RUN_DIR, help="everything a run makes (var/demo)"
    )
    top.add_argument("--manifests", type=Path, default=MANIFESTS, help="a folder of your own manifests")
    top.add_argument("--host", default="127.0.0.1", help="address of meshview (127.0.0.1)")
    top.add_argument("--port", type=int, default=8640, help="port of meshview (8640)")
    top.add_argument("--rps", type=float, default=50.0, help="mean requests per second at the gateway (50)")
    top.add_argument(
        "--scrape-interval", type=float, default=5.0, metavar="SECONDS", help="of Prometheus (5)"
    )
    top.add_argument(
        "--zipkin-url", default="", metavar="HOST:PORT", help="where proxies send spans (nowhere)"
    )
    top.add_argument(
        "--network", type=int, default=0, metavar="X", help="use 127.X.0.0/16 (the first free one)"
    )
    top.add_argument("--no-dashboard", action="store_true", help="do not start meshview")
    top.add_argument("--no-prometheus", action="store_true", help="only write Prometheus' configuration")
    top.add_argument("--no-load", action="store_true", help="do not send requests")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    incident = commands.add_parser("incident", help="begin or end an incident in the running mesh")
    incident.add_argument("name", help="bad-version, slow-dependency, dead-pod; or `list`")
    incident.add_argument("--end", action="store_true", help="end it")
    commands.add_parser("status", help="what runs")
    for command in commands.choices.values():
        command.add_argument("--run-dir", type=Path, default=argparse.SUPPRESS, help="of the running demo")
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 is success, 1 a refusal with one line that says why."""
    chosen = parser().parse_args(argv)
    try:
        if chosen.command == "incident":
            return _incident(chosen)
        if chosen.command == "status":
            return _status(chosen)
        return _run(chosen)
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1


def _run(chosen: argparse.Namespace) -> int:
    from demo.supervisor.run import Run

    options = Options(
        run_dir=chosen.run_dir,
        manifests=chosen.manifests,
        host=chosen.host,
        port=chosen.port,
        rps=chosen.rps,
        scrape_seconds=chosen.scrape_interval,
        zipkin=chosen.zipkin_url,
        network=chosen.network,
        dashboard=not chosen.no_dashboard,
        load=not chosen.no_load,
        prometheus=not chosen.no_prometheus,
    )
    return Run(options).go()


def _incident(chosen: argparse.Namespace) -> int:
    if chosen.name == "list":
        for one in ask(chosen.run_dir, action="list")["incidents"]:
            since = (
                f"since {time.strftime('%H:%M:%S', time.localtime(one['since']))}"
                if one["since"]
                else "not running"
            )
            _say(f"{one['name']:<16} {since:<15} {one['cause']}")
        return 0
    action = "end" if chosen.end else "begin"
    said = ask(chosen.run_dir, action=action, name=chosen.name)["said"]
    _say(f"{'ended' if chosen.end else 'began'} {chosen.name}: {said}")
    return 0


def _status(chosen: argparse.Namespace) -> int:
    answer = ask(chosen.run_dir, action="status")
    _say(f"{answer['where']}; {len(answer['children'])} processes: {', '.join(sorted(answer['children']))}")
    return 0


def ask(run_dir: Path, **request: str) -> dict[str, Any]:
    """Send one request to the running demo."""
    try:
        facts = json.loads((run_dir / "demo.json").read_text(encoding="utf-8"))
        with socket.create_connection(tuple(facts["control"]), timeout=5) as connection:
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer: dict[str, Any] = json.loads(connection.makefile("r", encoding="utf-8").readline())
    except (OSError, ValueError) as error:
        raise DemoError(f"No demo answers for {run_dir}: start one with `meshview demo`.") from error
    if "error" in answer:
        raise DemoError(str(answer["error"]))
    return answer


def _say(text: str) -> None:
    print(text)
