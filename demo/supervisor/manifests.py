"""The manifests that a run uses: its own copy, so that they can be edited while it runs."""

import shutil
import socket
from pathlib import Path

import yaml

from demo.options import MANIFESTS, DemoError, Options

ZIPKIN_FILE = "90-zipkin.yaml"


def place(options: Options, run_dir: Path) -> Path:
    """The folder to watch: a copy of the demo's own manifests, or another folder as it is."""
    if options.manifests != MANIFESTS:
        if not options.manifests.is_dir():
            raise DemoError(f"The manifest folder {options.manifests} does not exist.")
        return options.manifests.resolve()
    folder = run_dir / "manifests"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.yaml"):
        old.unlink()
    for source in MANIFESTS.glob("*.yaml"):
        shutil.copy(source, folder / source.name)
    if options.zipkin:
        (folder / ZIPKIN_FILE).write_text(zipkin(options.zipkin), encoding="utf-8")
    return folder


def zipkin(address: str) -> str:
    """The service that the tracing provider names; without it tracing is off, as in Istio."""
    host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
    if not host or not port.isdigit():
        raise DemoError(f"--zipkin-url wants HOST:PORT, not {address or 'nothing'}.")
    try:
        host = socket.gethostbyname(host)
    except OSError as error:
        raise DemoError(f"--zipkin-url: the host {host} is not known ({error.strerror}).") from error
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "zipkin", "namespace": "istio-system"},
        "spec": {
            "ports": [{"name": "tcp-zipkin", "port": 9411, "targetPort": int(port)}],
            "externalIPs": [host],
        },
    }
    return yaml.safe_dump(service, sort_keys=False)
