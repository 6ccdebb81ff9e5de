"""What the frame around every page knows: where one can go, and which meshview this is."""

from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest

VERSION = metadata.version("meshview")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail. An entry appears with its feature. ``key`` follows ``g`` on the keyboard;
    ``apart`` draws a line above it.
    """

    title: str
    path: str
    icon: str
    key: str = ""
    apart: bool = False


PAGES = (Entry("Graph", "/graph", "share-2", "g"),)
REFERENCE = (
    Entry("API", "/api/v1/docs", "book-open", "i"),
    Entry("Status", "/api/v1/status", "activity", "u"),
)
#: Parameters that every link to another page takes along.
TRAVELS: Final = ("window", "at", "refresh")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of ``templates/base.html``. ``travels`` goes behind the address of another page."""
    return {
        "pages": PAGES,
        "reference": REFERENCE,
        "here": request.path,
        "section": section(request.path),
        "travels": travels(request),
        "version": VERSION,
    }


def section(path: str) -> str:
    """The path of the rail's entry under which a page stands; empty for none."""
    return next((e.path for e in PAGES if path == e.path or path.startswith(e.path.rstrip("/") + "/")), "")


def travels(request: HttpRequest) -> str:
    """The query that keeps the time range: ``?window=1h``, or nothing."""
    kept = {name: request.GET[name] for name in TRAVELS if request.GET.get(name)}
    return f"?{urlencode(kept, safe=',/:')}" if kept else ""
