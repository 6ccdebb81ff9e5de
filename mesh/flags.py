"""Envoy's response flags and gRPC's statuses in words.

Sources: envoy/stream_info/stream_info.h and its access log documentation (RESPONSE_FLAGS); ztunnel's flags
from its access log; grpc/status.h.
"""

from typing import Final

from mesh.response import single_flags

FLAGS: Final[dict[str, str]] = {
    "UH": "no healthy endpoint was left",
    "UF": "the connection to the server could not be made",
    "UO": "the circuit breaker was open",
    "NR": "no route matched",
    "URX": "the retries (or TCP connect attempts) were used up",
    "NC": "the route points to a cluster that does not exist",
    "DT": "the maximum duration was exceeded",
    "DC": "the client went away before the answer",
    "LH": "the server failed its health check",
    "UT": "the server did not answer within the timeout",
    "LR": "the proxy reset the stream",
    "UR": "the server reset the stream",
    "UC": "the server closed the connection",
    "DI": "delayed by fault injection",
    "FI": "aborted by fault injection",
    "RL": "rate limited",
    "UAEX": "denied by the external authorisation service",
    "RLSE": "the rate limit service failed",
    "IH": "a strictly checked request header had an invalid value",
    "SI": "the stream was idle for too long",
    "DPE": "the client violated the protocol",
    "UPE": "the server violated the protocol",
    "UMSDR": "the stream reached its maximum duration",
    "RFCF": "answered from the cache",
    "NFCF": "the filter's configuration did not arrive in time",
    "OM": "ended by the overload manager",
    "DF": "the server's name could not be resolved",
    "DO": "dropped by drop_overloads",
    "DR": "the client reset the stream",
    "UDO": "dropped by drop_overloads at 100 %",
    "DENY": "denied by an authorization policy (ztunnel)",
    "CONNECT": "ztunnel could not connect",
    "TLS_FAILURE": "the TLS handshake failed (ztunnel)",
    "H2_HANDSHAKE_FAILURE": "the HBONE handshake failed (ztunnel)",
    "NETWORK_POLICY": "perhaps blocked by a NetworkPolicy (ztunnel)",
    "IDENTITY_ERROR": "no certificate for the workload (ztunnel)",
    "CERT_REVOKED": "the peer's certificate is revoked (ztunnel)",
}

GRPC: Final = (
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
)


def explained(flags: str) -> str:
    """The flags of one answer in words, in their order; ``""`` when there are none."""
    known = single_flags(flags)
    found = (
        FLAGS.get(f, f"{f[:40]} (not one of Envoy's documented flags)")
        for f in flags.split(",")
        if f in known
    )
    return "; ".join(dict.fromkeys(found))


def grpc_name(status: str) -> str:
    """``UNAVAILABLE`` for ``14``; ``""`` for what is no status of gRPC."""
    known = status.isascii() and status.isdigit() and len(status) < 3 and int(status) < len(GRPC)
    return GRPC[int(status)] if known else ""
