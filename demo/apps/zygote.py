"""One process that has everything loaded and forks a process per container, which keeps them small.

Reads commands as JSON lines from its standard input (`{"start": spec}`, `{"stop": name}`) and writes what
happened to its standard output (`{"exited": name, "status": n}`). When its parent dies, everything ends.
"""

import asyncio
import contextlib
import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable

from demo.apps import client, database, grpc_service, http_service, load, outside
from demo.apps.spec import Spec
from demo.podlog import ErrorStream, PodLog, container_folder
from demo.supervisor.death import die_with_parent

PROGRAMS: dict[str, Callable[[Spec, PodLog], Awaitable[None]]] = {
    "meshview-demo/http-service": http_service.run,
    "meshview-demo/grpc-service": grpc_service.run,
    "meshview-demo/tcp-database": database.run,
    "meshview-demo/client": client.run,
    "meshview-demo/outside": outside.run,
    "meshview-demo/load": load.run,
}


async def _main(spec: Spec) -> None:
    folder = container_folder(spec.folder / "pods", spec.namespace, spec.name, spec.uid, spec.container)
    log = PodLog(folder)
    sys.stderr = ErrorStream(log)
    await PROGRAMS[spec.program](spec, log)


def _child(spec: Spec) -> None:
    die_with_parent()
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    asyncio.run(_main(spec))


class Zygote:
    """The parent of all programs."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._names: dict[int, str] = {}

    def handle(self, line: str) -> None:
        """Obey one command."""
        command = json.loads(line)
        if "start" in command:
            self._start(Spec(**command["start"]))
        elif "stop" in command:
            for pid in [pid for pid, name in self._names.items() if name == command["stop"]]:
                os.kill(pid, signal.SIGKILL)

    def _start(self, spec: Spec) -> None:
        pid = os.fork()
        if pid:
            self._names[pid] = spec.name
            return
        status = 1
        try:
            _child(spec)
        except Exception:  # noqa: BLE001 - the last frame of a process: say why and end
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)

    def reap(self) -> None:
        """Report children that ended."""
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = found
                said = {"exited": self._names.pop(pid, "?"), "status": os.waitstatus_to_exitcode(status)}
                sys.stdout.write(json.dumps(said) + "\n")
                sys.stdout.flush()


def main() -> None:
    """Run until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    zygote = Zygote()
    signal.signal(signal.SIGCHLD, lambda *_: zygote.reap())
    gc.freeze()
    for line in sys.stdin:
        zygote.handle(line)


if __name__ == "__main__":
    main()
