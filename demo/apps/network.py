"""How a program reaches others: through its own proxy if it has one, as iptables would have made it.

A real pod's connections are redirected to port 15001 and the kernel remembers where they wanted to go.
Here the program connects to 15001 itself and says where it wanted to go in a PROXY protocol line.
"""

import asyncio
import random
from typing import Any

from demo.apps.spec import Spec
from demo.apps.watched import Watched

HOSTS = "hosts.json"
OUTBOUND_PORT = 15001
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Network:
    """Name resolution and connections of one pod."""

    def __init__(self, spec: Spec) -> None:
        """`spec` says whose network this is."""
        self.spec = spec
        self._hosts = Watched(spec.folder / HOSTS)

    def resolve(self, host: str) -> str:
        """The address of a service or an outside host."""
        hosts: dict[str, Any] = self._hosts.get()
        near = hosts.get("namespaces", {}).get(self.spec.namespace, {})
        address = near.get(host) or hosts.get("names", {}).get(host)
        if not address:
            raise OSError(f"the name {host} is not known")
        return str(address)

    async def connect(self, host: str, port: int) -> Streams:
        """Open a connection to a host by name."""
        address = self.resolve(host)
        if not self.spec.has_proxy:
            near = (self.spec.ip, 0)
            return await asyncio.open_connection(*self._kube_proxy(address, port), local_addr=near)
        local = (self.spec.listen_ip, 0)
        reader, writer = await asyncio.open_connection(self.spec.ip, OUTBOUND_PORT, local_addr=local)
        own_port = writer.get_extra_info("sockname")[1]
        writer.write(f"PROXY TCP4 {self.spec.ip} {address} {own_port} {port}\r\n".encode())
        return reader, writer

    def _kube_proxy(self, address: str, port: int) -> tuple[str, int]:
        endpoints = self._hosts.get().get("endpoints", {}).get(f"{address}:{port}")
        if not endpoints:
            return address, port
        chosen = random.choice(endpoints)  # noqa: S311 - load balancing
        return chosen[0], chosen[1]

    async def forward_socket(self, host: str, port: int) -> str:
        """A local socket that leads to a host, for clients that open their connections themselves.

        Returns a gRPC target.
        """
        name = f"meshview-demo-{self.spec.uid}-{self.spec.ip}-{host}-{port}"

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                far_reader, far_writer = await self.connect(host, port)
            except OSError:
                writer.close()
                return
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

        await asyncio.start_unix_server(serve, path=f"\0{name}")
        return f"unix-abstract:{name}"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
