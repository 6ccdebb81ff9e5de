"""Asks the proxies themselves which configuration they run."""

import http.client
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from demo.controlplane.naming import ADMIN_PORT

_FILTER = "/stats?filter=version_text$|update_rejected$"
_VERSION = re.compile(r'^(?P<name>\S.*)\.version_text: "(?P<value>[^"]*)"$')
_REJECTED = re.compile(r"^(?P<name>\S.*)\.update_rejected: (?P<value>\d+)$")


@dataclass(frozen=True)
class ProxyState:
    """Versions a proxy has accepted and how often it refused, by type (`cds`, `lds`, `rds_<route>`)."""

    versions: Mapping[str, str]
    rejected: Mapping[str, int]


def ask(ip: str, timeout_seconds: float = 1.0) -> ProxyState | None:
    """Read a proxy's state from its admin port; None when it does not answer."""
    connection = http.client.HTTPConnection(ip, ADMIN_PORT, timeout=timeout_seconds)
    try:
        connection.request("GET", _FILTER)
        text = connection.getresponse().read().decode()
    except (TimeoutError, OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return parse(text.splitlines())


def parse(lines: Iterable[str]) -> ProxyState:
    """Read the answer of `/stats`."""
    versions, rejected = {}, {}
    for line in lines:
        if found := _VERSION.match(line):
            versions[_kind(found["name"])] = found["value"]
        elif found := _REJECTED.match(line):
            rejected[_kind(found["name"])] = int(found["value"])
    return ProxyState(versions, rejected)


def _kind(name: str) -> str:
    if name.startswith("cluster_manager.cds"):
        return "cds"
    if name.startswith("listener_manager.lds"):
        return "lds"
    return "rds_" + name.rpartition(".rds.")[2]


def has(state: ProxyState, wanted: Mapping[str, str]) -> bool:
    """Whether a proxy runs every version in `wanted`, by file name."""
    return all(state.versions.get(name.removesuffix(".json")) == version for name, version in wanted.items())
