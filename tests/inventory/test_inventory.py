"""What telemetry alone names."""

from inventory.domain.names import inventory, remembered
from tests.mesh.builder import Builder, answer, edge


def test_everything_that_is_named() -> None:
    built = Builder()
    built.requests(edge("shop/web-v1", "bank/pay-v1", "bank/pay"), {answer(): 1.0})
    built.requests(edge("unknown", "shop/web-v1", "shop/web"), {answer(): 1.0})
    built.requests(edge("shop/web-v1", "unknown", "PassthroughCluster", reporter="source"), {answer(): 1.0})
    built.requests(
        edge("shop/web-v1", "unknown", "idle/quiet", reporter="source"), {answer("503", "UH"): 1.0}
    )
    found = inventory(built.traffic())
    assert found.clusters == {"c1"}
    assert found.namespaces == {"shop", "bank", "idle"}
    assert found.workloads == {("shop", "web-v1"), ("bank", "pay-v1")}
    assert found.services == {("bank", "pay"), ("shop", "web"), ("idle", "quiet")}


def test_what_was_seen_is_remembered_for_a_while() -> None:
    known = remembered({"old": 0.0, "recent": 90.0}, frozenset({"now"}), 100.0, 50.0)
    assert known == {"recent": 90.0, "now": 100.0}
