"""Response flags are provoked for real and reported by the client's proxy."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from running import RunningDemo

pytestmark = [pytest.mark.demo, pytest.mark.integration]


def reported(demo: RunningDemo, flag: str, more: str = "") -> bool:
    flags = f'response_flags=~"(.*,)?{flag}(,.*)?"'
    return bool(demo.query(f'istio_requests_total{{reporter="source",{flags}{more}}} > 0'))


def test_no_route_is_nr(demo: RunningDemo) -> None:
    assert demo.visit("webapp.istioinaction.io", "/nowhere") == 404
    demo.wait_until(lambda: reported(demo, "NR"), 20, "NR")


def test_an_impatient_client_is_dc(demo: RunningDemo) -> None:
    demo.wait_until(lambda: reported(demo, "DC", ',response_code="0"'), 60, "DC")


def test_a_full_circuit_breaker_is_uo(demo: RunningDemo) -> None:
    def rush() -> bool:
        with ThreadPoolExecutor(16) as crowd:
            list(crowd.map(lambda _: demo.visit("webapp.istioinaction.io", "/api/catalog"), range(48)))
        return reported(demo, "UO", ',destination_service_name="recommendations"')

    demo.wait_until(rush, 60, "UO")


def test_used_up_retries_are_urx(demo: RunningDemo) -> None:
    def shop() -> bool:
        with ThreadPoolExecutor(8) as crowd:
            list(crowd.map(lambda _: demo.visit("shop.example.com", "/shop/cart"), range(40)))
        return reported(demo, "URX", ',destination_workload="cart-v3",response_code="500"')

    demo.wait_until(shop, 90, "URX")
