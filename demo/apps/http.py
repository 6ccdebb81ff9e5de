"""HTTP/1.1 over asyncio streams, as much of it as services behind a proxy need."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from demo.apps.network import Network, Streams

Headers = dict[str, str]
REASONS = {200: "OK", 404: "Not Found", 500: "Internal Server Error", 503: "Service Unavailable"}
TIMEOUT_SECONDS = 15.0


class DisconnectedError(ConnectionError):
    """The other side closed before a whole message had come."""


@dataclass(frozen=True)
class Request:
    """A request; header names are in lower case."""

    method: str
    path: str
    headers: Headers = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """A response with its body."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=dict)


Handler = Callable[[Request], Awaitable[Response]]


async def _head(reader: asyncio.StreamReader) -> tuple[str, Headers]:
    try:
        block = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, OSError) as error:
        raise DisconnectedError from error
    first, *lines = block.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return first, {name.lower(): value.strip() for name, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: Headers) -> bytes:
    try:
        if headers.get("transfer-encoding") == "chunked":
            return await _chunks(reader)
        return await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, OSError) as error:
        raise DisconnectedError from error


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
        if not size:
            return b"".join(parts)


async def serve(handler: Handler, host: str, port: int) -> asyncio.Server:
    """Answer requests on an address until the server is closed."""

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await _exchange(handler, reader, writer):
                pass
        except OSError:
            pass
        finally:
            writer.close()

    return await asyncio.start_server(connection, host, port)


async def _exchange(handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    first, headers = await _head(reader)
    method, path, _ = first.split(" ", 2)
    await _body(reader, headers)
    response = await handler(Request(method, path, headers))
    lines = [f"HTTP/1.1 {response.status} {REASONS.get(response.status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    lines.append(f"content-length: {len(response.body)}\r\n\r\n")
    writer.write("\r\n".join(lines).encode("latin-1") + response.body)
    await writer.drain()
    return headers.get("connection", "").lower() != "close"


class Client:
    """Sends requests and keeps connections for the next ones."""

    def __init__(self, network: Network, max_idle: int = 16) -> None:
        """`max_idle` connections per host are kept open."""
        self._network = network
        self._max_idle = max_idle
        self._idle: dict[tuple[str, int], list[Streams]] = {}

    async def get(self, host: str, port: int, path: str, headers: Headers) -> Response:
        """GET with a time limit; raises OSError or TimeoutError when there is no answer."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            kept = self._idle.get((host, port))
            while kept:
                try:
                    return await self._ask(kept.pop(), host, port, path, headers)
                except DisconnectedError:
                    continue
            streams = await self._network.connect(host, port)
            return await self._ask(streams, host, port, path, headers)

    async def _ask(self, streams: Streams, host: str, port: int, path: str, headers: Headers) -> Response:
        reader, writer = streams
        try:
            authority = host if port == 80 else f"{host}:{port}"
            lines = [f"GET {path} HTTP/1.1", f"host: {authority}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
            response = await _answer(reader)
        except BaseException:
            writer.close()
            raise
        self._keep((host, port), streams, response)
        return response

    def _keep(self, key: tuple[str, int], streams: Streams, response: Response) -> None:
        kept = self._idle.setdefault(key, [])
        if response.headers.get("connection", "").lower() == "close" or len(kept) >= self._max_idle:
            streams[1].close()
        else:
            kept.append(streams)


async def _answer(reader: asyncio.StreamReader) -> Response:
    first, headers = await _head(reader)
    status = int(first.split(" ", 2)[1])
    return Response(status, await _body(reader, headers), headers)
