"""A program that only calls: `RATE` times a second, at random moments."""

import asyncio

from demo.apps.behaviour import Behaviour
from demo.apps.calls import Call, Caller, parse
from demo.apps.network import Network
from demo.apps.spec import Spec
from demo.podlog import PodLog


async def run(spec: Spec, log: PodLog) -> None:
    """Call for ever."""
    behaviour = Behaviour(spec)
    calls = parse(spec.env.get("CALLS", ""))
    caller = Caller(Network(spec))
    rate = spec.number("RATE", 1)
    running: set[asyncio.Task[None]] = set()

    async def one(call: Call) -> None:
        outcome = await caller.make(call, {})
        if outcome:
            log.say(f"WARN {outcome}")

    while True:
        await asyncio.sleep(behaviour.wait_seconds(rate))
        for call in calls:
            if behaviour.chance(call.share):
                task = asyncio.create_task(one(call))
                running.add(task)
                task.add_done_callback(running.discard)
