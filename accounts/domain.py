"""Which namespaces match what may be seen."""

import re
from collections.abc import Iterable, Sequence


def matching(names: Iterable[str], patterns: Sequence[str]) -> frozenset[str]:
    """The names that any of the regular expressions matches as a whole; without expressions all names."""
    if not patterns:
        return frozenset(names)
    allowed = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    return frozenset(name for name in names if allowed.fullmatch(name))
