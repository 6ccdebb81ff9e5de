"""The reporter rule: every request is counted once, whoever reported it.

Every request between two sidecars is reported twice. The server's proxy knows what was served, the client's
alone knows what never arrived. Per pair of workloads and protocol (not per service: a server names only the
first service of its port, its client the one it asked):

1. A waypoint's report replaces both others of the hop it stands for (``mesh.waypoint``), all but what the
   client's proxy decided alone.
2. Where the destination reports the pair, its report counts. From the source's report come, in addition,
   answers that the client's proxy gave itself (``Arrival.NEVER``), and cut exchanges (``Arrival.AMBIGUOUS``:
   UT, UC, DC …) as far as they exceed what the server counted as ended without response. Retries are counted
   as the server saw them; an exhausted retry (``URX`` alone) was answered by the server and adds nothing.
3. A source report that does not name its destination, to a service where the destination names this source
   and the source names no such destination, is the same traffic: as in 2.
4. A destination report that does not name its source holds also the traffic of clients that do name this
   destination but are not named by it (a plaintext TCP client: no metadata exchange). The named report counts
   and the unnamed one keeps only what exceeds it.
5. Everything else has one reporter and counts as it is.

An excess below ``SKEW`` of the whole is the difference between two scrapes and is dropped.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mesh.hops import DESTINATION, SOURCE, Bools, Floats, Hops, Ints
from mesh.keys import grouped, seen, stacked, summed
from mesh.response import Arrival, arrivals, no_response
from mesh.traffic import Counter, Histogram, Traffic
from mesh.waypoint import replaced

SKEW: Final = 0.1


@dataclass(frozen=True, slots=True)
class Counted:
    """Traffic in which every request occurs once: rows that do not count are gone, others may be scaled.

    ``additional`` marks edges whose reached requests are counted by the other side: their rows are only what
    never arrived, so they bring no latency.
    """

    traffic: Traffic
    additional: Bools


@dataclass(frozen=True, slots=True)
class _Rows:
    """The request rows (and for TCP the connections) that the rule weighs."""

    edge: Ints
    arrival: Ints
    cut: Bools
    rate: Floats


def counted(traffic: Traffic, hops: Hops) -> Counted:
    """Apply the rule to every column of the traffic."""
    weights = _weights(traffic, hops)
    arrival = arrivals(traffic.answers)
    counters = {name: _weighed(c, weights[c.edge, arrival[c.answer]]) for name, c in traffic.counters.items()}
    reached = weights[:, Arrival.REACHED]
    histograms = {name: _scaled(h, reached[h.edge]) for name, h in traffic.histograms.items()}
    additional = (reached == 0) & (weights[:, Arrival.NEVER] > 0)
    return Counted(replace(traffic, counters=counters, histograms=histograms), additional)


def _weights(traffic: Traffic, hops: Hops) -> Floats:
    """What part of each edge's rows counts, by ``Arrival``; shape ``(edges, 3)``, values 0 to 1."""
    count = len(traffic.edges)
    weights = np.ones((count, len(Arrival)))
    if not count:
        return weights
    by_waypoint = replaced(hops)
    rows = _rows(traffic)
    served = (hops.reporter == DESTINATION) & ~by_waypoint
    asking = (hops.reporter == SOURCE) & ~by_waypoint
    pair = _pair(hops)
    known = hops.known[hops.source] & hops.known[hops.destination]
    twice = asking & known & _any(pair, served)
    _keep_excess(weights, rows, twice, served & known, pair)
    _unnamed_destinations(weights, rows, hops, asking, served)
    _unnamed_sources(weights, traffic, hops, asking & known & ~twice, served)
    weights[by_waypoint] = 0.0
    weights[by_waypoint & (hops.reporter == SOURCE), Arrival.NEVER] = 1.0
    return weights


def _rows(traffic: Traffic) -> _Rows:
    edge, answer, rate = stacked(traffic, "requests", "tcp_closed")
    return _Rows(edge, arrivals(traffic.answers)[answer], no_response(traffic.answers)[answer], rate)


def _pair(hops: Hops) -> Ints:
    return grouped(hops.identity[hops.source], hops.identity[hops.destination], hops.protocol)[0]


def _any(group: Ints, mask: Bools) -> Bools:
    """For each edge whether any edge of its group is in the mask."""
    return np.asarray(seen(group, mask, int(group.max(initial=-1)) + 1)[group], dtype=np.bool_)


def _keep_excess(weights: Floats, rows: _Rows, asking: Bools, served: Bools, group: Ints) -> None:
    """Rule 2: of the source's report keep what never arrived, and cuts the server has not counted."""
    size = int(group.max(initial=-1)) + 1
    row_group = group[rows.edge]
    ambiguous = asking[rows.edge] & (rows.arrival == Arrival.AMBIGUOUS)
    claimed = summed(row_group[ambiguous], rows.rate[ambiguous], size)
    cut = served[rows.edge] & rows.cut
    share = _excess(claimed, summed(row_group[cut], rows.rate[cut], size))
    weights[asking, Arrival.REACHED] = 0.0
    weights[asking, Arrival.AMBIGUOUS] = share[group[asking]]


def _excess(claimed: Floats, counted_already: Floats) -> Floats:
    """The part of ``claimed`` (0 to 1) beyond what is counted already; below ``SKEW`` nothing."""
    share = 1.0 - np.divide(counted_already, claimed, out=np.zeros_like(claimed), where=claimed > 0)
    return np.where(share < SKEW, 0.0, share)


def _unnamed_destinations(weights: Floats, rows: _Rows, hops: Hops, asking: Bools, served: Bools) -> None:
    """Rule 3: the source does not know who served it, but exactly that server knows the source."""
    named_by_source = _any(_pair(hops), asking)
    call, _ = grouped(hops.identity[hops.source], _asked(hops), hops.protocol)
    strangers = served & hops.known[hops.source] & ~named_by_source
    unnamed = asking & hops.known[hops.source] & ~hops.known[hops.destination] & _any(call, strangers)
    if unnamed.any():
        _keep_excess(weights, rows, unnamed, strangers, call)


def _asked(hops: Hops) -> Ints:
    """Per edge a number of the service asked, by namespace and name."""
    names: dict[tuple[str, str], int] = {}
    table = [names.setdefault((service.namespace, service.name), len(names)) for service in hops.services]
    return np.array(table, dtype=np.int64)[hops.service]


def _unnamed_sources(weights: Floats, traffic: Traffic, hops: Hops, named: Bools, served: Bools) -> None:
    """Rule 4: the destination does not know its client, but the client knows the destination."""
    unnamed = served & ~hops.known[hops.source]
    group, _ = grouped(hops.identity[hops.destination], hops.protocol)
    size = int(group.max(initial=-1)) + 1
    volume = _volume(traffic)
    theirs = summed(group[named], volume[named], size)
    share = _excess(summed(group[unnamed], volume[unnamed], size), theirs)
    both = unnamed & (theirs > 0)[group]
    weights[both] = share[group[both], None]


def _volume(traffic: Traffic) -> Floats:
    """Per edge how much reached the server: requests per second, for TCP bytes per second."""
    edge, answer, rate = stacked(traffic, "requests", "tcp_sent", "tcp_received")
    reached = rate * (arrivals(traffic.answers)[answer] != Arrival.NEVER)
    return summed(edge, reached, len(traffic.edges))


def _weighed(counter: Counter, weight: Floats) -> Counter:
    kept = weight > 0
    return Counter(counter.edge[kept], counter.answer[kept], counter.rate[kept] * weight[kept])


def _scaled(histogram: Histogram, weight: Floats) -> Histogram:
    kept = weight > 0
    rates = histogram.rates[kept] * weight[kept, None]
    return Histogram(histogram.edge[kept], histogram.bounds, rates)
