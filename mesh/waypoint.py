"""Which reports a waypoint's report stands for.

A waypoint (Istio ambient) reports a service hop once, with the client and the chosen server as ends. The same
hop is also seen by both ztunnels as TCP (client → waypoint, waypoint → server) and by any sidecar on its way;
L7 is taken from the waypoint (istio-telemetry.md 1.8), so all of these are replaced.
"""

import numpy as np

from mesh.hops import DESTINATION, SOURCE, WAYPOINT, Bools, Hops, Ints
from mesh.keys import grouped, seen


def replaced(hops: Hops) -> Bools:
    """Per edge: whether it is a source or destination report of a hop that a waypoint reports."""
    reporter = hops.reporter
    by_waypoint = reporter == WAYPOINT
    if not by_waypoint.any():
        return np.zeros(len(reporter), dtype=np.bool_)
    source, destination = hops.identity[hops.source], hops.identity[hops.destination]
    pair, _ = grouped(source, destination)
    asked, _ = grouped(source, _service_identity(hops))
    same_pair = _marked(pair, by_waypoint) & hops.known[hops.source] & hops.known[hops.destination]
    same_call = _marked(asked, by_waypoint) & (reporter == SOURCE)
    waypoints = _middle(hops, same_call & ~same_pair, by_waypoint)
    behind = _marked(_service_identity(hops), by_waypoint) | _marked(destination, by_waypoint)
    onward = np.isin(source, waypoints) & behind
    inward = np.isin(destination, waypoints) & _marked(source, by_waypoint) & (reporter == DESTINATION)
    return np.asarray(~by_waypoint & (same_pair | same_call | onward | inward), dtype=np.bool_)


def _service_identity(hops: Hops) -> Ints:
    names: dict[tuple[str, str], int] = {}
    table = [names.setdefault((service.namespace, service.name), len(names)) for service in hops.services]
    return np.array(table, dtype=np.int64)[hops.service]


def _middle(hops: Hops, to_middle: Bools, by_waypoint: Bools) -> Ints:
    """The waypoints' own identities: where clients of a waypoint go, and no waypoint report ends."""
    destination = hops.identity[hops.destination]
    known = hops.known[hops.destination]
    return np.setdiff1d(destination[to_middle & known], destination[by_waypoint])


def _marked(group: Ints, mask: Bools) -> Bools:
    """For each row whether any row of its group is in the mask."""
    return np.asarray(seen(group, mask, int(group.max(initial=-1)) + 1)[group], dtype=np.bool_)
