"""Container logs in the layout and line format of a kubelet: `<ns>_<pod>_<uid>/<container>/0.log`."""

import datetime as dt
import io
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = (
    2 * 1024 * 1024
)  # one file; the one before it is kept, so a container never has more than twice this


def container_folder(logs: Path, namespace: str, pod: str, uid: str, container: str) -> Path:
    """Where a container's log files are."""
    return logs / f"{namespace}_{pod}_{uid}" / container


def stamp() -> str:
    """Now, as CRI lines write it."""
    now = dt.datetime.now(dt.UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


class PodLog:
    """Writes one container's log; when a file is full the last one is replaced by it."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        """Open (and continue) the log in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "0.log"
        self._max_bytes = max_bytes
        self._file: BinaryIO = self._path.open("ab", buffering=0)
        self._size = self._path.stat().st_size

    def write(self, lines: list[bytes], stream: str = "stdout") -> None:
        """Append whole lines, without their line ends."""
        if not lines:
            return
        prefix = f"{stamp()} {stream} F ".encode()
        block = b"".join(prefix + line + b"\n" for line in lines)
        if self._size + len(block) > self._max_bytes:
            self._rotate()
        self._file.write(block)
        self._size += len(block)

    def say(self, text: str) -> None:
        """Append one line of text."""
        self.write([text.encode()])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_name("0.log.1"))
        self._file = self._path.open("ab", buffering=0)
        self._size = 0


class ErrorStream(io.TextIOBase):
    """Stands in for the standard error stream of a program and writes whole lines to its log."""

    def __init__(self, log: PodLog) -> None:
        """`log` gets the lines."""
        self._log = log
        self._rest = ""

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Keep what has no line end yet."""
        *lines, self._rest = (self._rest + text).split("\n")
        self._log.write([line.encode() for line in lines], "stderr")
        return len(text)


def tail(path: Path, count: int) -> list[str]:
    """The last lines of a log file."""
    if not path.exists():
        return []
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
