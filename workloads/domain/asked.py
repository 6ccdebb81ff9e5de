"""What can be asked of one thing: read from the same parameters by page and API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from graph.domain.query import parse_time, single_values
from mesh.errors import CallerError
from mesh.window import parse_window
from workloads.domain.things import Kind
from workloads.domain.traffic import Row

#: Parameters of every thing's page and reply.
PLACE: Final = ("window", "at", "cluster")
#: State of the pages that their address carries; replies do not depend on it.
PAGE: Final = ("refresh", "all", "open")
TRAFFIC: Final = ("direction", "protocol", "q", "sort", "limit", "cursor", "format")
DIRECTIONS: Final = ("inbound", "outbound")
PROTOCOLS: Final = ("http", "grpc", "tcp")
FORMATS: Final = ("json", "csv")
MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class ThingQuery:
    """Which thing, over which window. ``cluster`` empty: whichever has it; ``at`` None: the newest."""

    kind: Kind
    namespace: str
    name: str
    cluster: str = ""
    window_seconds: int = 300
    at: float | None = None


@dataclass(frozen=True, slots=True)
class TrafficQuery:
    """Which rows of the traffic, in which order."""

    direction: str = ""
    protocol: str = ""
    q: str = ""
    sort: str = "-rate"
    limit: int = 100
    start: int = 0
    format: Literal["json", "csv"] = "json"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the rows, the cursor of the next ones, and how many there are in all."""

    items: list[Row]
    next: str | None
    total: int


Given = Mapping[str, Sequence[str]]


def thing(kind: Kind, namespace: str, name: str, given: Given, also: Sequence[str] = ()) -> ThingQuery:
    """Read the place. ``also`` are further parameters that are allowed. Raises ``CallerError``."""
    values = single_values(given, (*PLACE, *also), PAGE)
    at = values.get("at", "")
    return ThingQuery(
        kind=kind,
        namespace=namespace,
        name=name,
        cluster=values.get("cluster", ""),
        window_seconds=parse_window(values.get("window", "5m")),
        at=parse_time(at) if at else None,
    )


def traffic(given: Given) -> TrafficQuery:
    """Read what is asked of the rows. Raises ``CallerError``."""
    values = single_values(given, (*PLACE, *TRAFFIC), PAGE)
    sort = values.get("sort", "-rate")
    if sort.removeprefix("-") not in SORTS:
        text = f"{sort[:40]!r} is no order of these rows. They have {', '.join(SORTS)}, each also with '-'."
        raise CallerError("unknown_sort", text, {"value": sort[:200], "allowed": list(SORTS)})
    as_csv = _choice(values, "format", FORMATS) == "csv"
    limit = _number(values, "limit", str(MOST if as_csv else 100), 1, MOST)
    return TrafficQuery(
        direction=_choice(values, "direction", DIRECTIONS),
        protocol=_choice(values, "protocol", PROTOCOLS),
        q=values.get("q", ""),
        sort=sort,
        limit=limit,
        start=_number(values, "cursor", "0", 0, 10**9),
        format="csv" if as_csv else "json",
    )


def hops(given: Given) -> int:
    """How many edges from the thing its own graph reaches: 1 to 3."""
    text = single_values(given, (*PLACE, "hops"), PAGE).get("hops", "1")
    if text not in ("1", "2", "3"):
        raise CallerError("bad_value", "hops is 1, 2 or 3.", {"parameter": "hops", "allowed": [1, 2, 3]})
    return int(text)


def _number(values: Mapping[str, str], name: str, default: str, least: int, most: int) -> int:
    text = values.get(name, default)
    if not (text.isascii() and text.isdigit() and len(text) < 11 and least <= int(text) <= most):
        raise CallerError("bad_value", f"{name} is a number from {least} to {most}.", {"parameter": name})
    return int(text)


def _choice(values: Mapping[str, str], name: str, allowed: Sequence[str]) -> str:
    value = values.get(name, "")
    if name in values and value not in allowed:
        text = f"{value[:40]!r} is no {name}. Choose one of {', '.join(allowed)}."
        raise CallerError(f"unknown_{name}", text, {"value": value[:200], "allowed": list(allowed)})
    return value


def _p(row: Row, name: str) -> float:
    value = getattr(row.latency, name) if row.latency else None
    return -1.0 if value is None else value


_KEYS: Final[dict[str, Any]] = {
    "name": lambda row: (row.peer.name, row.peer.namespace or ""),
    "rate": lambda row: (row.rate or 0.0, _bytes(row)),
    "share": lambda row: row.share or 0.0,
    "errors": lambda row: (row.error_share or 0.0, row.rate or 0.0),
    "p50": lambda row: _p(row, "p50_ms"),
    "p90": lambda row: _p(row, "p90_ms"),
    "p95": lambda row: _p(row, "p95_ms"),
    "p99": lambda row: _p(row, "p99_ms"),
    "mtls": lambda row: -1.0 if row.mtls_share is None else row.mtls_share,
    "bytes": lambda row: _bytes(row),
}
SORTS: Final = tuple(_KEYS)


def _bytes(row: Row) -> float:
    if row.tcp:
        return (row.tcp.sent_rate or 0.0) + (row.tcp.received_rate or 0.0)
    return (row.request_bytes_rate or 0.0) + (row.response_bytes_rate or 0.0)


def selected(rows: Sequence[Row], asked: TrafficQuery) -> Page:
    """The rows that are asked for, in order, from the cursor on."""
    wanted = asked.q.casefold()
    found = [
        row
        for row in rows
        if asked.direction in ("", row.direction)
        and asked.protocol in ("", row.protocol)
        and wanted in _text(row).casefold()
    ]
    found.sort(key=_KEYS[asked.sort.removeprefix("-")], reverse=asked.sort.startswith("-"))
    end = asked.start + asked.limit
    return Page(found[asked.start : end], str(end) if end < len(found) else None, len(found))


def _text(row: Row) -> str:
    """What ``q`` looks into: the peer, the services asked, and the codes and flags."""
    peer = row.peer
    said = [peer.name, peer.namespace, peer.app, peer.version, row.protocol]
    said += [part for one in row.services for part in (one.name, one.host)]
    said += [part for one in row.responses for part in (one.code, one.flags, one.grpc_name)]
    return " ".join(filter(None, said))
