"""How much of the traffic is under mutual TLS, added up per policy within one unit.

Only the server's proxy knows (Istio: ``connection_security_policy`` is always ``unknown`` in an Envoy source
report), so what only the source reported is not counted as plaintext: it is not counted.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from mesh.hops import Floats, Ints
from mesh.identity import Answer


class Policy(IntEnum):
    """Connection security as the label says it; anything but the first two is ``UNKNOWN``."""

    MUTUAL_TLS = 0
    NONE = 1
    UNKNOWN = 2


def policies(answers: Sequence[Answer]) -> Ints:
    """``Policy`` of each answer."""
    table = {"mutual_tls": Policy.MUTUAL_TLS, "none": Policy.NONE}
    return np.fromiter((table.get(a.security, Policy.UNKNOWN) for a in answers), np.int64, count=len(answers))


def mtls_share(by_policy: Floats) -> Floats:
    """Mutual / (mutual + none), from amounts of shape ``(n, 3)`` in one unit; ``nan`` if nothing is known."""
    mutual, none = by_policy[:, Policy.MUTUAL_TLS], by_policy[:, Policy.NONE]
    known = mutual + none
    share: Floats = np.divide(mutual, known, out=np.full(len(by_policy), np.nan), where=known > 0)
    return share
