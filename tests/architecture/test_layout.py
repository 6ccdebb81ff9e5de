"""The house's own rules: names that say something, files of one subject, no foreign addresses."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "meshview",
    "mesh",
    "sources",
    "snapshots",
    "accounts",
    "inventory",
    "metrics",
    "graph",
    "workloads",
    "demo",
)


def python_files() -> list[Path]:
    return [p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]


def test_no_file_has_a_name_that_says_nothing() -> None:
    nothing = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [p for p in python_files() if p.name in nothing] == []


def test_no_module_is_past_three_hundred_lines() -> None:
    long = {
        str(p.relative_to(ROOT)): n for p in python_files() if (n := len(p.read_text().splitlines())) > 300
    }
    assert long == {}


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name)
def test_python_locks_have_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    pins = re.findall(r"^[a-z0-9].*==.*$", text, re.MULTILINE)
    assert pins
    assert all(pin.rstrip().endswith("\\") for pin in pins), "a pin without a hash"
    assert "://" not in text


def test_npm_lock_has_integrity_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in text
    assert '"resolved": "http' not in text


def test_import_layers_hold() -> None:
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
