"""What the proxies at both ends of an edge report about its requests: the cases Istio's telemetry knows.

A client's proxy measures longer than the server's (the network lies between), so a reader that takes the
wrong report, or both, gets another percentile.
"""

import random
from dataclasses import dataclass
from typing import Literal

from benchmarks.latencies import Buckets, lognormal

Reporter = Literal["source", "destination"]
Pace = tuple[float, float]
"""Factor on the server's median latency, and sigma of the lognormal distribution."""

_NETWORK = 1.6  # client's median over the server's
_REQUEST_BYTES = (700, 0.9)  # median, sigma
_RESPONSE_BYTES = (6000, 1.1)


@dataclass(frozen=True, slots=True)
class Bytes:
    """TCP of one window: bytes server to client, bytes client to server, connections."""

    sent: int
    received: int
    opened: int
    closed: int

    @property
    def fields(self) -> tuple[int, int, int, int]:
        """In the order of declaration."""
        return self.sent, self.received, self.opened, self.closed


@dataclass(frozen=True, slots=True)
class Report:
    """One reporter's row about one kind of answer. Counts are observations per window.

    ``counted``: this row is the one that tells of its requests (each request has one such row). ``timed``: so
    do its durations; a request that never arrived at a server others reached has no service time.
    """

    reporter: Reporter
    code: str
    grpc_status: str
    flags: str
    security: str
    source_principal: str
    destination_principal: str
    counted: bool
    timed: bool
    requests: int = 0
    durations: Buckets | None = None
    request_bytes: Buckets | None = None
    response_bytes: Buckets | None = None
    tcp: Bytes | None = None

    @property
    def code_is_usual(self) -> bool:
        """Whether this row is about requests that went well."""
        return self.code == "200" and self.grpc_status in ("", "0")


@dataclass(frozen=True, slots=True)
class Answer:
    """One way requests end, as the client's side and (``None``: it never arrived) the server's side label it.

    ``share`` is of the edge's requests, ``speed`` a factor on its median latency.
    """

    share: float
    source: tuple[str, str, str]  # code, gRPC status, flags
    destination: tuple[str, str, str] | None
    speed: float = 1.0


def _same(share: float, code: str, grpc_status: str = "", speed: float = 1.0) -> Answer:
    return Answer(share, (code, grpc_status, "-"), (code, grpc_status, "-"), speed)


def _http_answers(rng: random.Random) -> list[Answer]:
    dice, share = rng.random(), rng.choice((0.005, 0.02, 0.08, 0.2))
    if dice < 0.03:
        return [_same(share, "500", speed=0.3)]
    if dice < 0.05:
        return [_same(share, "404", speed=0.2), _same(share / 2, "503", speed=0.3)]
    if dice < 0.07:
        return [Answer(share, ("503", "", "UF,URX"), None, 0.1)]
    if dice < 0.08:
        return [Answer(share, ("503", "", "UO"), None, 0.01)]
    if dice < 0.09:
        return [Answer(share, ("504", "", "UT"), ("0", "", "DC"), 4.0)]
    return []


def _grpc_answers(rng: random.Random) -> list[Answer]:
    dice = rng.random()
    if dice < 0.08:
        return [_same(rng.choice((0.01, 0.05)), "200", rng.choice(("4", "13", "14")), 0.5)]
    return []


def _volume(rng: random.Random) -> int:
    """Requests per window: 0.2 to 100 a second, evenly on a logarithmic scale."""
    return int(60 * 500 ** rng.random())


def http_reports(rng: random.Random, source: str, destination: str, pace: Pace) -> tuple[Report, ...]:
    """HTTP between two proxies (principals given): mostly fine, some with errors, some never arriving."""
    usual = ("200", "", "-")
    return _request_reports(rng, (source, destination), pace, usual, _http_answers(rng))


def grpc_reports(rng: random.Random, source: str, destination: str, pace: Pace) -> tuple[Report, ...]:
    """gRPC: errors travel in the gRPC status, under HTTP status 200."""
    usual = ("200", "0", "-")
    return _request_reports(rng, (source, destination), pace, usual, _grpc_answers(rng))


def _request_reports(
    rng: random.Random,
    principals: tuple[str, str],
    pace: Pace,
    usual: tuple[str, str, str],
    other: list[Answer],
) -> tuple[Report, ...]:
    total, median = _volume(rng), 4 * 12 ** rng.random()
    policies = _policies(rng, principals)
    answers = [*other, Answer(1 - sum(a.share for a in other), usual, usual)]
    return tuple(
        report
        for answer in answers
        for policy, policy_share in policies
        for report in _pair(
            answer, max(1, round(total * answer.share * policy_share)), (median * pace[0], pace[1]), policy
        )
    )


Policy = tuple[str, str, str]
"""Security policy as the server sees it, source principal, destination principal."""


def _policies(rng: random.Random, principals: tuple[str, str]) -> list[tuple[Policy, float]]:
    mutual, plain = ("mutual_tls", *principals), ("none", "unknown", "unknown")
    dice = rng.random()
    if principals[0] == "unknown" or dice < 0.12:
        return [(plain, 1.0)]
    return [(mutual, 0.7), (plain, 0.3)] if dice < 0.14 else [(mutual, 1.0)]


def _pair(answer: Answer, count: int, pace: Pace, policy: Policy) -> list[Report]:
    """Both ends' rows about ``count`` requests of one kind; ``pace``: the server's median (ms), sigma."""
    security, source_principal, destination_principal = policy
    median, sigma = pace[0] * answer.speed, pace[1]
    arrived = answer.destination is not None
    source = Report(
        "source",
        *answer.source,
        "unknown",
        source_principal,
        destination_principal if arrived else "unknown",
        counted=not arrived,
        timed=False,
        requests=count,
        durations=lognormal(count, median * _NETWORK, sigma),
        request_bytes=lognormal(count, *_REQUEST_BYTES),
        response_bytes=lognormal(count, *_RESPONSE_BYTES),
    )
    if answer.destination is None:
        return [source]
    return [
        source,
        Report(
            "destination",
            *answer.destination,
            security,
            source_principal,
            destination_principal,
            counted=True,
            timed=True,
            requests=count,
            durations=lognormal(count, median, sigma),
            request_bytes=source.request_bytes,
            response_bytes=source.response_bytes,
        ),
    ]


def unserved_reports(rng: random.Random, source: str) -> tuple[Report, ...]:
    """A service without a healthy endpoint: the client's proxy answers 503 at once, flag UH."""
    return external_reports(rng, source, "503", "UH", median=0.4)


def external_reports(
    rng: random.Random, source: str, code: str, flags: str, median: float = 90
) -> tuple[Report, ...]:
    """A hop that only the client's proxy sees; ``median`` in milliseconds."""
    count, sigma = _volume(rng), 0.8
    report = Report(
        "source",
        code,
        "",
        flags,
        "unknown",
        source,
        "unknown",
        counted=True,
        timed=True,
        requests=count,
        durations=lognormal(count, median, sigma),
        request_bytes=lognormal(count, *_REQUEST_BYTES),
        response_bytes=lognormal(count, *_RESPONSE_BYTES),
    )
    return (report,)


def tcp_reports(rng: random.Random, source: str, destination: str, _: Pace) -> tuple[Report, ...]:
    """TCP between two proxies: both ends report the same bytes and connections."""
    sent, received = int(30_000 * 1000 ** rng.random()), int(9_000 * 500 ** rng.random())
    opened = rng.randint(20, 2000)
    traffic = Bytes(sent, received, opened, opened)
    security, source_principal, destination_principal = _policies(rng, (source, destination))[0][0]
    principals = (source_principal, destination_principal)
    return (
        Report("source", "", "", "-", "unknown", *principals, counted=False, timed=False, tcp=traffic),
        Report("destination", "", "", "-", security, *principals, counted=True, timed=False, tcp=traffic),
    )
