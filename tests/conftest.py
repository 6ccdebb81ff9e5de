"""What holds for every test: its own data folder, no network but loopback."""

import ipaddress
import os
import socket
import tempfile

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("meshview", deadline=None)
settings.load_profile("meshview")

# Before Django reads its settings: no test may see the developer's own configuration or database.
for name in [n for n in os.environ if n.startswith("MESHVIEW_")]:
    del os.environ[name]
os.environ["MESHVIEW_DATA_DIR"] = tempfile.mkdtemp(prefix="meshview-test-")
# Playwright's synchronous API keeps an event loop in the test's thread, beside which Django refuses its ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def is_loopback(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket's path
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails at once and says where it wanted to go."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if not is_loopback(address):
            raise AssertionError(f"a test wanted to connect to {address!r}; only loopback is allowed")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
