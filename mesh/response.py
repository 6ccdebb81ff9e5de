"""What an answer's code, gRPC status and flags say: did it fail, and had the request reached the server?

Flags are Envoy's short response flags (envoy/stream_info/stream_info.h); which proxy sets them decides
whether the server's own proxy can have counted the request as well.
"""

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Final

import numpy as np

from mesh.hops import GRPC, HTTP, TCP, Bools, Floats, Ints
from mesh.identity import Answer


class Arrival(IntEnum):
    """How far a request went, judged from the client side's report."""

    REACHED = 0  # the server's proxy has counted it
    AMBIGUOUS = 1  # cut on the way: the server's proxy may have counted it, then without a response
    NEVER = 2  # decided by the client's proxy alone


#: Set by the client's proxy before (or instead of) sending the request on.
NEVER_FLAGS: Final = frozenset(
    (
        *("UH", "UF", "UO", "NR", "NC", "FI", "RL", "RLSE", "UAEX", "IH", "NFCF", "OM", "DF", "DO", "UDO"),
        *("RFCF", "DPE", "LH"),
        # of ztunnel
        *("DENY", "CONNECT", "TLS_FAILURE", "H2_HANDSHAKE_FAILURE", "NETWORK_POLICY", "IDENTITY_ERROR"),
        "CERT_REVOKED",
    )
)
#: Set when an exchange under way was cut: by a timeout, a reset, or the client leaving.
CUT_FLAGS: Final = frozenset(["UT", "UC", "UR", "LR", "DC", "DR", "SI", "DT", "UPE", "UMSDR"])


class Kind(IntEnum):
    """How one answer ended, the same for every protocol; ``OK`` includes 1xx-3xx."""

    OK = 0
    HTTP_4XX = 1
    HTTP_5XX = 2
    NO_RESPONSE = 3
    GRPC = 4
    TCP_FAILED = 5


KINDS: Final = len(Kind)
#: Which kinds count as errors: everything but 4xx, which Kiali's defaults tolerate to 10 %.
IS_ERROR: Final = (Kind.HTTP_5XX, Kind.NO_RESPONSE, Kind.GRPC, Kind.TCP_FAILED)


@lru_cache(maxsize=4096)
def single_flags(flags: str) -> frozenset[str]:
    """The single flags; empty for ``-`` and absent."""
    return frozenset(flags.split(",")) - {"", "-"}


@lru_cache(maxsize=4096)
def arrival(code: str, flags: str) -> Arrival:
    """How far the request went.

    ``URX`` alone on HTTP means that the server answered every attempt with a retriable error (a failed
    connect adds ``UF``), so the server counted them; on TCP it means that no connect attempt worked.
    """
    found = single_flags(flags)
    if found & NEVER_FLAGS or ("URX" in found and code == ""):
        return Arrival.NEVER
    if found & CUT_FLAGS and code != "":
        return Arrival.AMBIGUOUS
    return Arrival.AMBIGUOUS if code == "0" else Arrival.REACHED


@lru_cache(maxsize=4096)
def kind(code: str, grpc_status: str, flags: str, protocol: int) -> Kind:
    """How it ended. For gRPC the HTTP code decides only where it is 0, 4xx or 5xx without a gRPC status."""
    if protocol == TCP:
        return Kind.TCP_FAILED if arrival(code, flags) is Arrival.NEVER else Kind.OK
    if code == "0":
        return Kind.NO_RESPONSE
    if protocol == GRPC and grpc_status not in ("", "0"):
        return Kind.GRPC
    if code.startswith("5"):
        return Kind.HTTP_5XX
    return Kind.HTTP_4XX if code.startswith("4") and protocol in (HTTP, GRPC) else Kind.OK


def arrivals(answers: Sequence[Answer]) -> Ints:
    """``Arrival`` of each answer."""
    return np.fromiter((arrival(a.code, a.flags) for a in answers), dtype=np.int64, count=len(answers))


def kinds(answers: Sequence[Answer], answer: Ints, protocol: Ints) -> Ints:
    """``Kind`` of each row, whose answer index and protocol are given."""
    found = (kind(a.code, a.grpc_status, a.flags, p) for a in answers for p in (HTTP, GRPC, TCP))
    table = np.fromiter(found, dtype=np.int64, count=len(answers) * 3).reshape(-1, 3)
    return np.asarray(table[answer, protocol], dtype=np.int64)


def no_response(answers: Sequence[Answer]) -> Bools:
    """Whether each answer is a request cut before any response, as a server's proxy counts it."""
    cut = (a.code == "0" or bool(a.code and single_flags(a.flags) & CUT_FLAGS) for a in answers)
    return np.fromiter(cut, dtype=np.bool_, count=len(answers))


def errors(by_kind: Floats) -> Floats:
    """Rate of errors from rates by kind, shape ``(…, KINDS)``."""
    return np.asarray(by_kind[..., list(IS_ERROR)].sum(axis=-1), dtype=np.float64)
