"""A TCP database of one kind of question: a line in, `ok` and some bytes out."""

import asyncio

from demo.apps.behaviour import Behaviour
from demo.apps.spec import Spec
from demo.podlog import PodLog


async def run(spec: Spec, log: PodLog) -> None:
    """Serve on every port of the pod."""
    behaviour = Behaviour(spec)

    async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readline():
                settings = await behaviour.work()
                failed = behaviour.chance(settings.error_share)
                writer.write(b"error\n" if failed else b"ok " + b"r" * settings.response_bytes + b"\n")
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    servers = [await asyncio.start_server(connection, spec.listen_ip, port) for port in spec.ports]
    log.say(f"INFO {spec.workload} listens on {', '.join(map(str, spec.ports))}")
    await asyncio.gather(*(server.serve_forever() for server in servers))
