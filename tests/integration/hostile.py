"""A server that stands where Prometheus should be and answers as it is told: badly, or by passing
questions on.
"""

import contextlib
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One HTTP answer; ``claimed`` bytes of length, of which only ``body`` comes."""

    body: bytes
    status: int = 200
    media_type: str = "application/json"
    wait_seconds: float = 0.0
    claimed: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Hostile:
    """``answer`` says what a question gets; ``queries`` are the PromQL texts asked so far."""

    url: str
    answer: Callable[[str], Answer]
    queries: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def passing_on(url: str) -> Callable[[str], Answer]:
    """Asks a real Prometheus."""

    def ask(form: str) -> Answer:
        if not form:
            return Answer(b'{"status":"success","data":[]}')
        with urllib.request.urlopen(f"{url}/api/v1/query", form.encode(), timeout=30) as reply:
            return Answer(reply.read())

    return ask


def always(answer: Answer) -> Callable[[str], Answer]:
    """The same to every question."""
    return lambda _: answer


@contextlib.contextmanager
def hostile(answer: Callable[[str], Answer], port: int = 0) -> Iterator[Hostile]:
    """Runs the server for the block."""
    state = Hostile("", answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            state.queries += urllib.parse.parse_qs(form).get("query", [])
            self._reply(form)

        def do_GET(self) -> None:
            self._reply("")

        def _reply(self, form: str) -> None:
            state.requests.append((self.command, self.path, dict(self.headers)))
            given = state.answer(form)
            time.sleep(given.wait_seconds)
            with contextlib.suppress(OSError):
                self.send_response(given.status)
                self.send_header("Content-Type", given.media_type)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                length = len(given.body) if given.claimed is None else given.claimed
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(given.body)
            if given.claimed is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
