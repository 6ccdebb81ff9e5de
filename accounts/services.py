"""Who may see what. Everyone is one anonymous user so far; all that is asked is decided here."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from accounts import domain


def visible_namespaces(user: Any, all_namespaces: Iterable[str]) -> frozenset[str]:  # noqa: ARG001
    """Those of the namespaces that the user may see: all, or what ``MESHVIEW_NAMESPACES`` leaves."""
    return domain.matching(all_namespaces, settings.NAMESPACES)
