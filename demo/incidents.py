"""Incidents: things that go wrong on purpose, and the record of what really happened."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from demo.apps.behaviour import OVERRIDES
from demo.controlplane.delivery import replace
from demo.options import DemoError

RECORD = "incidents.jsonl"


@dataclass(frozen=True)
class Incident:
    """One kind of incident. `changes` override the behaviour of the target; none means that its pods die."""

    name: str
    target: str  # namespace/workload
    kind: str
    cause: str
    changes: dict[str, float]


INCIDENTS = {
    incident.name: incident
    for incident in (
        Incident(
            "bad-version",
            "istioinaction/catalog-v2",
            "errors",
            "catalog-v2 answers 60 % of its requests with HTTP 500; v1 is fine.",
            {"error_share": 0.6},
        ),
        Incident(
            "slow-dependency",
            "shop/orders-db",
            "latency",
            "The database orders-db takes 900 ms per question instead of 3 ms; orders and storefront wait.",
            {"latency_ms": 900.0},
        ),
        Incident(
            "dead-pod",
            "istioinaction/forum",
            "dead",
            "The only pod of forum is dead, program and proxy; nothing answers at its address.",
            {},
        ),
    )
}


class Kubelet(Protocol):
    """Who can kill and start pods."""

    def kill_workload(self, target: str) -> None:
        """Kill every pod of `namespace/workload`."""

    def start_workload(self, target: str) -> None:
        """Start them again."""


class Incidents:
    """Starts and ends incidents in a run folder and keeps the record."""

    def __init__(self, run_dir: Path, kubelet: Kubelet) -> None:
        """Nothing goes wrong at the start, whatever an earlier run left."""
        self._run_dir = run_dir
        self._kubelet = kubelet
        self._running: dict[str, float] = {}
        self._write_overrides()

    def running(self) -> dict[str, float]:
        """Names of running incidents and when each began, in epoch seconds."""
        return dict(self._running)

    def begin(self, name: str) -> str:
        """Start an incident; returns its sentence."""
        incident = find(name)
        if name in self._running:
            raise DemoError(f"The incident {name} already runs.")
        self._running[name] = time.time()
        if incident.changes:
            self._write_overrides()
        else:
            self._kubelet.kill_workload(incident.target)
        self._record("begin", incident, self._running[name])
        return incident.cause

    def end(self, name: str) -> str:
        """End an incident; returns its sentence."""
        incident = find(name)
        if name not in self._running:
            raise DemoError(f"The incident {name} does not run.")
        del self._running[name]
        if incident.changes:
            self._write_overrides()
        else:
            self._kubelet.start_workload(incident.target)
        self._record("end", incident, time.time())
        return incident.cause

    def end_all(self) -> None:
        """End what runs, for a truthful record when the demo stops."""
        for name in list(self._running):
            self._record("end", INCIDENTS[name], time.time())
        self._running.clear()

    def _write_overrides(self) -> None:
        changes: dict[str, dict[str, float]] = {}
        for name in self._running:
            incident = INCIDENTS[name]
            if incident.changes:
                changes.setdefault(incident.target, {}).update(incident.changes)
        replace(self._run_dir / OVERRIDES, json.dumps(changes))

    def _record(self, event: str, incident: Incident, at: float) -> None:
        entry: dict[str, Any] = {"event": event, "at": at, **asdict(incident)}
        with (self._run_dir / RECORD).open("a", encoding="utf-8") as record:
            record.write(json.dumps(entry) + "\n")


def find(name: str) -> Incident:
    """The incident of a name."""
    if name not in INCIDENTS:
        raise DemoError(f"There is no incident {name}; there are {', '.join(INCIDENTS)}.")
    return INCIDENTS[name]
