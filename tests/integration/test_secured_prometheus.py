"""A Prometheus behind TLS of a private authority and a password, as Debian's server itself offers them."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mesh.traffic import Snapshot
from metrics.client import PrometheusClient
from metrics.prometheus import Limits, PrometheusTraffic
from sources.errors import SourceError, SourceRejected, SourceUnavailable
from sources.session import Access
from tests.integration.certificates import Certificates, certificates
from tests.integration.servers import blocks, prometheus
from tests.metrics.small_mesh import ignore, open_metrics

END = float(int(time.time()) // 15 * 15 - 60)
PASSWORD = "right password"
BCRYPT = "$2b$04$oep8qQ8ugLdZitigM.uA5.f1T6lRQsjhKFupcWBA0ecB8biWEvPIy"  # of PASSWORD
WEB = """
tls_server_config: {{cert_file: "{server}", key_file: "{key}"}}
basic_auth_users: {{meshview: "{hash}"}}
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def access(authority: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    folder: Path = tmp_path_factory.mktemp("secured")
    blocks(folder / "data", open_metrics(END - 900, END))
    web = folder / "web.yml"
    web.write_text(WEB.format(server=authority.server, key=authority.key, hash=BCRYPT))
    with prometheus(folder / "data", web_config=web) as url:
        yield Access(
            "prometheus",
            url,
            username="meshview",
            password=PASSWORD,
            ca_file=str(authority.authority),
        )


def collect(access: Access) -> Snapshot:
    source = PrometheusTraffic(PrometheusClient(access), Limits())
    return source.collect(300, END, time.time() + 30, frozenset({"requests"}), ignore)


def refused(access: Access) -> SourceError:
    with pytest.raises(SourceError) as caught:
        PrometheusClient(access).instant("1", END, 10)
    return caught.value


def test_the_right_authority_and_password_collect(access: Access) -> None:
    snapshot = collect(access)
    assert snapshot.complete
    assert snapshot.traffic.edges


def test_a_foreign_authority_is_one_clear_error(access: Access, tmp_path: Path) -> None:
    foreign = certificates(tmp_path / "foreign")
    error = refused(replace(access, ca_file=str(foreign.authority)))
    assert isinstance(error, SourceUnavailable)
    assert "certificate that is not trusted" in str(error)
    assert "MESHVIEW_PROMETHEUS_CA_FILE" in error.remedy


def test_the_system_does_not_trust_a_private_authority(access: Access) -> None:
    assert "certificate that is not trusted" in str(refused(replace(access, ca_file="")))


def test_a_missing_ca_file_names_the_setting(access: Access, tmp_path: Path) -> None:
    error = refused(replace(access, ca_file=str(tmp_path / "nowhere.pem")))
    assert "MESHVIEW_PROMETHEUS_CA_FILE" in f"{error} {error.remedy}"


def test_a_ca_file_that_is_none_names_the_setting(access: Access, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.pem"
    garbage.write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    assert "MESHVIEW_PROMETHEUS_CA_FILE" in refused(replace(access, ca_file=str(garbage))).remedy


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_names_the_login(access: Access, password: str) -> None:
    error = refused(replace(access, password=password))
    assert isinstance(error, SourceRejected)
    assert "401" in str(error)
    assert PASSWORD not in f"{error} {error.remedy}"
