"""The calls a program makes: `scheme://host[:port]/path[@share][!]`, separated by spaces.

`@share` is the share of requests that make the call, `!` means that the request fails when the call fails.
"""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from demo.apps.http import Client, Headers
from demo.apps.network import Network

FORWARDED = (
    "x-request-id",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-flags",
    "b3",
    "traceparent",
    "tracestate",
    "x-ot-span-context",
)
GRPC_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Call:
    """One call to make."""

    scheme: str
    host: str
    port: int
    path: str
    share: float = 1.0
    required: bool = False

    def __str__(self) -> str:
        """As log lines show it."""
        return f"{self.scheme}://{self.host}:{self.port}{self.path}"


def parse(text: str) -> list[Call]:
    """Read the `CALLS` of an environment."""
    return [_call(word) for word in text.split()]


def _call(word: str) -> Call:
    required = word.endswith("!")
    url, _, share = word.rstrip("!").partition("@")
    parts = urlsplit(url)
    return Call(
        parts.scheme, parts.hostname or "", parts.port or 80, parts.path or "/", float(share or 1), required
    )


def trace_headers(incoming: Headers) -> Headers:
    """What a program must pass on so that its calls belong to the same trace."""
    return {name: incoming[name] for name in FORWARDED if name in incoming}


class Caller:
    """Makes calls of every scheme."""

    def __init__(self, network: Network) -> None:
        """One caller per program, so that connections are used again."""
        self._network = network
        self._http = Client(network)
        self._channels: dict[tuple[str, int], Any] = {}

    async def make(self, call: Call, headers: Headers) -> str:
        """Make one call; returns the empty string, or why it failed."""
        try:
            if call.scheme == "grpc":
                return await self._grpc(call, headers)
            if call.scheme == "tcp":
                return await self._tcp(call)
            response = await self._http.get(call.host, call.port, call.path, headers)
        except TimeoutError:
            return f"{call} did not answer in time"
        except OSError as error:
            return f"{call} failed: {error or type(error).__name__}"
        return f"{call} answered {response.status}" if response.status >= 400 else ""

    async def _tcp(self, call: Call) -> str:
        reader, writer = await self._network.connect(call.host, call.port)
        try:
            writer.write(f"{call.path.strip('/')}\n".encode())
            async with asyncio.timeout(5):
                answer = await reader.readline()
        finally:
            writer.close()
        return "" if answer.startswith(b"ok") else f"{call} answered {answer!r}"

    async def _grpc(self, call: Call, headers: Headers) -> str:
        import grpc

        method = await self._method(call)
        try:
            await method(b"quote", metadata=tuple(headers.items()), timeout=GRPC_TIMEOUT_SECONDS)
        except grpc.aio.AioRpcError as error:
            return f"{call} failed: {error.code().name}"
        return ""

    async def _method(self, call: Call) -> Any:
        import grpc

        key = (call.host, call.port)
        if key not in self._channels:
            target = await self._network.forward_socket(*key)
            authority = f"{call.host}:{call.port}"
            self._channels[key] = grpc.aio.insecure_channel(
                target, options=[("grpc.default_authority", authority)]
            )
        return self._channels[key].unary_unary(call.path)
