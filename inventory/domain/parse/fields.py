"""Reading fields of objects that anybody may have written: whatever is missing or of another type is empty.

Nothing here raises. Strings that repeat across objects are kept once.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Final

from inventory.domain.objects import Labels

#: Longer texts are cut: nothing that is shown or judged by needs more.
TEXT_LIMIT: Final = 8192
#: Longer lists (containers, ports, endpoints) are cut; Kubernetes itself allows 1,000 endpoints in a slice.
LIST_LIMIT: Final = 2000
#: Written by tools for themselves, and as large as the object.
_DROPPED: Final = frozenset(
    {"kubectl.kubernetes.io/last-applied-configuration", "objectset.rio.cattle.io/applied"}
)
_INTERNED: Final = 256
_SHARED_LENGTH: Final = 4096
_INTEGER_LIMIT: Final = 2**53
_NOTHING: Final[Mapping[str, Any]] = {}
_NO_LABELS: Final[Labels] = {}


def text(value: object) -> str:
    """A scalar as text; booleans as YAML writes them; ``""`` for everything else."""
    if type(value) is not str:
        value = _scalar(value)
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode()  # a lone surrogate could not be sent to a browser
    if len(value) <= _INTERNED:
        return sys.intern(value)
    return value if len(value) <= TEXT_LIMIT else value[: TEXT_LIMIT - 1] + "…"


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > _INTEGER_LIMIT:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, str | int | float) else ""


def integer(value: object) -> int | None:
    """A whole number, also when it is written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and len(value) < 20:
        try:
            value = int(value)
        except ValueError:
            return None
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    return value if isinstance(value, int) and abs(value) <= _INTEGER_LIMIT else None


def count(value: object) -> int:
    """A number of things: never below 0, 0 when it is not said."""
    return max(0, integer(value) or 0)


def flag(value: object) -> bool:
    """Whether it is true, as a boolean or as text."""
    return value is True or value == "true"


def moment(value: object) -> float | None:
    """Epoch seconds of an RFC 3339 time, or of what a YAML parser made of one (UTC without a zone)."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value[:40])
        if not isinstance(value, datetime):
            if not isinstance(value, date):
                return None
            value = datetime.combine(value, time())
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def mapping(value: object, *path: str) -> Mapping[str, Any]:
    """The mapping at that path, or an empty one."""
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else _NOTHING


def items(value: object) -> list[Mapping[str, Any]]:
    """The mappings of a list, in order."""
    return [item for item in _sequence(value) if isinstance(item, Mapping)]


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list that are not empty, in order."""
    return tuple(filter(None, map(text, _sequence(value))))


def _sequence(value: object) -> Sequence[object]:
    return value[:LIST_LIMIT] if isinstance(value, list | tuple) else ()


def labels(value: object) -> Labels:
    """Labels or annotations; equal ones are one object, so that the pods of a workload share theirs."""
    if not isinstance(value, Mapping) or not value:
        return _NO_LABELS
    pairs = tuple((text(key), text(given)) for key, given in value.items() if key not in _DROPPED)
    if sum(len(key) + len(given) for key, given in pairs) > _SHARED_LENGTH:
        return dict(pairs)
    return _shared(pairs)


@lru_cache(maxsize=8192)
def _shared(pairs: tuple[tuple[str, str], ...]) -> Labels:
    return dict(pairs)
