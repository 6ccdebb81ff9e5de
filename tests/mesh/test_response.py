"""Which answers are failures, and which of them the server has seen."""

import pytest

from mesh.hops import GRPC, HTTP, TCP
from mesh.response import Arrival, Kind, arrival, kind


@pytest.mark.parametrize(
    ("code", "grpc", "flags", "protocol", "expected"),
    [
        ("200", "", "-", HTTP, Kind.OK),
        ("304", "", "-", HTTP, Kind.OK),
        ("404", "", "-", HTTP, Kind.HTTP_4XX),
        ("404", "", "NR", HTTP, Kind.HTTP_4XX),
        ("503", "", "UH", HTTP, Kind.HTTP_5XX),
        ("0", "", "DC", HTTP, Kind.NO_RESPONSE),
        ("200", "0", "-", GRPC, Kind.OK),
        ("200", "14", "-", GRPC, Kind.GRPC),
        ("200", "16", "-", GRPC, Kind.GRPC),
        ("200", "", "-", GRPC, Kind.OK),
        ("0", "", "DC", GRPC, Kind.NO_RESPONSE),
        ("503", "", "UH", GRPC, Kind.HTTP_5XX),
        ("200", "14", "-", HTTP, Kind.OK),
        ("", "", "-", TCP, Kind.OK),
        ("", "", "UF,URX", TCP, Kind.TCP_FAILED),
        ("", "", "DENY", TCP, Kind.TCP_FAILED),
    ],
)
def test_kind(code: str, grpc: str, flags: str, protocol: int, expected: Kind) -> None:
    assert kind(code, grpc, flags, protocol) is expected


@pytest.mark.parametrize(
    ("code", "flags", "expected"),
    [
        ("200", "-", Arrival.REACHED),
        ("200", "", Arrival.REACHED),
        ("503", "-", Arrival.REACHED),
        ("503", "URX", Arrival.REACHED),
        ("503", "UF,URX", Arrival.NEVER),
        ("404", "NR", Arrival.NEVER),
        ("504", "UT", Arrival.AMBIGUOUS),
        ("200", "DI", Arrival.REACHED),
        ("0", "DC", Arrival.AMBIGUOUS),
        ("0", "-", Arrival.AMBIGUOUS),
        ("", "URX", Arrival.NEVER),
        ("", "-", Arrival.REACHED),
    ],
)
def test_arrival(code: str, flags: str, expected: Arrival) -> None:
    assert arrival(code, flags) is expected
