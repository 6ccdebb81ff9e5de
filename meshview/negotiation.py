"""Which form a reply has."""

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OneForm(BaseContentNegotiation):
    """Every endpoint has one form (or its own ``format``), whatever ``Accept`` says: scripts send anything
    there.
    """

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The parser for the body's content type."""
        return next((p for p in parsers if p.media_type == request.content_type.split(";")[0].strip()), None)

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002
        renderers: Any,
        format_suffix: Any = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        """The first renderer."""
        return renderers[0], renderers[0].media_type
