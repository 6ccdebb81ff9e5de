"""The verdict of rows: one place, so that lists, pages, graph and API say the same."""

from collections.abc import Sequence

import numpy as np

from graph.domain import document
from graph.domain.flows import Flows
from graph.domain.verdicts import flow_health
from mesh.health import Reason, Verdict
from workloads.domain.things import Kind, Object


def verdicts(
    kind: Kind,
    found: Flows,
    objects: Sequence[Object],  # noqa: ARG001
    window_seconds: int,
) -> list[Verdict]:
    """One per row. Workloads and apps are judged by what they receive and send, services and namespaces by
    what they receive. ``objects`` are the inventory's values of the same rows.
    """
    if kind in ("services", "namespaces"):
        found = Flows(found.inbound, np.zeros_like(found.inbound))
    return [_verdict(health) for health in flow_health(found, window_seconds)]


def _verdict(health: document.Health) -> Verdict:
    return Verdict(health.status, tuple(Reason(r.code, r.message) for r in health.reasons))
