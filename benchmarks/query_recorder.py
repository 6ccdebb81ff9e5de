"""A proxy in front of Prometheus that writes down which queries pass, when and how big their answers are.

It may shift the clock: prepared data ends at a fixed past time, and a live process asks about now.
"""

import http.client
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_PIECE = 1 << 18
_NOT_FORWARDED = {"host", "connection", "content-length"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One query as it passed. Times are monotonic seconds, ``answer_bytes`` the size of the body as sent."""

    path: str
    form: str
    accept_encoding: str
    started: float
    ended: float
    answer_bytes: int

    @property
    def query(self) -> str:
        """The PromQL text."""
        return dict(urllib.parse.parse_qsl(self.form)).get("query", "")


class QueryRecorder:
    """``with QueryRecorder(url) as proxy``: ask ``proxy.url``; ``proxy.asked`` says what was asked."""

    def __init__(self, upstream: str, clock_shift: float = 0.0, port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.clock_shift = clock_shift
        self.upstream = urllib.parse.urlsplit(upstream)
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self) -> None:
        """Serve until the process ends."""
        self._server.serve_forever()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self.close()

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()

    def shifted(self, form: str) -> str:
        """The same form with its times moved by the clock shift."""
        if not self.clock_shift:
            return form
        fields = urllib.parse.parse_qsl(form)
        times = {"time", "start", "end"}
        moved = [(k, f"{float(v) + self.clock_shift:.3f}" if k in times else v) for k, v in fields]
        return urllib.parse.urlencode(moved)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves in the middle of an answer is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(recorder: QueryRecorder) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, _, form = self.path.partition("?")
            self._forward("GET", path, form)

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self._forward("POST", self.path, form)

        def _forward(self, method: str, path: str, form: str) -> None:
            started, moved = time.monotonic(), recorder.shifted(form)
            headers = {k: v for k, v in self.headers.items() if k.lower() not in _NOT_FORWARDED}
            target = path if method == "POST" or not moved else f"{path}?{moved}"
            upstream = http.client.HTTPConnection(recorder.upstream.netloc, timeout=120)
            try:
                upstream.request(method, target, moved if method == "POST" else None, headers)
                size = self._answer(upstream.getresponse())
            finally:
                upstream.close()
            encoding = self.headers.get("Accept-Encoding", "")
            recorder.asked.append(Asked(path, moved, encoding, started, time.monotonic(), size))

        def _answer(self, answer: http.client.HTTPResponse) -> int:
            """Pass the answer on in pieces; its size in bytes."""
            self.send_response(answer.status)
            for name in ("Content-Type", "Content-Encoding"):
                if value := answer.getheader(name):
                    self.send_header(name, value)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            size = 0
            for piece in _pieces(answer):
                size += len(piece)
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
            return size

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
            """Silent: what passed is recorded."""

    return Handler


def _pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    while piece := answer.read(_PIECE):
        yield piece


def main() -> None:
    """``python -m benchmarks.query_recorder UPSTREAM PORT CLOCK_SHIFT``: as a process of its own."""
    upstream, port, shift = sys.argv[1:]
    QueryRecorder(upstream, float(shift), int(port)).serve()


if __name__ == "__main__":
    main()
