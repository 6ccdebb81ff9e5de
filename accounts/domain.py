"""Which namespaces match what may be seen."""

import re
from collections.abc import Iterable, Sequence


def matching(names: Iterable[str], patterns: Sequence[str]) -> frozenset[str]:
    """The names that any of the regular expressions matches as a whole; without expressions all names."""
    if not patterns:
        return frozenset(names)
    allowed = re.compile("|".join(map(_part, patterns)))
    return frozenset(name for name in names if allowed.fullmatch(name))


def malformed(patterns: Iterable[str]) -> str | None:
    """What is wrong with the first of the expressions that is none, or ``None``."""
    for pattern in patterns:
        try:
            re.compile(_part(pattern))
        except re.error as error:
            return f"{pattern!r} is not a regular expression ({error.msg})"
    return None


def _part(pattern: str) -> str:
    return f"(?:{pattern})"
