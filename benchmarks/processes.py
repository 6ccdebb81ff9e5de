"""Processes the benchmarks start: free ports, orderly ends, and what they cost, as Linux's /proc says."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes of a process: all of it, and the part that is its own (heap, not mapped files)."""

    resident: int
    own: int

    def over(self, other: "Memory") -> "Memory":
        """How much more than another reading; never negative."""
        return Memory(max(0, self.resident - other.resident), max(0, self.own - other.own))


def memory(pid: int) -> Memory:
    """Memory of the process and its children now; pages they share are counted for each."""
    found = [_memory(one) for one in tree(pid)]
    return Memory(sum(m.resident for m in found), sum(m.own for m in found))


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    return [pid, *(below for child in children for below in tree(int(child)))]


def _memory(pid: int) -> Memory:
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    # A child that has ended but is not waited for yet is listed and has no memory.
    kib = {name: int(fields.get(name, "0").split()[0]) for name in ("VmRSS", "RssAnon")}
    return Memory(kib["VmRSS"] * 1024, kib["RssAnon"] * 1024)


def cpu_seconds(pid: int) -> float:
    """User and system time the process has used since it started."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


class MemoryPeak:
    """Highest memory of a process while the ``with`` block runs, read every 10 ms."""

    def __init__(self, pid: int) -> None:
        self.before = memory(pid)
        self.peak = self.before
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._done.wait(0.01):
            now = memory(self._pid)
            self.peak = Memory(max(self.peak.resident, now.resident), max(self.peak.own, now.own))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def extra(self) -> Memory:
        """The peak over what it was before the block."""
        return self.peak.over(self.before)


def free_port() -> int:
    """A port on loopback nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


Process = subprocess.Popen[bytes]


def wait_until(what: str, ready: Callable[[], bool], process: Process, seconds: float = 60) -> None:
    """Wait for ``ready``; ``RuntimeError`` if the process ends first or the time is over."""
    end = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended with status {process.returncode}")
        if time.monotonic() > end:
            raise RuntimeError(f"{what} was not ready within {seconds:g} s")
        time.sleep(0.1)


def end(process: Process) -> None:
    """Ask it to end, insist after ten seconds."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
