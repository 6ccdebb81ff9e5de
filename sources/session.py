"""The one door to the outside over HTTP: fixed host, finite times, capped replies, no surprises from the
environment.
"""

import os
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from sources.errors import SourceError, SourceMalformed, SourceRejected, SourceTimeout, SourceUnavailable

_CHUNK: Final = 256 * 1024
_CONNECT_SECONDS: Final = 5.0
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Access:
    """Where a source is and how to log in to it. ``max_bytes`` caps one reply after decompression."""

    name: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca_file: str = ""
    max_bytes: int = 64 * 1024 * 1024
    pool: int = 8

    @property
    def shown_url(self) -> str:
        """The address without any password in it: fit for logs and pages."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: HTTP status, media type, and the decompressed body in the one buffer it was read into."""

    status: int
    media_type: str
    body: bytearray


class GuardedSession(requests.Session):
    """A ``requests`` session that talks to one origin only, follows no redirect and reads no proxy or netrc
    settings.
    """

    def __init__(self, access: Access) -> None:
        super().__init__()
        self.access = access
        self.trust_env = False
        self.headers.update({"User-Agent": "meshview", **access.headers})
        if urlsplit(access.url).hostname in _LOOPBACK:
            self.headers["Accept-Encoding"] = (
                "identity"  # compressing costs the server more than the loopback does
            )
        if access.token:
            self.headers["Authorization"] = f"Bearer {access.token}"
        elif access.username:
            self.auth = (access.username, access.password)
        if access.ca_file:
            self.verify = access.ca_file
        self.mount_pool()

    def mount_pool(self) -> None:
        """One connection pool for the origin; only a failed connect is tried again, as nothing was sent
        yet.
        """
        retry = Retry(total=None, connect=1, read=0, redirect=0, status=0, other=0, backoff_factor=0.1)
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=self.access.pool, max_retries=retry)
        for prefix in [*self.adapters]:
            self.mount(prefix, adapter)

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """As ``requests``, but raises ``SourceRejected`` for any origin other than the configured one."""
        if _origin(str(url)) != _origin(self.access.url):
            raise SourceRejected(
                self.access.name, f"refused to leave {self.access.shown_url}", "Check its URL."
            )
        kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere: ``requests`` would otherwise read a redirect's whole body, however large, to follow it."""

    def fetch(self, method: str, path: str, timeout: float, data: Mapping[str, str] | None = None) -> Reply:
        """The whole reply, within ``timeout`` seconds and ``max_bytes``. Raises only ``SourceError``
        kinds.
        """
        deadline = time.monotonic() + timeout
        times = (min(_CONNECT_SECONDS, timeout), timeout)
        url = self.access.url.rstrip("/") + path
        try:
            with closing(self.request(method, url, data=data, timeout=times, stream=True)) as response:
                body = self._read(response, deadline)
        except (requests.RequestException, OSError, ValueError) as error:
            raise self._translate(error, timeout) from error
        return Reply(response.status_code, response.headers.get("Content-Type", ""), body)

    def _read(self, response: requests.Response, deadline: float) -> bytearray:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self.access.max_bytes:
                message = f"sent more than {self.access.max_bytes:,} bytes in one reply"
                raise SourceMalformed(
                    self.access.name, message, "Raise the cap on reply size, or ask for less."
                )
            if time.monotonic() > deadline:
                raise requests.ReadTimeout("the reply as a whole took too long")
        return body

    def _translate(self, error: Exception, timeout: float) -> SourceError:
        name, where = self.access.name, self.access.shown_url
        if isinstance(error, requests.Timeout) or "timed out" in str(error).lower():
            remedy = "See whether it is overloaded, or raise its timeout."
            return SourceTimeout(name, f"no answer from {where} within {timeout:.3g} s", remedy)
        if (fault := self._tls_fault(error)) is not None:
            return fault
        if isinstance(
            error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError
        ):
            return SourceMalformed(
                name, f"the reply from {where} broke off", "See its log and any proxy between."
            )
        reason = _reason(error)
        return SourceUnavailable(
            name, f"cannot reach {where} ({reason})", "Check that it runs and that the URL is right."
        )

    def _tls_fault(self, error: Exception) -> SourceError | None:
        name, where, ca_file = self.access.name, self.access.shown_url, self.access.ca_file
        setting = f"MESHVIEW_{name.upper()}_CA_FILE"
        if ca_file and not os.access(ca_file, os.R_OK):
            return SourceUnavailable(name, f"cannot read the CA file {ca_file}", f"Check {setting}.")
        if isinstance(error, requests.exceptions.SSLError) or "PEM" in str(error):
            remedy = f"Check that {setting} names the CA that signed its certificate."
            return SourceUnavailable(name, f"{where} has a certificate that is not trusted", remedy)
        return None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _reason(error: BaseException) -> str:
    """The operating system's own words at the bottom of a pile of wrapped exceptions."""
    seen = 0
    while seen < 10:
        inner = error.__cause__ or error.__context__
        if inner is None:
            break
        error, seen = inner, seen + 1
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
