"""``meshview check``: is everything that the settings name there, and if not, what is wrong and what to
do.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from metrics import catalogue
from metrics.client import PrometheusClient
from sources.configured import JAEGER, Source, sources
from sources.errors import SourceError, SourceRejected
from sources.probe import reach
from sources.registry import DATABASE_REMEDY, REDIS_REMEDY
from sources.session import Access

_SECONDS: Final = 10.0


class Finding(NamedTuple):
    """One thing that was checked. ``good`` is ``None`` for something that is not configured and need not
    be.
    """

    name: str
    good: bool | None
    text: str


def check() -> int:
    """Prints a line for each thing checked. Returns 0 when all is well, 1 when something is wrong."""
    findings = list(findings_now())
    for finding in findings:
        word = {True: "ok  ", False: "FAIL", None: "-   "}[finding.good]
        print(f"{word} {finding.name}: {finding.text}")
    return int(any(finding.good is False for finding in findings))


def findings_now() -> Iterator[Finding]:
    """Looks at the data folder, the database, Redis and each source, in that order."""
    yield _data_folder()
    yield _database()
    if settings.REDIS_URL:
        yield _redis()
    for source in sources():
        yield _source(source)


def _source(source: Source) -> Finding:
    if source.access is None:
        needed = source.kind == "metrics"
        hint = f"not configured; set {source.setting} to its address"
        return Finding(source.name, False if needed else None, hint)
    try:
        return Finding(source.name, True, _PROBES[source.name](source.access))
    except SourceError as error:
        return Finding(source.name, False, f"{error.message}. {error.remedy}")


def _prometheus(access: Access) -> str:
    client = PrometheusClient(access)
    begin = time.monotonic()
    client.instant(catalogue.ALIVE, time.time(), _SECONDS)
    latency = (time.monotonic() - begin) * 1000
    counts = client.instant(catalogue.series(), time.time(), _SECONDS)
    if not counts.values:
        message = f"answers at {access.shown_url}, but has no istio_requests_total or istio_tcp_… series"
        raise SourceRejected(access.name, message, "See that it scrapes the proxies (port 15020 or 15090).")
    return f"answers at {access.shown_url} in {latency:.0f} ms; {sum(counts.values):.0f} Istio series"


def _jaeger(access: Access) -> str:
    reach(access)
    return f"answers at {access.shown_url}"


_PROBES: Final[dict[str, Callable[[Access], str]]] = {"prometheus": _prometheus, JAEGER: _jaeger}


def _data_folder() -> Finding:
    folder = Path(settings.DATA_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding(
            "data folder", False, f"{folder}: {error.strerror}. Set MESHVIEW_DATA_DIR to a writable one."
        )
    if not os.access(folder, os.W_OK):
        return Finding(
            "data folder", False, f"{folder} cannot be written. Set MESHVIEW_DATA_DIR to a writable one."
        )
    return Finding("data folder", True, str(folder))


def _database() -> Finding:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return Finding("database", False, f"{str(error).strip()}. {DATABASE_REMEDY}")
    return Finding("database", True, connection.vendor)


def _redis() -> Finding:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return Finding("redis", False, f"{error}. {REDIS_REMEDY}")
    return Finding("redis", True, "answers")
