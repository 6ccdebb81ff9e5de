"""The people who use the mesh: open-loop requests to the ingress gateway, a rate that breathes like a day.

Requests arrive whether earlier ones are answered or not (a Poisson process), so a slow mesh gets no mercy.
"""

import asyncio
import math
import time

from demo.apps.behaviour import Behaviour
from demo.apps.http import Client, Headers
from demo.apps.network import Network
from demo.apps.spec import Spec
from demo.apps.watched import Watched
from demo.podlog import PodLog

DAY_SECONDS = 900.0  # one "day" of the demo
SWING = 0.3
LOAD = "load.json"
VISITS = (  # host, path, weight
    ("webapp.istioinaction.io", "/api/catalog", 60),
    ("shop.example.com", "/shop/cart", 36),
    ("webapp.istioinaction.io", "/old-link", 1),  # no route: 404 NR
    ("shop.example.com", "/shop/slow", 3),  # an impatient visitor, see PATIENCE
)
PATIENCE_SECONDS = {"/shop/slow": 0.12}
MAX_OPEN = 500


def rate_at(base: float, now: float) -> float:
    """Requests per second at a moment: a slow wave and two faster, smaller ones around `base`."""
    turn = 2 * math.pi * now / DAY_SECONDS
    return base * max(
        0.05, 1 + SWING * (0.7 * math.sin(turn) + 0.2 * math.sin(7 * turn) + 0.1 * math.sin(23 * turn))
    )


class Gate(Network):
    """Everything goes to the gateway, whatever the Host header says."""

    def resolve(self, _host: str) -> str:
        """The gateway's address."""
        return self.spec.env["GATEWAY_IP"]


class Crowd:
    """Sends visits and forgets them."""

    def __init__(self, spec: Spec) -> None:
        """The gateway and the rate come from the environment."""
        self._client = Client(Gate(spec), max_idle=64)
        self._port = int(spec.number("GATEWAY_PORT", 8080))
        self._open: set[asyncio.Task[None]] = set()
        self.failed = 0
        self.sent = 0

    def visit(self, host: str, path: str) -> None:
        """Start one visit."""
        self.sent += 1
        if len(self._open) < MAX_OPEN:
            task = asyncio.create_task(self._visit(host, path))
            self._open.add(task)
            task.add_done_callback(self._open.discard)

    async def _visit(self, host: str, path: str) -> None:
        headers: Headers = {"user-agent": "meshview-demo-load"}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS.get(path, 12)):
                response = await self._client.get(host, self._port, path, headers)
        except (OSError, TimeoutError):
            self.failed += 1
        else:
            self.failed += response.status >= 500


async def run(spec: Spec, log: PodLog) -> None:
    """Send visits for ever; `load.json` in the run folder may change the rate."""
    behaviour = Behaviour(spec)
    crowd = Crowd(spec)
    changed = Watched(spec.folder / LOAD)
    visits = [visit for visit in VISITS for _ in range(visit[2])]
    due = report = time.monotonic()
    while True:
        rate = rate_at(float(changed.get().get("rps", spec.number("RPS", 50))), time.time())
        due = max(due + behaviour.wait_seconds(max(rate, 0.01)), time.monotonic() - 1)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        host, path, _ = visits[int(behaviour.wait_seconds(1) * 1e6) % len(visits)]
        crowd.visit(host, path)
        if time.monotonic() - report > 10:
            log.say(f"INFO sent {crowd.sent} visits, {crowd.failed} failed")
            report = time.monotonic()
