"""What the frame around every page knows: where one can go, and which meshview this is."""

from dataclasses import dataclass
from importlib import metadata
from typing import Any

from django.http import HttpRequest

VERSION = metadata.version("meshview")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail. An entry appears with its feature. ``key`` follows ``g`` on the keyboard."""

    title: str
    path: str
    icon: str
    key: str = ""


PAGES = (Entry("Graph", "/graph", "share-2", "g"),)
REFERENCE = (
    Entry("API", "/api/v1/docs", "book-open", "a"),
    Entry("Status", "/api/v1/status", "activity", "s"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of ``templates/base.html``."""
    return {"pages": PAGES, "reference": REFERENCE, "here": request.path, "version": VERSION}
