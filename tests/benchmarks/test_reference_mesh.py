"""The reference mesh: the same every time, of the promised size, and true to itself."""

from collections import Counter

import pytest

from benchmarks.reference_mesh import NOBODY, Mesh, Size, observations, reference_mesh


@pytest.fixture(scope="module")
def whole() -> Mesh:
    return reference_mesh()


def test_it_has_the_promised_size(whole: Mesh) -> None:
    assert len(whole.workloads) == len(set(whole.workloads)) == 1000
    assert len(whole.namespaces) == 50
    assert len(whole.calls) == len({call.key for call in whole.calls}) == 5000


def test_the_same_seed_gives_the_same_mesh_and_another_seed_another() -> None:
    small = Size(namespaces=4, edges=120)
    assert reference_mesh(small) == reference_mesh(small)
    assert reference_mesh(small) != reference_mesh(Size(namespaces=4, edges=120, seed=1))


def test_every_kind_of_hop_occurs(whole: Mesh) -> None:
    protocols = Counter(call.protocol for call in whole.calls)
    assert min(protocols["http"], protocols["grpc"], protocols["tcp"]) > 400
    flags = {report.flags for call in whole.calls for report in call.reports}
    assert {"-", "UH", "UF,URX", "UO", "UT", "DC"} <= flags
    codes = {report.code for call in whole.calls for report in call.reports}
    assert {"0", "200", "404", "500", "502", "503", "504"} <= codes
    services = {call.service.name for call in whole.calls}
    assert {"PassthroughCluster", "BlackHoleCluster", "api-0.example.com"} <= services
    assert any(call.source == NOBODY for call in whole.calls)
    policies = Counter(r.security for c in whole.calls for r in c.reports if r.reporter == "destination")
    assert policies["mutual_tls"] > policies["none"] > 100


def test_every_request_is_counted_by_exactly_one_report(whole: Mesh) -> None:
    for call in whole.calls:
        reported = Counter[str]()
        for report in call.reports:
            reported[report.reporter] += report.requests
        never_arrived = sum(r.requests for r in call.reports if r.counted and r.reporter == "source")
        counted = sum(r.requests for r in call.reports if r.counted)
        assert counted == reported["destination"] + never_arrived
        if reported["source"]:
            assert counted == reported["source"]


def test_durations_belong_to_the_requests_that_arrived(whole: Mesh) -> None:
    for call in whole.calls:
        timed = sum(r.requests for r in call.reports if r.timed)
        durations = observations(call)
        assert (sum(durations) if durations else 0) == timed
        assert all(r.counted for r in call.reports if r.timed)


def test_both_sides_of_an_edge_measure_different_latency(whole: Mesh) -> None:
    different = [
        call
        for call in whole.calls
        if len({r.durations for r in call.reports if r.code == "200" and r.security != "none"}) > 1
    ]
    assert len(different) > 3000
