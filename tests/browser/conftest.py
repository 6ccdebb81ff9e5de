"""A real Chromium on a live server with synthetic snapshots. What the console complains of fails a test."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from graph import services
from mesh.traffic import Snapshot
from snapshots import interest, storage
from tests.browser import meshes

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = os.environ.get("MESHVIEW_TEST_CHROMIUM", "/usr/bin/chromium")
    assert Path(path).exists(), f"there is no Chromium at {path}: install Debian's package chromium"
    assert (settings.BASE_DIR / "static/dist/graph.js").exists(), "the front end is not built: npm run build"
    return {"executable_path": path, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light", "reduced_motion": "reduce"}


def _forget() -> None:
    for part in (storage, interest, services):
        part.forget()
    cache.clear()


@pytest.fixture(autouse=True)
def empty_process() -> Iterator[None]:
    """Nothing of the test before is left in memory."""
    _forget()
    yield
    _forget()


@pytest.fixture
def store(transactional_db: None) -> Callable[[Snapshot], None]:
    """Stores a snapshot as the newest of its window."""
    return lambda snapshot: storage.save(snapshot, None)


@pytest.fixture
def demo(store: Callable[[Snapshot], None]) -> Snapshot:
    snapshot = meshes.demo(time.time())
    store(snapshot)
    return snapshot


class Complaints(list[str]):
    """What the console and the page complained about; ``expected`` are parts of what a test provokes."""

    def __init__(self) -> None:
        super().__init__()
        self.expected: list[str] = []

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.append(f"{message.type}: {message.text}")

    def unexpected(self) -> list[str]:
        return [text for text in self if not any(part in text for part in self.expected)]


@pytest.fixture
def complaints(page: Page) -> Iterator[Complaints]:
    found = Complaints()
    page.on("console", found.heard)
    page.on("pageerror", lambda error: found.append(f"exception: {error}"))
    yield found
    page.unroute_all(behavior="ignoreErrors")
    assert found.unexpected() == []


@pytest.fixture
def visit(page: Page, live_server: LiveServer, complaints: Complaints) -> Callable[..., Page]:
    """Opens the graph page with a query and waits for its picture."""

    def go(query: str = "", drawn: bool = True) -> Page:
        page.goto(f"{live_server.url}/graph{'?' + query if query else ''}")
        if drawn:
            expect(page.locator("mesh-graph[data-drawn]")).to_be_attached()
        return page

    return go
