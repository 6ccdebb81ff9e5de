"""Which bucket queries are asked."""

from hypothesis import given
from hypothesis import strategies as st

from mesh.identity import Edge, Service, Workload
from metrics.domain.labels import EDGE, hop_values
from metrics.domain.slices import Slice, plan, telling_labels

NAMES = st.sampled_from(["a", "b", "c", "unknown"])
WORKLOADS = st.builds(
    Workload,
    st.sampled_from(["", "east"]),
    NAMES,
    NAMES,
    st.sampled_from(["x", "y"]),
    st.sampled_from(["v1", "v2"]),
)
EDGES = st.builds(
    Edge,
    WORKLOADS,
    WORKLOADS,
    st.builds(Service, NAMES, NAMES, NAMES),
    st.sampled_from(["http", "grpc", "tcp"]),
    st.sampled_from(["source", "destination", "waypoint"]),
)


def hop_labels(edge: Edge) -> dict[str, str]:
    return dict(zip(EDGE, hop_values(edge), strict=True))


def same_hop(left: Edge, right: Edge) -> bool:
    def ends(edge: Edge) -> tuple[str, ...]:
        clusters = (
            edge.source.cluster or edge.destination.cluster,
            edge.destination.cluster or edge.source.cluster,
        )
        return (*clusters, *edge.source[1:3], *edge.destination[1:3], edge.protocol)

    return "unknown" not in (left.source.name, left.destination.name) and ends(left) == ends(right)


def selected(one: Slice, edge: Edge) -> bool:
    row = hop_labels(edge)
    return edge.protocol != "tcp" and all(row[label] in values for label, values in one.matchers.items())


def key(one: Slice, edge: Edge) -> tuple[str, ...]:
    return tuple(hop_labels(edge)[label] for label in one.labels)


@given(st.lists(EDGES, unique=True, max_size=40), st.integers(1, 10))
def test_every_hop_is_asked_once(edges: list[Edge], limit: int) -> None:
    index = {edge: place for place, edge in enumerate(edges)}
    asked = [edge for one in plan(index, limit) for edge in one.edges.values()]
    assert len(asked) == len(set(asked))
    for edge in edges:
        served = any(same_hop(edge, other) and other.reporter != "source" for other in edges)
        wanted = edge.protocol != "tcp" and (edge.reporter != "source" or not served)
        assert (index[edge] in asked) == wanted


@given(st.lists(EDGES, unique=True, max_size=40), st.integers(1, 10))
def test_what_a_query_selects_it_can_tell_apart(edges: list[Edge], limit: int) -> None:
    index = {edge: place for place, edge in enumerate(edges)}
    for one in plan(index, limit):
        keys = [key(one, edge) for edge in edges if selected(one, edge)]
        assert len(keys) == len(set(keys))
        for edge in edges:
            if index[edge] in one.edges.values():
                assert selected(one, edge)
                assert one.edges[key(one, edge)] == index[edge]


def test_a_slice_stays_small_and_namespaces_stay_together() -> None:
    web = Workload("", "web", "front", "front", "v1")
    edges = [
        Edge(
            web, Workload("", f"ns{space}", f"w{name}", "w", "v1"), Service("", "", ""), "http", "destination"
        )
        for space in range(4)
        for name in range(5)
    ]
    slices = plan({edge: place for place, edge in enumerate(edges)}, 10)
    assert [one.name for one in slices] == ["ns0..ns1", "ns2..ns3"]
    assert [len(one.edges) for one in slices] == [10, 10]


def test_labels_that_tell_nothing_are_left_out() -> None:
    one = Workload("east", "shop", "web-v1", "web", "v1")
    two = one._replace(name="web-v2", version="v2")
    edges = [Edge(one, to, Service("shop", "web", "web.shop"), "http", "destination") for to in (one, two)]
    needed = (
        "source_workload_namespace",
        "source_workload",
        "destination_workload_namespace",
        "destination_workload",
    )
    assert telling_labels(edges) == needed
