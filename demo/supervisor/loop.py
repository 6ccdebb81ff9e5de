"""The supervisor's event loop: read what children say, notice what dies, answer the control socket."""

import contextlib
import json
import selectors
import socket
import time
from collections.abc import Callable

from demo.options import DemoError
from demo.supervisor.process import Child, Nursery

TICK_SECONDS = 0.2
LAST_LINES = 5
Command = Callable[[dict[str, str]], dict[str, object]]


class ChildDiedError(DemoError):
    """A child that should run does not any more."""


class Loop:
    """Single-threaded on purpose: children ask the kernel to die with the thread that made them."""

    def __init__(self, nursery: Nursery, control: socket.socket, command: Command) -> None:
        """`command` answers requests of the control socket."""
        self._nursery = nursery
        self._command = command
        self._control = control
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, None)
        self._known: set[int] = set()
        self._last: dict[str, list[bytes]] = {}
        self.readers: dict[str, Callable[[list[bytes]], None]] = {}
        self.stopping = False

    def turn(self, seconds: float = TICK_SECONDS) -> None:
        """Handle what happens within some seconds at most; raises ChildDiedError."""
        self._register()
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, Child):
                self._read(key.data)
            else:
                self._answer()

    def wait_for(self, what: str, ready: Callable[[], bool], seconds: float) -> None:
        """Turn until something is ready."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.stopping:
                raise KeyboardInterrupt
            if time.monotonic() > deadline:
                raise DemoError(
                    f"{what} did not get ready within {seconds:.0f} s; its log is in the run folder."
                )
            self.turn(0.1)

    def _register(self) -> None:
        for child in self._nursery.children:
            if child.process.pid not in self._known:
                self._known.add(child.process.pid)
                self._selector.register(child.output, selectors.EVENT_READ, child)

    def _read(self, child: Child) -> None:
        lines = child.read()
        if lines:
            self._last[child.name] = (self._last.get(child.name, []) + lines[-LAST_LINES:])[-LAST_LINES:]
            if child.name in self.readers:
                self.readers[child.name](lines)
            return
        with contextlib.suppress(Exception):
            child.process.wait(0.2)
        if child.process.poll() is not None:
            self._gone(child)

    def _gone(self, child: Child) -> None:
        self._selector.unregister(child.output)
        child.output.close()
        self._nursery.children.remove(child)
        if not child.expected and not self.stopping:
            said = "\n".join(
                "    " + line.decode(errors="replace") for line in self._last.get(child.name, [])
            )
            raise ChildDiedError(
                f"{child.name} ended with status {child.process.returncode}; its last lines:\n{said}"
            )

    def _answer(self) -> None:
        connection, _ = self._control.accept()
        with connection, contextlib.suppress(OSError, ValueError):
            connection.settimeout(1)
            request = json.loads(connection.makefile("r", encoding="utf-8").readline())
            connection.sendall(json.dumps(self._reply(request)).encode() + b"\n")

    def _reply(self, request: dict[str, str]) -> dict[str, object]:
        try:
            return self._command(request)
        except DemoError as error:
            return {"error": str(error)}

    def close(self) -> None:
        """Close the selector."""
        self._selector.close()
