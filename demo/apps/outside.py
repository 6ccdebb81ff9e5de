"""Hosts outside the mesh, without a proxy: they answer HTTP on some ports and a line on others."""

import asyncio

from demo.apps.behaviour import Behaviour
from demo.apps.http import Request, Response, serve
from demo.apps.spec import Spec
from demo.podlog import PodLog

TCP_PORT = 7000


async def run(spec: Spec, log: PodLog) -> None:
    """Play every address in `ADDRESSES` (separated by spaces) on every port."""
    behaviour = Behaviour(spec)

    async def web(_request: Request) -> Response:
        settings = await behaviour.work()
        return Response(200, b'{"origin": "outside"}' + b" " * settings.response_bytes)

    async def line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await reader.readline():
                writer.write(b"ok pong\n")
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    servers = []
    for address in spec.env["ADDRESSES"].split():
        servers += [await serve(web, address, port) for port in spec.ports]
        servers.append(await asyncio.start_server(line, address, TCP_PORT))
    log.say(f"INFO the outside answers at {spec.env['ADDRESSES']}")
    await asyncio.gather(*(server.serve_forever() for server in servers))
