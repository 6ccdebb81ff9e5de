"""Mistakes of a caller, as values that every door (page, REST, command line) shows in its own form."""

from collections.abc import Mapping
from typing import Any


class CallerError(Exception):
    """What was asked cannot be answered as asked. ``status`` is the HTTP status that says so."""

    status = 400

    def __init__(self, code: str, message: str, detail: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = dict(detail or {})


class NotFound(CallerError):
    """The named thing does not exist, or the caller may not know that it does."""

    status = 404


class NotAllowed(CallerError):
    """The caller may see that the thing exists, but not the thing."""

    status = 403


class Ambiguous(CallerError):
    """Several things have that name; ``detail`` lists them."""

    status = 409
