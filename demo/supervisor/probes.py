"""Asks a local server whether it is there."""

import http.client
import urllib.error
import urllib.request


def get(url: str, timeout_seconds: float = 1.0) -> bytes | None:
    """The body of a 200 answer, else None."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_seconds) as answer:  # noqa: S310 - our own children
            body: bytes = answer.read()
            return body
    except (OSError, urllib.error.URLError, http.client.HTTPException):
        return None
