"""A look at sources that nothing reads yet: does anybody answer there."""

from typing import Final

from sources import registry
from sources.configured import PROMETHEUS, sources
from sources.errors import SourceError, SourceUnavailable
from sources.session import Access, GuardedSession

_SECONDS: Final = 5.0


def reach(access: Access) -> None:
    """Asks for the source's first page. Raises ``SourceError`` if nobody answers, or only with an error."""
    reply = GuardedSession(access).fetch("GET", "/", _SECONDS)
    if reply.status >= 400:
        message = f"answers HTTP status {reply.status} at {access.shown_url}"
        raise SourceUnavailable(access.name, message, "Check that the URL is that of its query service.")


def look() -> None:
    """Reports the state of every configured source that no collection reports on."""
    for source in sources():
        if source.access is None or source.name == PROMETHEUS:
            continue
        try:
            reach(source.access)
        except SourceError as error:
            registry.report(source.name, "down", error.fact, error.remedy)
        else:
            registry.report(source.name, "ok")
