"""A Zipkin collector that keeps what it gets."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Collector:
    """Listens on a free port of 127.0.0.1; `spans` holds every span that came."""

    def __init__(self) -> None:
        self.spans: list[dict[str, Any]] = []
        spans = self.spans

        class Handler(BaseHTTPRequestHandler):
            """Takes spans."""

            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                """Read a body of known length or in chunks."""
                if "chunked" in self.headers.get("transfer-encoding", ""):
                    body = b"".join(iter(self.chunk, b""))
                else:
                    body = self.rfile.read(int(self.headers["content-length"]))
                spans.extend(json.loads(body))
                self.send_response(202)
                self.send_header("content-length", "0")
                self.end_headers()

            def chunk(self) -> bytes:
                """One chunk; the last one is empty."""
                data = self.rfile.read(int(self.rfile.readline(), 16))
                self.rfile.readline()
                return data

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
