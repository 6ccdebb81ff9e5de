"""The shared cache, up and down."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from sources import shared


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    shared.forget()
    cache.clear()
    yield
    shared.forget()


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The cache refuses everything while the list has a number in it; the number counts."""
    calls = [0]

    def refuse(*_: object, **__: object) -> None:
        calls[0] += 1
        raise ConnectionError

    for name in ("get_many", "set", "add", "delete"):
        monkeypatch.setattr(cache, name, refuse, raising=False)
    return calls


def test_values_come_back() -> None:
    shared.put("a", {"x": 1}, 60)
    assert shared.get("a") == {"x": 1}
    assert shared.get_many(["a", "b"]) == {"a": {"x": 1}}
    assert shared.down_since() is None


def test_one_claim_wins_until_it_is_released() -> None:
    assert shared.claim("lock", "me", 60)
    assert not shared.claim("lock", "you", 60)
    shared.release("lock", "you")
    assert not shared.claim("lock", "you", 60)
    shared.release("lock", "me")
    assert shared.claim("lock", "you", 60)


def test_down_it_goes_on_alone_and_does_not_ask_again_at_once(down: list[int]) -> None:
    shared.put("a", 1, 60)
    assert shared.get("a") == 1
    assert shared.claim("lock", "me", 60)
    assert not shared.claim("lock", "you", 60)
    shared.release("lock", "me")
    assert shared.claim("lock", "you", 60)
    assert shared.down_since()
    assert down == [1]


def test_it_comes_back_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cache, "get_many", lambda _: 1 / 0, raising=False)
        assert shared.get("a") is None
    assert shared.down_since()
    monkeypatch.setattr(shared, "REST_SECONDS", 0.0)
    shared.put("a", 1, 60)
    assert shared.down_since() is None
