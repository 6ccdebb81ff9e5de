"""How a program behaves: latency, failures, response size; an incident may override each of them."""

import asyncio
import math
import random
from dataclasses import dataclass

from demo.apps.spec import Spec
from demo.apps.watched import Watched

OVERRIDES = "behaviour.json"


@dataclass(frozen=True)
class Settings:
    """Latency in milliseconds (median of a log-normal distribution), shares 0 to 1, size in bytes."""

    latency_ms: float
    spread: float
    error_share: float
    response_bytes: int


class Behaviour:
    """Draws each request's fate."""

    def __init__(self, spec: Spec) -> None:
        """Defaults come from the pod's environment."""
        self._workload = f"{spec.namespace}/{spec.workload}"
        self._overrides = Watched(spec.folder / OVERRIDES)
        self._random = random.Random(spec.name)  # noqa: S311 - traffic, not secrets
        self._base = Settings(
            spec.number("LATENCY_MS", 5),
            spec.number("LATENCY_SPREAD", 0.35),
            spec.number("ERROR_SHARE", 0),
            int(spec.number("RESPONSE_BYTES", 300)),
        )

    def settings(self) -> Settings:
        """What holds now."""
        changed = self._overrides.get().get(self._workload)
        return Settings(**{**self._base.__dict__, **changed}) if changed else self._base

    async def work(self) -> Settings:
        """Take as long as this program takes."""
        settings = self.settings()
        await asyncio.sleep(
            self._random.lognormvariate(math.log(settings.latency_ms), settings.spread) / 1000
        )
        return settings

    def chance(self, share: float) -> bool:
        """True in `share` of the draws."""
        return self._random.random() < share

    def wait_seconds(self, rate: float) -> float:
        """Time to the next arrival of a Poisson process of `rate` per second."""
        return self._random.expovariate(rate)
