"""The graph document as docs/api.md names it. Field order is the order on the wire.

No value refers back to what holds it, so the garbage collector need not look at thousands of them
(``gc=False``).
"""

from typing import Literal

from msgspec import Struct

from mesh.health import Status


class Latency(Struct, frozen=True, gc=False):
    """Milliseconds, from the summed buckets of everything the edge stands for; the mean from sums."""

    mean_ms: float | None
    p50_ms: float | None
    p90_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class Buckets(Struct, frozen=True, gc=False):
    """Rates per bucket. ``le_ms`` are inclusive upper bounds, None is +Inf; empty buckets at both ends are
    cut.
    """

    le_ms: list[float | None]
    rates: list[float]


class Reason(Struct, frozen=True, gc=False):
    """A code for programs, a whole sentence with numbers for people."""

    code: str
    message: str


class Health(Struct, frozen=True, gc=False):
    """The verdict and why."""

    status: Status
    reasons: list[Reason]


class Requests(Struct, frozen=True, gc=False):
    """One direction's requests per second and the share of them that failed."""

    rate: float
    error_share: float | None


class Bytes(Struct, frozen=True, gc=False):
    """One direction's TCP bytes per second: sent by the server, received by the server."""

    sent_rate: float
    received_rate: float


class Direction(Struct, frozen=True, omit_defaults=True, gc=False):
    """Only the protocols that occur."""

    http: Requests | None = None
    grpc: Requests | None = None
    tcp: Bytes | None = None


class Traffic(Struct, frozen=True, gc=False):
    """What comes in and what goes out."""

    inbound: Direction
    outbound: Direction


class Node(Struct, frozen=True, omit_defaults=True, gc=False):
    """One node. ``box`` is there on kind ``box`` only; ``parent`` is the enclosing box."""

    id: str
    kind: str
    name: str
    cluster: str | None
    namespace: str | None
    workload: str | None
    app: str | None
    version: str | None
    service: str | None
    parent: str | None
    traffic: Traffic
    health: Health
    badges: list[str]
    cause: Reason | None
    box: Literal["cluster", "namespace", "app"] | None = None


class Tcp(Struct, frozen=True, gc=False):
    """Bytes and connections per second. Sent: server to client."""

    sent_rate: float | None
    received_rate: float | None
    opened_rate: float | None
    closed_rate: float | None


class Principals(Struct, frozen=True, gc=False):
    """SPIFFE identities seen on the edge, by falling rate."""

    source: list[str]
    target: list[str]


class Response(Struct, frozen=True, gc=False):
    """One way requests ended; for TCP, connections."""

    code: str
    grpc_status: str
    flags: str
    rate: float


class Asked(Struct, frozen=True, gc=False):
    """A service that the source asked for."""

    namespace: str | None
    name: str
    host: str
    rate: float


class Errors(Struct, frozen=True, gc=False):
    """Rates of failures by kind; for TCP connections that could not be made see ``error_rate``."""

    http_5xx: float
    http_4xx: float
    no_response: float
    grpc: float


class Mtls(Struct, frozen=True, gc=False):
    """Amounts by connection security: requests per second, for TCP bytes per second."""

    mutual_tls: float
    none: float
    unknown: float


class Messages(Struct, frozen=True, gc=False):
    """gRPC messages per second, to the server and back; a stream has many per request."""

    request_messages_rate: float | None
    response_messages_rate: float | None


class Edge(Struct, frozen=True, omit_defaults=True, gc=False):
    """One edge of one protocol. Of TCP edges ``rate`` is connections opened per second.

    ``principals`` and ``responses`` are None in a summary, and what follows ``cause`` is not there.
    """

    id: str
    source: str
    target: str
    protocol: Literal["http", "grpc", "tcp"]
    rate: float | None
    error_rate: float | None
    error_share: float | None
    source_share: float | None
    latency: Latency | None
    request_bytes_rate: float | None
    response_bytes_rate: float | None
    tcp: Tcp | None
    mtls_share: float | None
    principals: Principals | None
    responses: list[Response] | None
    reporters: list[str]
    health: Health
    cause: Reason | None
    services: list[Asked] | None = None
    latency_buckets: Buckets | None = None
    errors: Errors | None = None
    mtls: Mtls | None = None
    grpc: Messages | None = None


class Sum(Struct, frozen=True, gc=False):
    """Everything shown of one request protocol, each request once."""

    rate: float
    error_rate: float
    error_share: float | None
    latency: Latency | None


class Verdict(Struct, frozen=True, gc=False):
    """The first thing a page says."""

    status: Status
    sentence: str


class Totals(Struct, frozen=True, gc=False):
    """What is shown, in numbers. ``last_seen`` (RFC 3339) is the end of the window when it has traffic, else
    when there was any before, as far as known.
    """

    nodes: int
    edges: int
    http: Sum
    grpc: Sum
    tcp: Bytes
    verdict: Verdict
    last_seen: str | None = None


class Document(Struct, frozen=True, gc=False):
    """Everything of the answer but ``snapshot`` and ``status``, which change while the document does not."""

    type: str
    window_seconds: int
    detail: Literal["full", "summary"]
    namespaces: list[str]
    boxes: list[str]
    totals: Totals
    nodes: list[Node]
    edges: list[Edge]
