"""Child processes that cannot outlive the supervisor."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from demo.options import DemoError
from demo.podlog import PodLog
from demo.supervisor.death import die_with_parent

GUARD = Path(__file__).with_name("guard.py")


class Child:
    """One process in its own process group, with its output going to a log."""

    def __init__(self, name: str, process: "subprocess.Popen[bytes]", log: PodLog | None) -> None:
        """`log` is None when nobody reads the output."""
        self.name = name
        self.process = process
        self.log = log
        self.expected = False  # whether its end is what was asked for
        self._rest = b""

    @property
    def output(self) -> IO[bytes]:
        """The pipe its output comes through."""
        if self.process.stdout is None:
            raise ValueError(f"{self.name} has no output to read")
        return self.process.stdout

    def read(self) -> list[bytes]:
        """Whole lines that have come, which are also logged; at the end also the unfinished one."""
        data = os.read(self.output.fileno(), 262144)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            lines.append(self._rest)
            self._rest = b""
        if self.log:
            self.log.write(lines)
        return lines

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Signal the whole group."""
        self.expected = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Nursery:
    """Makes children, and a guard that kills their groups if the supervisor vanishes."""

    def __init__(self) -> None:
        """Start the guard."""
        self.children: list[Child] = []
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD)], stdin=subprocess.PIPE, start_new_session=True
        )

    def start(
        self,
        name: str,
        command: Sequence[str],
        log: PodLog,
        env: Mapping[str, str] | None = None,
        pipe: bool = False,
    ) -> Child:
        """Start a process; `pipe` gives it a standard input. Must be called from the main thread."""
        before: Callable[[], None] = die_with_parent
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if pipe else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=None if pipe else subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                preexec_fn=before,
            )
        except OSError as error:
            raise DemoError(f"{name} cannot be started: {error}") from error
        child = Child(name, process, log)
        self.children.append(child)
        self._tell_guard(process.pid)
        return child

    def _tell_guard(self, group: int) -> None:
        if self._guard.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.write(f"{group}\n".encode())
                self._guard.stdin.flush()

    def close(self, grace_seconds: float = 3.0) -> None:
        """End every child, gently first, the newest first."""
        for child in reversed(self.children):
            child.kill(signal.SIGTERM)
        for child in reversed(self.children):
            try:
                child.process.wait(grace_seconds)
            except subprocess.TimeoutExpired:
                grace_seconds = 0.1
            child.kill()
            child.process.wait()
            child.output.close()
            if child.process.stdin:
                with contextlib.suppress(OSError):
                    child.process.stdin.close()
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait()
