"""Which bucket queries to ask: few, small, and never for an edge whose histogram another reporter already
gives.

Evaluating histograms is by far what costs Prometheus most, and its memory grows with the series of one query;
so edges are asked by groups of destination namespaces, with no more labels than tell the edges of the group
apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mesh.hops import is_known
from mesh.identity import Edge, Reporter
from metrics.domain.labels import EDGE, hop_values

_NAMESPACE: Final = "destination_workload_namespace"
_WORKLOAD: Final = "destination_workload"
#: Labels that may be left out where the others tell the edges apart, the longest and least telling first.
_SPARE: Final = (
    "request_protocol",
    "destination_service_namespace",
    "destination_service_name",
    "source_cluster",
    "destination_cluster",
    "reporter",
    "destination_canonical_revision",
    "source_canonical_revision",
    "destination_canonical_service",
    "source_canonical_service",
    "destination_service",
)


@dataclass(frozen=True, slots=True)
class Slice:
    """One bucket query: what it selects, what it is summed by, and which edge each answer belongs to.

    ``served``: it asks the destination's (or a waypoint's) report, not the source's.
    """

    name: str
    served: bool
    matchers: Mapping[str, frozenset[str]]
    labels: tuple[str, ...]
    edges: Mapping[tuple[str, ...], int]


def plan(edges: Mapping[Edge, int], limit: int) -> list[Slice]:
    """Slices of at most about ``limit`` edges that together cover every HTTP and gRPC edge once.

    The destination's (or a waypoint's) report is asked; the source's only for hops that no other reporter
    reports.
    """
    asked = [edge for edge in edges if edge.protocol != "tcp"]
    served = [edge for edge in asked if edge.reporter != "source"]
    hops = {_hop(edge) for edge in served}
    sources = [edge for edge in asked if edge.reporter == "source"]
    unserved = [edge for edge in sources if _hop(edge) not in hops]
    return [
        *_slices(served, served, edges, limit, frozenset({"destination", "waypoint"})),
        *_slices(unserved, sources, edges, limit, frozenset({"source"})),
    ]


def _hop(edge: Edge) -> tuple[str, ...]:
    """The pair of workloads as ``mesh.reporter`` pairs reports; unnamed sides pair with nothing."""
    source, destination = edge.source, edge.destination
    if not (is_known(source.name) and is_known(destination.name)):
        return (edge.reporter, *source, *destination, edge.protocol)
    near, far = source.cluster, destination.cluster
    clusters = (near if is_known(near) else far, far if is_known(far) else near)
    return (*clusters, *source[1:3], *destination[1:3], edge.protocol)


def _slices(
    wanted: Sequence[Edge],
    selectable: Sequence[Edge],
    edges: Mapping[Edge, int],
    limit: int,
    reporters: frozenset[Reporter],
) -> Iterator[Slice]:
    for group in _groups(wanted, limit):
        spaces = frozenset(edge.destination.namespace for edge in group)
        pods = frozenset(edge.destination.name for edge in group)
        matchers: dict[str, frozenset[str]] = {"reporter": frozenset(reporters), _NAMESPACE: spaces}
        within = [edge for edge in selectable if edge.destination.namespace in spaces]
        if len(within) > len(group):
            matchers[_WORKLOAD] = pods
            within = [edge for edge in within if edge.destination.name in pods]
        labels = telling_labels(within)
        keys = {key: edges[edge] for edge in group for key in _keys(edge, labels)}
        yield Slice(_name(reporters, group), "source" not in reporters, matchers, labels, keys)


def _groups(wanted: Iterable[Edge], limit: int) -> Iterator[list[Edge]]:
    """Whole namespaces together while they fit, a namespace that alone is too large by workload."""
    spaces: dict[str, dict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
    for edge in wanted:
        spaces[edge.destination.namespace][edge.destination.name].append(edge)
    group: list[Edge] = []
    for _, workloads in sorted(spaces.items()):
        size = sum(map(len, workloads.values()))
        if group and (len(group) + size > limit):
            yield group
            group = []
        for _, some in sorted(workloads.items()):
            if size > limit and group and len(group) + len(some) > limit:
                yield group
                group = []
            group.extend(some)
        if size > limit:
            yield group
            group = []
    if group:
        yield group


def telling_labels(edges: Sequence[Edge]) -> tuple[str, ...]:
    """The labels of ``EDGE`` without those that are not needed to tell these edges apart."""
    columns = dict(zip(EDGE, zip(*map(hop_values, edges), strict=True), strict=True))
    for spare in _SPARE:
        fewer = [column for label, column in columns.items() if label != spare]
        if len(set(zip(*fewer, strict=True))) == len(edges):
            del columns[spare]
    return tuple(columns)


def _keys(edge: Edge, labels: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The label values an edge answers to: where ``request_protocol`` was removed, HTTP is what it counts
    as.
    """
    row = dict(zip(EDGE, hop_values(edge), strict=True))
    yield tuple(row[label] for label in labels)
    if edge.protocol == "http" and "request_protocol" in labels:
        row["request_protocol"] = ""
        yield tuple(row[label] for label in labels)


def _name(reporters: frozenset[Reporter], group: Sequence[Edge]) -> str:
    spaces = sorted({edge.destination.namespace or "-" for edge in group})
    shown = spaces[0] if len(spaces) == 1 else f"{spaces[0]}..{spaces[-1]}"
    return f"{shown} (source)" if reporters == {"source"} else shown
