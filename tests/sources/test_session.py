"""The one door to the outside, against a server that misbehaves."""

import gzip
import time

import pytest

from sources.errors import SourceError, SourceMalformed, SourceRejected, SourceTimeout, SourceUnavailable
from sources.session import Access, GuardedSession
from tests.integration.hostile import Answer, always, hostile
from tests.integration.servers import free_port


def test_it_gives_status_type_and_body() -> None:
    with hostile(always(Answer(b"hello", 418, "text/tea"))) as server:
        reply = GuardedSession(Access("s", server.url)).fetch("POST", "/x", 5, {"query": "up"})
    assert (reply.status, reply.media_type, bytes(reply.body)) == (418, "text/tea", b"hello")
    assert server.queries == ["up"]
    assert server.requests[0][:2] == ("POST", "/x")


def test_login_and_headers_are_sent() -> None:
    with hostile(always(Answer(b""))) as server:
        GuardedSession(Access("s", server.url, {"X-Scope-OrgID": "t1"}, token="tok")).fetch("GET", "/", 5)
        GuardedSession(Access("s", server.url, username="me", password="pw")).fetch("GET", "/", 5)
    (_, _, bearer), (_, _, basic) = server.requests
    assert bearer["X-Scope-OrgID"] == "t1"
    assert bearer["Authorization"] == "Bearer tok"
    assert basic["Authorization"] == "Basic bWU6cHc="


def test_secrets_are_not_shown() -> None:
    access = Access("s", "http://me:secret@localhost:1/p?token=secret", password="secret", token="secret")
    assert access.shown_url == "http://localhost:1/p"
    with pytest.raises(SourceUnavailable) as caught:
        GuardedSession(access).fetch("GET", "/", 1)
    assert "secret" not in str(caught.value) + repr(access).replace(access.url, "")


def test_a_redirect_is_not_followed() -> None:
    with hostile(always(Answer(b"", 302, headers={"Location": "http://localhost:1/"}))) as server:
        assert GuardedSession(Access("s", server.url)).fetch("GET", "/", 5).status == 302
    assert len(server.requests) == 1


def test_no_other_host_is_reached() -> None:
    session = GuardedSession(Access("s", "http://127.0.0.1:1"))
    for url in ("http://127.0.0.1:2/", "https://127.0.0.1:1/", "http://localhost:1/"):
        with pytest.raises(SourceRejected):
            session.get(url)


@pytest.mark.parametrize("body", [b"x" * 2000, gzip.compress(b"x" * 1_000_000)])
def test_a_reply_is_capped_after_decompression(body: bytes) -> None:
    encoding = {"Content-Encoding": "gzip"} if body[:1] == b"\x1f" else {}
    with (
        hostile(always(Answer(body, headers=encoding))) as server,
        pytest.raises(SourceMalformed, match="1,000"),
    ):
        GuardedSession(Access("s", server.url, max_bytes=1000)).fetch("GET", "/", 5)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(b"late", wait_seconds=30), SourceTimeout),
        (Answer(b"cut", claimed=100), SourceMalformed),
        (Answer(b"not gzip", headers={"Content-Encoding": "gzip"}), SourceMalformed),
    ],
)
def test_what_goes_wrong_has_a_name(answer: Answer, kind: type[SourceError]) -> None:
    begin = time.monotonic()
    with hostile(always(answer)) as server, pytest.raises(kind) as caught:
        GuardedSession(Access("s", server.url)).fetch("GET", "/", 0.5)
    assert time.monotonic() - begin < 5
    assert caught.value.remedy


def test_nobody_there() -> None:
    with pytest.raises(SourceUnavailable, match="Connection refused"):
        GuardedSession(Access("s", f"http://127.0.0.1:{free_port()}")).fetch("GET", "/", 1)
    with pytest.raises(SourceUnavailable):
        GuardedSession(Access("s", "http://no-such-host.invalid")).fetch("GET", "/", 1)
    with pytest.raises(SourceError):
        GuardedSession(Access("s", "")).fetch("GET", "/", 1)
