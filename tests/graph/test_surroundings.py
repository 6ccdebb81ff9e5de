"""A graph cut down to what surrounds one node."""

import pytest

from graph.domain.build import build
from graph.domain.query import GraphQuery
from graph.domain.scene import scene
from tests.mesh.builder import Builder, answer, edge


@pytest.mark.parametrize(
    ("around", "hops", "reached"),
    [
        ("w:c1/shop/cart-v1", 1, {"web-v1", "cart-v1", "pay-v1"}),
        ("w:c1/shop/cart-v1", 2, {"web-v1", "cart-v1", "pay-v1", "db-v1", "unknown"}),
        ("bn:c1/bank", 1, {"cart-v1", "pay-v1", "db-v1"}),
        ("w:c1/shop/quiet", 3, set()),
    ],
)
def test_the_surroundings_of_a_node(around: str, hops: int, reached: set[str]) -> None:
    built = Builder()
    for source, target, asked in (
        ("unknown", "shop/web-v1", "shop/web"),
        ("shop/web-v1", "shop/cart-v1", "shop/cart"),
        ("shop/cart-v1", "bank/pay-v1", "bank/pay"),
        ("bank/pay-v1", "bank/db-v1", "bank/db"),
        ("far/one-v1", "far/two-v1", "far/two"),
    ):
        built.requests(edge(source, target, asked), {answer(): 1})
    ready = scene(built.snapshot())
    document = build(ready, GraphQuery(around=around, hops=hops), None, [])
    assert {node.name for node in document.nodes} == reached
    whole = {e.id for e in build(ready, GraphQuery(), None, []).edges}
    assert {e.id for e in document.edges} <= whole
