"""Documents are made once, compressed once, and never grow beyond their room."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.documents import Documents, Made
from graph.encoding import gzipped, plain, tail


@given(st.binary(max_size=300), st.binary(max_size=3000))
def test_one_gzip_member_of_head_and_tail(head: bytes, rest: bytes) -> None:
    packed = gzipped(head, tail(rest))
    assert gzip.decompress(packed) == head + rest
    assert plain(head, tail(rest)) == head + rest


def test_many_readers_make_one_document() -> None:
    documents, made, start = Documents(), [], threading.Barrier(8)

    def make() -> Made:
        made.append(1)
        time.sleep(0.05)
        return Made(tail(b"x"), "tag")

    def read(_: int) -> str:
        start.wait()
        return documents.get("key", make).tag

    with ThreadPoolExecutor(8) as readers:
        assert set(readers.map(read, range(8))) == {"tag"}
    assert len(made) == 1


def test_a_failure_reaches_everyone_and_is_not_remembered() -> None:
    documents = Documents()

    def fail() -> Made:
        raise RuntimeError("no")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            documents.get("key", fail)
    assert documents.get("key", lambda: Made(tail(b"x"), "tag")).tag == "tag"


def test_the_least_used_go_first() -> None:
    one = Made(tail(bytes(range(256)) * 4), "tag")
    documents, made = Documents(room=one.tail.weight * 2), []

    def make() -> Made:
        made.append(1)
        return one

    for key in ("a", "b", "a", "c", "a", "b"):
        documents.get(key, make)
    assert len(made) == 4  # a, b, c, and b again
