"""A web process with one snapshot in its database, and nothing behind it."""

import time
from dataclasses import replace

import pytest
from django.core.cache import cache
from django.test import Client

from graph import namespaces
from graph import services as graph
from inventory import services as inventory
from mesh.identity import Answer, Edge, Service, Workload
from mesh.traffic import Missing, Snapshot
from snapshots import interest, storage
from sources import shared
from tests.mesh.builder import EMPTY, Builder, answer, edge

ODD = "a\"b'c{d}=~\n<script>alert(1)</script>\u2028ü🙂\\" + "x" * 5000
OK, SLOW = answer(), answer("200")


def small() -> Builder:
    """A few hops of every kind, and one whose every label is as odd as labels may be."""
    built = Builder()
    shape = [0, 1, 2, 3, 4, 0, 0, 0, 0, 0]
    web = {answer(): 9.5, answer("503"): 0.5}
    built.requests(edge("shop/web-v1", "shop/cart-v1", "shop/cart"), web, shape)
    built.requests(
        edge("shop/web-v1", "shop/cart-v2", "shop/cart"), {answer(): 2.0}, [0, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    )
    built.requests(
        edge("shop/cart-v1", "bank/pay-v1", "bank/pay", "grpc"), {answer(grpc="0"): 3, answer(grpc="14"): 1}
    )
    built.requests(edge("unknown", "shop/web-v1", "shop/web"), {answer(security="none"): 4.0})
    built.requests(
        edge("shop/web-v1", "unknown", "PassthroughCluster", reporter="source"),
        {answer(security="unknown"): 1.0},
    )
    tcp = edge("bank/pay-v1", "bank/db-v1", "bank/db", "tcp")
    for name, rate in (
        ("tcp_sent", 4000.0),
        ("tcp_received", 900.0),
        ("tcp_opened", 0.5),
        ("tcp_closed", 0.5),
    ):
        built.add(name, tcp, Answer("", "", "-", "mutual_tls", "", ""), rate)  # type: ignore[arg-type]
    odd = Edge(
        Workload("c1", "odd", ODD, ODD, ODD),
        Workload("c1", "odd", "plain", "plain", "v1"),
        Service("odd", ODD, ODD),
        "http",
        "destination",
    )
    built.requests(odd, {Answer("200", "", "-", "mutual_tls", ODD, ODD): 1.0})
    built.add("request_bytes_sum", odd, EMPTY, 100.0)
    return built


def stored(snapshot: Snapshot) -> Snapshot:
    storage.save(snapshot, None)
    return snapshot


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """Nothing remembered from the test before."""
    cache.clear()
    for forget in (
        storage.forget,
        interest.forget,
        shared.forget,
        graph.forget,
        inventory.forget,
        namespaces.forget,
    ):
        forget()


@pytest.fixture
def snapshot(db: None) -> Snapshot:
    missing = (Missing("response_bytes", "prometheus", "query timed out", time.time() - 60),)
    made = small().snapshot(f"s{time.time_ns()}", taken_at=time.time() - 5)
    carried = (("request_bytes", 1_800_000_000.0),)
    return stored(replace(made, missing=missing, warnings=("partial",), carried=carried))


@pytest.fixture
def web(snapshot: Snapshot) -> Client:
    return Client()
