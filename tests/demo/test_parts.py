"""Small parts that need no mesh."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509

from demo.apps.calls import Call, parse, trace_headers
from demo.apps.load import rate_at
from demo.cli import main
from demo.controlplane import convergence
from demo.controlplane.certificates import Authority
from demo.controlplane.delivery import Delivery
from demo.controlplane.exposition import Metrics
from demo.incidents import INCIDENTS, Incidents
from demo.options import DemoError
from demo.podlog import PodLog, tail
from demo.supervisor.manifests import zipkin


def test_calls_are_read_from_one_line() -> None:
    assert parse("http://a/x! grpc://b:9090/S/M@0.5") == [
        Call("http", "a", 80, "/x", 1.0, True),
        Call("grpc", "b", 9090, "/S/M", 0.5, False),
    ]


def test_trace_headers_are_forwarded_and_nothing_else() -> None:
    incoming = {"x-request-id": "1", "x-b3-traceid": "2", "cookie": "3", "x-envoy-peer-metadata": "4"}
    assert trace_headers(incoming) == {"x-request-id": "1", "x-b3-traceid": "2"}


def test_the_load_breathes_around_its_mean() -> None:
    rates = [rate_at(50, second) for second in range(0, 900, 5)]
    assert 48 < sum(rates) / len(rates) < 52
    assert min(rates) < 42 < 58 < max(rates)


def test_a_certificate_carries_the_spiffe_uri_and_the_root_is_kept(tmp_path: Path) -> None:
    uri = "spiffe://cluster.local/ns/shop/sa/cart"
    first = Authority(tmp_path).issue(uri)
    assert Authority(tmp_path).issue(uri).root == first.root
    leaf = x509.load_pem_x509_certificate(first.chain.encode())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [uri]
    assert leaf.not_valid_after_utc > dt.datetime.now(dt.UTC)
    assert (tmp_path / "ca-key.pem").stat().st_mode & 0o077 == 0


def test_only_files_that_differ_are_written(tmp_path: Path) -> None:
    delivery = Delivery(tmp_path)
    files = {"cds.json": [{"name": "a"}], "lds.json": [{"name": "b"}]}
    assert set(delivery.write("pod", files, "1")) == set(files)
    assert delivery.write("pod", files, "2") == {}
    assert set(delivery.write("pod", {**files, "cds.json": []}, "3")) == {"cds.json"}
    assert {path.name for path in (tmp_path / "pod").iterdir()} == set(files)


def test_a_proxys_own_statistics_say_what_it_runs() -> None:
    state = convergence.parse(
        [
            'cluster_manager.cds.version_text: "t/1"',
            'http.outbound_0.0.0.0_80;.rds.80.version_text: "t/2"',
            "listener_manager.lds.update_rejected: 3",
        ]
    )
    assert state.rejected == {"lds": 3}
    assert convergence.has(state, {"cds.json": "t/1", "rds_80.json": "t/2"})
    assert not convergence.has(state, {"rds_80.json": "t/3"})


def test_the_exposition_adds_up() -> None:
    metrics = Metrics()
    metrics.add("pushes", type='a"b')
    for value in (0.05, 0.2, 9.0):
        metrics.observe("time", (0.1, 1.0), value)
    text = metrics.text()
    assert 'pushes{type="a\\"b"} 1' in text
    assert 'time_bucket{le="0.1"} 1\ntime_bucket{le="1.0"} 2\ntime_bucket{le="+Inf"} 3\n' in text
    assert "time_count 3" in text


def test_a_log_is_bounded(tmp_path: Path) -> None:
    log = PodLog(tmp_path, max_bytes=1000)
    for number in range(100):
        log.say(f"line {number}")
    log.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2000
    assert tail(tmp_path / "0.log", 1)[0].endswith("stdout F line 99")


class NoKubelet:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def kill_workload(self, target: str) -> None:
        self.asked.append(("kill", target))

    def start_workload(self, target: str) -> None:
        self.asked.append(("start", target))


def test_incidents_are_begun_once_and_ended_once(tmp_path: Path) -> None:
    kubelet = NoKubelet()
    incidents = Incidents(tmp_path, kubelet)
    incidents.begin("dead-pod")
    with pytest.raises(DemoError, match="already runs"):
        incidents.begin("dead-pod")
    incidents.end("dead-pod")
    with pytest.raises(DemoError, match="does not run"):
        incidents.end("dead-pod")
    assert kubelet.asked == [("kill", "istioinaction/forum"), ("start", "istioinaction/forum")]


def test_every_incident_has_a_whole_sentence() -> None:
    assert all(one.cause.endswith(".") and "/" in one.target for one in INCIDENTS.values())


@pytest.mark.parametrize("address", ["", "nowhere", "host:port", ":9411"])
def test_a_bad_zipkin_address_is_one_clear_line(address: str) -> None:
    with pytest.raises(DemoError, match="wants HOST:PORT"):
        zipkin(address)


def test_a_zipkin_host_that_is_not_known_is_one_clear_line() -> None:
    with pytest.raises(DemoError, match=r"the host collector\.invalid is not known"):
        zipkin("collector.invalid:9411")


def test_without_a_demo_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--run-dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"No demo answers for {tmp_path}: start one with `meshview demo`.\n"
