"""Label values inside PromQL: the only place where a value from outside becomes part of a query.

Prometheus reads double-quoted strings as Go does and regular expressions as RE2, anchored at both ends.
"""

import re
from collections.abc import Iterable
from typing import Final

_SPECIAL: Final = re.compile(r"[\\.+*?()|\[\]{}^$]")
_UNSAFE: Final = re.compile(r'[\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffd]')


def quote(value: str) -> str:
    """A PromQL string literal of that value. A lone surrogate, which no label can hold, becomes U+FFFD."""
    return f'"{_UNSAFE.sub(_escape, value)}"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char in '\\"':
        return f"\\{char}"
    code = 0xFFFD if 0xD800 <= ord(char) <= 0xDFFF else ord(char)
    return f"\\u{code:04x}"


def one_of(label: str, values: Iterable[str]) -> str:
    """A matcher for series whose ``label`` has exactly one of ``values`` (``""`` also matches an absent
    label).
    """
    wanted = sorted(set(values))
    if len(wanted) == 1:
        return f"{label}={quote(wanted[0])}"
    return f"{label}=~{quote('|'.join(_SPECIAL.sub(_literal, value) for value in wanted))}"


def _literal(match: re.Match[str]) -> str:
    return f"\\{match.group()}"


def selector(metric: str, matchers: Iterable[str] = ()) -> str:
    """``metric{a="b",…}``."""
    inside = ",".join(matchers)
    return f"{metric}{{{inside}}}" if inside else metric
