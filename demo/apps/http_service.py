"""An HTTP service: takes its time, makes its calls, answers."""

import asyncio

from demo.apps.behaviour import Behaviour
from demo.apps.calls import Caller, parse, trace_headers
from demo.apps.http import Request, Response, serve
from demo.apps.network import Network
from demo.apps.spec import Spec
from demo.podlog import PodLog


class Service:
    """One pod's HTTP service."""

    def __init__(self, spec: Spec, log: PodLog) -> None:
        """`FORWARD_HEADERS=false` makes a service that breaks traces."""
        self._log = log
        self._behaviour = Behaviour(spec)
        self._calls = parse(spec.env.get("CALLS", ""))
        self._caller = Caller(Network(spec))
        self._forwards = spec.env.get("FORWARD_HEADERS", "true") != "false"

    async def handle(self, request: Request) -> Response:
        """Answer one request."""
        headers = trace_headers(request.headers) if self._forwards else {}
        settings = await self._behaviour.work()
        if self._behaviour.chance(settings.error_share):
            self._log.say(f"ERROR {request.method} {request.path}: the request could not be handled")
            return Response(500, b'{"error": "internal"}', {"content-type": "application/json"})
        failure = await self._call_others(request, headers)
        if failure:
            return Response(503, b'{"error": "a dependency failed"}', {"content-type": "application/json"})
        return Response(200, b"x" * settings.response_bytes, {"content-type": "text/plain"})

    async def _call_others(self, request: Request, headers: dict[str, str]) -> str:
        chosen = [call for call in self._calls if call.share >= 1 or self._behaviour.chance(call.share)]
        outcomes = await asyncio.gather(*(self._caller.make(call, headers) for call in chosen))
        needed = ""
        for call, outcome in zip(chosen, outcomes, strict=True):
            if outcome:
                level = "ERROR" if call.required else "WARN"
                self._log.say(f"{level} {request.method} {request.path}: {outcome}")
                needed = outcome if call.required else needed
        return needed


async def run(spec: Spec, log: PodLog) -> None:
    """Serve on every port of the pod."""
    service = Service(spec, log)
    servers = [await serve(service.handle, spec.listen_ip, port) for port in spec.ports]
    log.say(f"INFO {spec.workload} listens on {', '.join(map(str, spec.ports))}")
    await asyncio.gather(*(server.serve_forever() for server in servers))
