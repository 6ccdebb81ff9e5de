"""The control plane as a process: `python -m demo.controlplane --manifests … --run-dir … --network n`."""

import argparse
import os
import resource
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from demo.controlplane.addresses import AddressBook
from demo.controlplane.naming import MONITORING_PORT
from demo.controlplane.server import ControlPlane


def serve_metrics(plane: ControlPlane, address: str) -> ThreadingHTTPServer:
    """Serve `/metrics` and `/ready` on the monitoring port of an address."""

    class Handler(BaseHTTPRequestHandler):
        """Two pages."""

        def do_GET(self) -> None:
            """Answer."""
            used = resource.getrusage(resource.RUSAGE_SELF)
            plane.metrics.set("process_cpu_seconds_total", used.ru_utime + used.ru_stime)
            known = {"/metrics": plane.metrics.text(), "/ready": "ready\n"}
            body = known.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("content-type", "text/plain; version=0.0.4")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Requests for metrics are no news."""

    server = ThreadingHTTPServer((address, MONITORING_PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main(argv: list[str] | None = None) -> int:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser(prog="demo.controlplane")
    parser.add_argument("--manifests", type=Path, required=True)
    parser.add_argument("--run-dir", type=Path, required=True)
    parser.add_argument("--network", type=int, required=True)
    options = parser.parse_args(argv)
    plane = ControlPlane(options.manifests, options.run_dir, AddressBook(options.network))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    plane.once()
    plane.census()
    server = serve_metrics(plane, f"127.{options.network}.0.2")
    print(f"info\tpid {os.getpid()}: {len(plane.mesh.pods if plane.mesh else ())} pods rendered", flush=True)
    plane.run(stop)
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
