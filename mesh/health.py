"""Health of a node or an edge from its rates: tolerances, and a verdict that gives its reason in words and
numbers.

The default profile is Kiali's (config/config.go of kiali d733a096): 5xx, gRPC failures and missing responses
degrade above 0 % and fail from 10 %, 4xx degrade from 10 % and fail from 20 %. Beyond it: TCP connections
that could not be made, and a minimum volume, below which nothing is called failing.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mesh.hops import Bools, Floats, Ints
from mesh.response import Kind
from mesh.window import format_duration

Status = Literal["healthy", "degraded", "failure", "not_ready", "idle", "unknown"]
#: From best to worst, for telemetry alone; the index is the severity.
STATUSES: Final[tuple[Status, ...]] = ("idle", "unknown", "healthy", "degraded", "failure")
IDLE, UNJUDGED, HEALTHY, DEGRADED, FAILURE = range(5)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """From which share (0 to 1) on a kind of answer degrades or fails; any share above 0 counts at
    ``degraded=0``.
    """

    kind: Kind
    code: str
    words: str
    degraded: float
    failure: float


TOLERANCES: Final = (
    Tolerance(Kind.HTTP_5XX, "http_5xx", "answered with 5xx", 0.0, 0.1),
    Tolerance(Kind.HTTP_4XX, "http_4xx", "answered with 4xx", 0.1, 0.2),
    Tolerance(Kind.GRPC, "grpc_status", "ended with a gRPC error status", 0.0, 0.1),
    Tolerance(Kind.NO_RESPONSE, "no_response", "got no response", 0.0, 0.1),
    Tolerance(Kind.TCP_FAILED, "tcp_failed", "could not be made", 0.0, 0.1),
)
#: Below this many requests in the window, or this many of one kind of failure, nothing is called degraded.
MINIMUM_REQUESTS: Final = 10.0
MINIMUM_FAILURES: Final = 2.0
_ROUNDING: Final = 0.95  # rate() extrapolates: ten requests may read as 9.6


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a code for programs, a whole sentence with numbers for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One status and its reasons, worst first."""

    status: Status
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Severities:
    """Per row: the status index, and per tolerance (second axis) what it alone says."""

    status: Ints
    by_tolerance: Ints


def severities(by_kind: Floats, active: Bools, window_seconds: float) -> Severities:
    """Judge many rows at once: rates by ``Kind`` (shape ``(n, KINDS)``, all of one protocol and direction).

    ``active`` says which rows carry any traffic at all (bytes count too): the others are idle.
    """
    total = by_kind.sum(axis=1)
    found = np.full((len(by_kind), len(TOLERANCES)), HEALTHY, dtype=np.int64)
    few = total * window_seconds < MINIMUM_REQUESTS * _ROUNDING
    for place, tolerance in enumerate(TOLERANCES):
        rate = by_kind[:, tolerance.kind]
        share = np.divide(rate, total, out=np.zeros_like(rate), where=total > 0)
        bad = (rate > 0) & (share >= tolerance.degraded)
        bad &= rate * window_seconds >= MINIMUM_FAILURES * _ROUNDING
        found[bad, place] = DEGRADED
        found[bad & (share >= tolerance.failure), place] = FAILURE
        found[few & (rate > 0) & (share >= tolerance.degraded), place] = UNJUDGED
    status = np.where((found == UNJUDGED).any(axis=1), UNJUDGED, found.max(axis=1))
    return Severities(np.where(active, status, IDLE), found)


def reasons(
    by_kind: Floats, by_tolerance: Ints, protocol: str, window_seconds: float, side: str = ""
) -> tuple[Reason, ...]:
    """Sentences for one judged row (1-D slices); ``side`` is put after the noun: "requests it sends"."""
    total = float(by_kind.sum())
    noun = "connections" if protocol == "tcp" else "gRPC calls" if protocol == "grpc" else "requests"
    found = []
    for tolerance, severity in sorted(zip(TOLERANCES, by_tolerance, strict=True), key=lambda pair: -pair[1]):
        if severity == HEALTHY:
            continue
        rate = float(by_kind[tolerance.kind])
        whose = f"{noun} {side}".strip()
        if severity == UNJUDGED:
            text = _too_few(rate, total, whose, tolerance, window_seconds)
            found.append(Reason("too_few_requests", text))
        else:
            found.append(Reason(tolerance.code, _sentence(rate, total, whose, tolerance, int(severity))))
    return tuple(found)


def _sentence(rate: float, total: float, whose: str, tolerance: Tolerance, severity: int) -> str:
    limit = tolerance.failure if severity == FAILURE else tolerance.degraded
    word = "failure from" if severity == FAILURE else "degraded from" if limit else "degraded above"
    share = percent(rate / total)
    return f"{share} of {total:.3g} {whose} per second {tolerance.words}; {word} {percent(limit)}."


def _too_few(rate: float, total: float, whose: str, tolerance: Tolerance, window_seconds: float) -> str:
    failed, seen = max(1, round(rate * window_seconds)), max(1, round(total * window_seconds))
    window = format_duration(window_seconds)
    needed = f"at least {MINIMUM_REQUESTS:.0f} are needed to judge"
    return f"{failed} of {seen} {whose} in {window} {tolerance.words}; {needed}."


def percent(share: float) -> str:
    """A share as people read it: three digits, never "0 %" for something that happened."""
    value = share * 100
    return "under 0.01 %" if 0 < value < 0.01 else f"{value:.3g} %"


def worst(*verdicts: Verdict) -> Verdict:
    """One verdict of several: the worst status, with the reasons of all that are worse than healthy."""
    if not verdicts:
        return Verdict("idle")
    status = max((v.status for v in verdicts), key=STATUSES.index)
    return Verdict(status, tuple(dict.fromkeys(reason for v in verdicts for reason in v.reasons)))
