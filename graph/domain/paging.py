"""Lists as the API gives them: a page of items, a cursor to the next, the total."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from graph.domain.query import single_values
from mesh.errors import CallerError
from mesh.window import parse_window

MOST: Final = 1000
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list is asked for. ``sort`` is a field, with ``-`` for falling order."""

    window_seconds: int = 300
    limit: int = 100
    start: int = 0
    sort: str = "name"
    q: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None
    total: int


PARAMETERS: Final = ("window", "limit", "cursor", "sort", "q")


def parse(parameters: Mapping[str, Sequence[str]], sorts: Sequence[str]) -> ListQuery:
    """Read a list's parameters. Raises ``CallerError`` that says what is allowed."""
    values = single_values(parameters, PARAMETERS)
    sort = values.get("sort", "name")
    if sort.removeprefix("-") not in sorts:
        text = f"{sort[:40]!r} is no order of this list. It has {', '.join(sorts)}, each also with '-'."
        raise CallerError("unknown_sort", text, {"value": sort[:200], "allowed": list(sorts)})
    return ListQuery(
        window_seconds=parse_window(values.get("window", "5m")),
        limit=_limit(values.get("limit", "100")),
        start=_start(values.get("cursor", "")),
        sort=sort,
        q=values.get("q", ""),
    )


def page(
    items: Sequence[Item], query: ListQuery, text: Callable[[Item], str], key: Callable[[Item], Any]
) -> Page[Item]:
    """Those items whose text contains ``q`` (any case), in order, from the cursor on."""
    wanted = query.q.casefold()
    found = [item for item in items if wanted in text(item).casefold()]
    found.sort(key=key, reverse=query.sort.startswith("-"))
    end = query.start + query.limit
    return Page(found[query.start : end], _cursor(end) if end < len(found) else None, len(found))


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise CallerError("bad_value", f"limit is a number from 1 to {MOST}.", {"parameter": "limit"})
    return int(text)


def _cursor(start: int) -> str:
    return base64.urlsafe_b64encode(f"o{start}".encode()).decode().rstrip("=")


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
        start = int(text[1:]) if text[:1] == "o" and text[1:].isdigit() and len(text) < 10 else -1
    except (binascii.Error, UnicodeError, ValueError):
        start = -1
    if start < 0:
        raise CallerError("bad_cursor", "The cursor is not one that this list gave.", {"parameter": "cursor"})
    return start
