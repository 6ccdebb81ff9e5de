"""The circuit breaker."""

from sources.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(failures=2, rest_seconds=5, clock=Clock())
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.allow()
    breaker.failed()
    assert breaker.position == "open"
    assert not breaker.allow()


def test_after_a_rest_one_caller_may_look() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, rest_seconds=5, clock=clock)
    breaker.failed()
    clock.now = 5.0
    assert breaker.position == "half_open"
    assert breaker.allow()
    assert not breaker.allow()
    breaker.failed()
    assert breaker.position == "open"
    clock.now = 10.0
    assert breaker.allow()
    breaker.succeeded()
    assert breaker.position == "closed"
    assert breaker.allow()
