"""What can be asked of the graph: one frozen value, read from the same parameters by page and API."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeVar, get_args

from mesh.errors import CallerError
from mesh.window import parse_window

GraphType = Literal["workload", "app", "versioned-app", "service"]
Box = Literal["cluster", "namespace", "app"]
Detail = Literal["auto", "full", "summary"]
Format = Literal["json", "cytoscape", "graphml", "dot", "csv", "mermaid"]

TYPES: Final[tuple[GraphType, ...]] = get_args(GraphType)
BOXES: Final[tuple[Box, ...]] = get_args(Box)  # outermost first
DETAILS: Final[tuple[Detail, ...]] = get_args(Detail)
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
PARAMETERS: Final = (
    "type",
    "namespaces",
    "window",
    "at",
    "service_nodes",
    "idle",
    "box",
    "cluster",
    "only",
    "detail",
    "format",
)
#: State of the page that its URL carries along; the answer does not depend on it.
PAGE_PARAMETERS: Final = ("view", "labels", "refresh", "select")
#: Longest value of one parameter, in characters, and the most names in one list.
LONGEST: Final = 20_000
MOST_NAMES: Final = 1000
_OLDEST: Final = datetime(2001, 1, 1, tzinfo=UTC).timestamp()
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True, slots=True)
class GraphQuery:
    """One normalised question: equal questions are equal values.

    ``namespaces`` empty means all that the caller may see; ``at`` is the end of the window in epoch seconds,
    None the newest; ``only`` is the id of a node or an edge; ``around`` that of a node or a namespace's
    box: everything within ``hops`` edges of it, nothing when it is quiet.
    """

    type: GraphType = "workload"
    namespaces: frozenset[str] = frozenset()
    window_seconds: int = 300
    at: float | None = None
    service_nodes: bool = False
    idle: bool = False
    box: tuple[Box, ...] = ()
    cluster: str = ""
    only: str = ""
    around: str = ""
    hops: int = 1
    detail: Detail = "auto"
    format: Format = "json"


def parse(parameters: Mapping[str, Sequence[str]]) -> GraphQuery:
    """Read the parameters (name to all its values). Raises ``CallerError`` that says what is allowed."""
    values = {name: _single(name, given) for name, given in parameters.items()}
    unknown = sorted(set(values) - set(PARAMETERS) - set(PAGE_PARAMETERS))
    if unknown:
        text = f"{unknown[0][:40]!r} is no parameter of the graph. It has {', '.join(PARAMETERS)}."
        raise CallerError(
            "unknown_parameter", text, {"unknown": [u[:200] for u in unknown], "allowed": PARAMETERS}
        )
    kind = _choice(values, "type", TYPES, "workload")
    return GraphQuery(
        type=kind,
        namespaces=frozenset(names(values.get("namespaces", ""))),
        window_seconds=parse_window(values.get("window", "5m")),
        at=_optional(values, "at", parse_time),
        service_nodes=_boolean(values, "service_nodes") and kind != "service",
        idle=_boolean(values, "idle"),
        box=_boxes(values.get("box", "")),
        cluster=values.get("cluster", ""),
        only=values.get("only", ""),
        detail=_choice(values, "detail", DETAILS, "auto"),
        format=_choice(values, "format", FORMATS, "json"),
    )


def single_values(
    parameters: Mapping[str, Sequence[str]], allowed: Sequence[str], ignored: Sequence[str] = ()
) -> dict[str, str]:
    """Each parameter's only value. Raises ``CallerError`` for names that are not allowed, and for repeated
    ones.
    """
    values = {name: _single(name, given) for name, given in parameters.items()}
    unknown = sorted(set(values) - set(allowed) - set(ignored))
    if unknown:
        text = f"{unknown[0][:40]!r} is no parameter here. There are {', '.join(allowed)}."
        detail = {"unknown": [name[:200] for name in unknown[:20]], "allowed": list(allowed)}
        raise CallerError("unknown_parameter", text, detail)
    return values


def names(text: str) -> list[str]:
    """The names in a comma list, without blanks."""
    found = [name.strip() for name in text.split(",") if name.strip()]
    if len(found) > MOST_NAMES:
        raise CallerError("too_many_names", f"A list has at most {MOST_NAMES} names.", {"given": len(found)})
    return found


def parse_time(text: str) -> float:
    """Epoch seconds of RFC 3339 or epoch text. Raises ``CallerError`` (``bad_time``)."""
    try:
        moment = float(text)
    except ValueError:
        moment = _rfc3339(text)
    if not math.isfinite(moment) or not _OLDEST <= moment <= _LATEST:
        example = "2026-01-31T12:00:00Z or 1769860800"
        raise CallerError(
            "bad_time", f"{text[:40]!r} is not a time. Write one like {example}.", {"value": text[:200]}
        )
    return moment


def _rfc3339(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    return moment.timestamp() if moment.tzinfo else math.nan


def _single(name: str, given: Sequence[str]) -> str:
    if len(given) != 1:
        raise CallerError(
            "repeated_parameter", f"{name[:40]!r} may be given once.", {"parameter": name[:200]}
        )
    if len(given[0]) > LONGEST:
        text = f"The value of {name[:40]!r} is longer than {LONGEST} characters."
        raise CallerError("value_too_long", text, {"parameter": name[:200]})
    if "\0" in given[0]:
        raise CallerError(
            "bad_value", f"The value of {name[:40]!r} has a NUL byte.", {"parameter": name[:200]}
        )
    return given[0]


def _choice(values: Mapping[str, str], name: str, allowed: tuple[Choice, ...], default: Choice) -> Choice:
    value = values.get(name, default)
    if value not in allowed:
        text = f"{value[:40]!r} is no {name}. Choose one of {', '.join(allowed)}."
        raise CallerError(f"unknown_{name}", text, {"value": value[:200], "allowed": list(allowed)})
    return value


def _boolean(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name, "false").lower()
    if value not in ("true", "false"):
        text = f"{name} is true or false, not {value[:40]!r}."
        raise CallerError("bad_value", text, {"parameter": name, "allowed": ["true", "false"]})
    return value == "true"


def _boxes(text: str) -> tuple[Box, ...]:
    given = names(text)
    for name in given:
        _choice({"box": name}, "box", BOXES, "namespace")
    return tuple(box for box in BOXES if box in given)


def _optional(values: Mapping[str, str], name: str, read: Callable[[str], float]) -> float | None:
    return read(values[name]) if values.get(name) else None
