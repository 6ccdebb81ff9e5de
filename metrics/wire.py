"""Prometheus' answer to an instant query, decoded straight from the bytes into small structs: no dictionaries
between.
"""

from math import inf
from typing import Final, NamedTuple

import msgspec

from metrics.domain.labels import Labels
from sources.errors import SourceError, SourceMalformed, SourceRejected, SourceTimeout, SourceUnavailable
from sources.session import Reply

_BUSY: Final = (429, 500, 502, 503, 504)


class Sample(msgspec.Struct, gc=False):
    """One series of a vector: labels and ``(epoch seconds, number as text)``; native histograms have no
    value.
    """

    metric: Labels
    value: tuple[float, str] | None = None


class _Data(msgspec.Struct):
    resultType: str  # noqa: N815 - Prometheus' own name
    result: list[Sample]


class _Answer(msgspec.Struct):
    status: str
    data: _Data | None = None
    error: str = ""
    errorType: str = ""  # noqa: N815 - Prometheus' own name
    warnings: list[str] | None = None
    infos: list[str] | None = None


class Vector(NamedTuple):
    """A decoded answer: labels and numbers side by side, and what the server wished to say about them."""

    labels: list[Labels]
    values: list[float]
    warnings: tuple[str, ...]


class _Names(msgspec.Struct):
    status: str
    data: list[str] = []


_names_decoder: Final = msgspec.json.Decoder(_Names)
_decoder: Final = msgspec.json.Decoder(_Answer)


def decode(source: str, reply: Reply) -> Vector:
    """The vector in a reply. Raises a kind of ``SourceError`` for everything that is not one.

    Numbers that are not finite or below zero, which no rate can be, are left out with a warning.
    """
    try:
        answer = _decoder.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_json(source, reply, error) from error
    if answer.status != "success" or answer.data is None or reply.status >= 400:
        raise _refusal(source, reply, answer)
    samples = answer.data.result
    numbers = _numbers(samples)
    sound = [sample.metric for sample, number in zip(samples, numbers, strict=True) if number is not None]
    values = [number for number in numbers if number is not None]
    notes = [*(answer.warnings or ()), *(answer.infos or ())]
    if left_out := len(samples) - len(values):
        notes.append(
            f"{left_out} series had a value that no rate can have (NaN, Inf or negative) and were left out."
        )
    return Vector(sound, values, tuple(notes))


def decode_names(source: str, reply: Reply) -> list[str]:
    """The values in a reply about a label. Raises a kind of ``SourceError`` for everything that is not
    one.
    """
    try:
        answer = _names_decoder.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _not_json(source, reply, error) from error
    if answer.status != "success" or reply.status >= 400:
        raise _refusal(source, reply, _Answer(answer.status))
    return answer.data


def _numbers(samples: list[Sample]) -> list[float | None]:
    """Each sample's number, or ``None`` where it is none that a rate can be."""
    return [_number(sample.value[1]) if sample.value else None for sample in samples]


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < inf else None


def _refusal(source: str, reply: Reply, answer: _Answer) -> SourceError:
    what = answer.error[:500] or f"HTTP status {reply.status}"
    if answer.errorType == "timeout":
        return SourceTimeout(source, f"gave up on the query: {what}", "See whether it is overloaded.")
    if answer.errorType == "unavailable" or reply.status in _BUSY:
        return SourceUnavailable(source, f"cannot answer now: {what}", "See its log.")
    return SourceRejected(source, f"refused the query: {what}", _remedy(reply.status))


def _not_json(source: str, reply: Reply, error: Exception) -> SourceError:
    if reply.status in (401, 403):
        return SourceRejected(source, f"refused the login (HTTP {reply.status})", _remedy(reply.status))
    if reply.status in _BUSY:
        return SourceUnavailable(
            source, f"answered with HTTP status {reply.status}", "See its log and any proxy between."
        )
    if reply.status >= 300:
        return SourceRejected(source, f"answered with HTTP status {reply.status}", _remedy(reply.status))
    begins = bytes(reply.body[:60]).decode("utf-8", "replace")
    what = reply.media_type or "something"
    message = f"answered {what} that is not Prometheus JSON: {error}; it begins {begins!r}"
    return SourceMalformed(source, message, "Check that the URL is that of a Prometheus API.")


def _remedy(status: int) -> str:
    if status in (401, 403):
        return "Check the user name, password, token or tenant header."
    if status in (301, 302, 303, 307, 308, 404, 405):
        return "Check the URL: give the address itself, with any path prefix and without /api/v1."
    return "See its log."
