"""Where things have their pages and replies."""

from typing import Final
from urllib.parse import quote

from inventory.domain.world import Key
from workloads.domain.things import Kind

#: Stands in addresses for a namespace that nobody knows (a host outside the mesh); no namespace is called so.
NOWHERE: Final = "-"
PAGES: Final[dict[Kind, str]] = {
    "namespaces": "/namespaces",
    "apps": "/applications",
    "workloads": "/workloads",
    "services": "/services",
}


class AnyName:
    """A path converter: names of telemetry may hold anything, also slashes and newlines."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


def page(kind: Kind, key: Key, tab: str = "") -> str:
    """The path of a thing's page, or of one of its tabs."""
    return PAGES[kind] + _tail(key) + (f"/{tab}" if tab else "")


def reply(kind: Kind, key: Key, part: str = "") -> str:
    """The path of a thing's reply, or of a part of it."""
    return f"/api/v1/{kind}" + _tail(key) + (f"/{part}" if part else "")


def namespace_of(text: str) -> str:
    """The namespace that an address names."""
    return "" if text == NOWHERE else text


def _tail(key: Key) -> str:
    parts = (key.namespace or NOWHERE, key.name)
    return "".join("/" + quote(part, safe="", errors="replace") for part in parts)
