"""Snapshots as bytes."""

import zlib

import msgspec
import pytest

from mesh.traffic import Missing, Snapshot
from snapshots.codec import decode, encode
from tests.snapshots.traffic import same, snapshot

#: What the first release stored of a snapshot.
OLDEST_FIELDS = 11


def test_a_snapshot_survives() -> None:
    gap = Missing("tcp_sent", "prometheus", "slow", 1.5, "Ask less.")
    before = snapshot(missing=(gap,), warnings=("partial",), carried=(("request_bytes", 985.5),))
    after = decode(encode(before))
    assert same(after, before)
    assert (after.missing, after.warnings) == (before.missing, before.warnings)
    assert after.carried == before.carried
    assert not after.traffic.counters["requests"].rate.flags.writeable


def test_one_stored_by_an_older_release_still_loads() -> None:
    before = snapshot(missing=(Missing("tcp_sent", "prometheus", "slow", 1.5),))
    old = msgspec.msgpack.decode(zlib.decompress(encode(before)))[:OLDEST_FIELDS]
    after = decode(zlib.compress(msgspec.msgpack.encode(old)))
    assert same(after, before)
    assert after.missing == before.missing


def test_an_empty_one_too() -> None:
    from mesh.traffic import Traffic

    empty = Snapshot("x", 60, 1.0, Traffic())
    assert same(decode(encode(empty)), empty)


@pytest.mark.parametrize("data", [b"", b"rubbish", encode(snapshot())[:-5]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no snapshot"):
        decode(data)
