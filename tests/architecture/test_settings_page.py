"""docs/settings.md and the settings say the same."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def variables_in_code() -> set[str]:
    return set(re.findall(r'env\.\w+\(\s*"(MESHVIEW_\w+)"', (ROOT / "meshview" / "settings.py").read_text()))


def variables_in_page() -> set[str]:
    return set(
        re.findall(r"^\| `(MESHVIEW_\w+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    )


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    assert variables_in_page() == variables_in_code()


def test_no_variable_is_read_outside_the_settings_file() -> None:
    packages = (
        "meshview",
        "mesh",
        "sources",
        "snapshots",
        "accounts",
        "inventory",
        "metrics",
        "graph",
        "workloads",
    )
    readers = [
        str(path.relative_to(ROOT))
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        if path.name not in {"settings.py", "cli.py"}
        and re.search(r"(environ(\.get)?[\[(]|getenv\()\s*[\"']MESHVIEW_", path.read_text())
    ]
    assert readers == []
