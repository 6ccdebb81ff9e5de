"""What a demo run can be told."""

from dataclasses import dataclass
from pathlib import Path

MANIFESTS = Path(__file__).parent / "manifests"


class DemoError(Exception):
    """Something the person at the terminal can do something about; the message is one clear line."""


@dataclass(frozen=True)
class Options:
    """One run. `rps` is the mean rate at the ingress gateway; `network` 0 means the first free one."""

    run_dir: Path
    manifests: Path = MANIFESTS
    host: str = "127.0.0.1"
    port: int = 8640
    rps: float = 50.0
    scrape_seconds: float = 5.0
    zipkin: str = ""
    network: int = 0
    dashboard: bool = True
    load: bool = True
    prometheus: bool = True
