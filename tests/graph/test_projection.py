"""What holds for every mesh and every view of it."""

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.domain.build import build
from graph.domain.document import Document
from graph.domain.project import namespaces_of, project
from graph.domain.query import TYPES, GraphQuery
from graph.domain.scene import BY_KIND, Column, Scene, scene
from mesh.histogram import quantiles
from mesh.hops import Floats
from snapshots.domain import merge
from tests.graph.strategies import ROWS, SHAPES, shuffled, snapshot, table

VIEWS = [
    GraphQuery(type=kind, service_nodes=nodes)
    for kind in TYPES
    for nodes in (False, True)
    if kind != "service" or not nodes
]
SHAPE_LISTS = st.lists(SHAPES, min_size=1, max_size=4)
views = pytest.mark.parametrize(
    "query", VIEWS, ids=lambda q: f"{q.type}-{'services' if q.service_nodes else 'plain'}"
)


def ready(rows: Any, shapes: Any) -> Scene:
    return scene(snapshot(table(rows, shapes)))


@views
@settings(max_examples=40)
@given(rows=ROWS, shapes=SHAPE_LISTS)
def test_sums_are_preserved(query: GraphQuery, rows: Any, shapes: Any) -> None:
    here = ready(rows, shapes)
    found = project(here, query, None)
    assert found.shown.tolist() == here.active.tolist()
    for group, inside in ((found.first, found.first >= 0), (found.onward, found.onward >= 0)):
        for column in range(here.amounts.shape[1]):
            drawn = np.zeros(len(found.source))
            np.add.at(drawn, group[inside], here.amounts[inside, column])
            assert drawn.sum() == pytest.approx(here.amounts[inside, column].sum())
    both: Floats = np.zeros_like(found.amounts)
    for group in (found.first, found.onward):
        np.add.at(both, group[group >= 0], here.amounts[group >= 0])
    np.testing.assert_allclose(found.amounts, both)
    assert found.amounts.sum() == pytest.approx(
        here.amounts[here.active].sum() + here.amounts[found.onward >= 0].sum()
    )


@views
@settings(max_examples=25)
@given(rows=ROWS, shapes=SHAPE_LISTS)
def test_messages_of_all_edges_are_those_that_count(query: GraphQuery, rows: Any, shapes: Any) -> None:
    here = ready(rows, shapes)
    found = project(here, query, None)
    said = [edge for edge in document(here, query).edges if edge.grpc]
    assert all(edge.protocol == "grpc" for edge in said)
    for name, column, each in (
        ("request_messages_rate", Column.REQUEST_MESSAGES, 3),
        ("response_messages_rate", Column.RESPONSE_MESSAGES, 5),
    ):
        true = sum(here.amounts[group >= 0, column].sum() for group in (found.first, found.onward))
        assert sum(getattr(edge.grpc, name) or 0 for edge in said) == pytest.approx(true, rel=1e-2)
        counted = here.counted.traffic.counters.get("request_messages")
        assert here.amounts[:, column].sum() == pytest.approx(counted.rate.sum() * each / 3 if counted else 0)


@views
@settings(max_examples=25)
@given(rows=ROWS, shapes=SHAPE_LISTS)
def test_percentiles_are_those_of_all_buckets_together(query: GraphQuery, rows: Any, shapes: Any) -> None:
    here = ready(rows, shapes)
    found = project(here, query, None)
    for place in range(len(found.source)):
        under = here.buckets[(found.first == place) | (found.onward == place)]
        expected = quantiles(here.le_ms, under.sum(axis=0, keepdims=True))
        np.testing.assert_allclose(quantiles(here.le_ms, found.buckets[[place]]), expected)


@views
@settings(max_examples=25)
@given(rows=ROWS, shapes=SHAPE_LISTS, seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(query: GraphQuery, rows: Any, shapes: Any, seed: int) -> None:
    traffic = table(rows, shapes)
    one = document(scene(snapshot(traffic)), query)
    other = document(scene(snapshot(shuffled(traffic, seed))), query)
    assert plain(one) == plain(other)


@settings(max_examples=40)
@given(first=ROWS, second=ROWS, shapes=SHAPE_LISTS)
def test_merging_two_windows_equals_one(first: Any, second: Any, shapes: Any) -> None:
    """Rates of both halves merged are the rates of all counts over the whole time."""
    untimed: list[list[int]] = []
    halves = merge(
        snapshot(table(first, untimed, 120), "a", 120, 1e9),
        snapshot(table(second, untimed, 180), "b", 180, 1e9 + 180),
    )
    whole = snapshot(table([*first, *second], untimed, 300), "c", 300, 1e9 + 180)
    assert rates(scene(halves)) == pytest.approx(rates(scene(whole)))


@views
@settings(max_examples=25)
@given(rows=ROWS, shapes=SHAPE_LISTS)
def test_the_document_holds_together(query: GraphQuery, rows: Any, shapes: Any) -> None:
    here = ready(rows, shapes)
    made = document(here, query)
    ids = {node.id for node in made.nodes}
    assert len(ids) == len(made.nodes)
    assert len({edge.id for edge in made.edges}) == len(made.edges)
    assert {end for edge in made.edges for end in (edge.source, edge.target)} == ids
    for node in made.nodes:
        assert (node.cause is not None) or node.kind != "unknown", node
    for edge in made.edges:
        assert edge.error_share is None or 0 <= edge.error_share <= 1
        assert edge.mtls_share is None or 0 <= edge.mtls_share <= 1
        assert edge.health.status in ("healthy", "idle") or edge.health.reasons
        if edge.protocol != "tcp" and edge.responses is not None:
            assert sum(r.rate for r in edge.responses) == pytest.approx(edge.rate, rel=1e-2)


@settings(max_examples=40)
@given(rows=ROWS, shapes=SHAPE_LISTS)
def test_a_namespace_shows_exactly_the_edges_that_touch_it(rows: Any, shapes: Any) -> None:
    here = ready(rows, shapes)
    whole = {edge.id: edge for edge in document(here, GraphQuery()).edges}
    seen: set[str] = set()
    for name in namespaces_of(here):
        part = build(here, GraphQuery(namespaces=frozenset({name})), frozenset({name}), [])
        for edge in part.edges:
            assert edge.rate == whole[edge.id].rate
            assert edge.source_share == whole[edge.id].source_share
        seen |= {edge.id for edge in part.edges}
    assert seen <= whole.keys()


def document(here: Scene, query: GraphQuery) -> Document:
    return build(here, query, None, [])


def plain(made: Document) -> Any:
    """Without what may differ in the last digit: sums in another order."""
    builtins = msgspec.to_builtins(made)
    return _coarse(builtins)


def _coarse(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _coarse(inner)
            for key, inner in value.items()
            if key not in ("message", "sentence", "reasons")
        }
    if isinstance(value, list):
        return [_coarse(inner) for inner in value]
    return pytest.approx(value, rel=2e-3) if isinstance(value, float) else value


def rates(here: Scene) -> dict[tuple[str, ...], float]:
    """Counted requests per second by edge of the workload graph and kind."""
    found = project(here, GraphQuery(), None)
    nodes = found.ends.nodes
    return {
        (nodes[s].id, nodes[t].id, str(p), str(kind)): float(rate)
        for s, t, p, row in zip(
            found.source, found.target, found.protocol, found.amounts[:, BY_KIND], strict=True
        )
        for kind, rate in enumerate(row)
        if rate
    }
