"""Verdicts: Kiali's tolerances, a minimum volume, and a sentence that says why."""

import numpy as np
import pytest

from mesh.health import STATUSES, Verdict, percent, reasons, severities, worst
from mesh.response import KINDS, Kind


def judge(rates: dict[Kind, float], window: float = 300, protocol: str = "http") -> tuple[str, list[str]]:
    row = np.zeros((1, KINDS))
    for kind, rate in rates.items():
        row[0, kind] = rate
    found = severities(row, row.sum(axis=1) > 0, window)
    why = reasons(row[0], found.by_tolerance[0], protocol, window)
    return STATUSES[found.status[0]], [reason.message for reason in why]


@pytest.mark.parametrize(
    ("rates", "status"),
    [
        ({Kind.OK: 10.0}, "healthy"),
        ({}, "idle"),
        ({Kind.OK: 9.99, Kind.HTTP_5XX: 0.01}, "degraded"),
        ({Kind.OK: 9.0, Kind.HTTP_5XX: 1.0}, "failure"),
        ({Kind.OK: 9.1, Kind.HTTP_4XX: 0.9}, "healthy"),
        ({Kind.OK: 9.0, Kind.HTTP_4XX: 1.0}, "degraded"),
        ({Kind.OK: 8.0, Kind.HTTP_4XX: 2.0}, "failure"),
        ({Kind.OK: 9.9, Kind.NO_RESPONSE: 0.1}, "degraded"),
        ({Kind.OK: 5.0, Kind.GRPC: 5.0}, "failure"),
        ({Kind.OK: 9.9, Kind.TCP_FAILED: 0.1}, "degraded"),
    ],
)
def test_tolerances(rates: dict[Kind, float], status: str) -> None:
    assert judge(rates)[0] == status


def test_one_failure_among_many_is_no_trend() -> None:
    assert judge({Kind.OK: 10.0, Kind.HTTP_5XX: 1 / 300})[0] == "healthy"


def test_too_few_requests_are_not_judged() -> None:
    status, why = judge({Kind.OK: 2 / 300, Kind.HTTP_5XX: 2 / 300})
    assert status == "unknown"
    assert why == ["2 of 4 requests in 5m answered with 5xx; at least 10 are needed to judge."]


def test_the_reason_is_a_sentence_with_numbers() -> None:
    _, why = judge({Kind.OK: 9.58, Kind.HTTP_5XX: 0.42})
    assert why == ["4.2 % of 10 requests per second answered with 5xx; degraded above 0 %."]


def test_shares_are_never_shown_as_nothing() -> None:
    assert percent(0.00000001) == "under 0.01 %"
    assert percent(0) == "0 %"


def test_the_worst_of_several() -> None:
    assert worst(Verdict("healthy"), Verdict("failure"), Verdict("idle")).status == "failure"
    assert worst().status == "idle"
