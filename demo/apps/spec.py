"""What a program is told at its start."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Spec:
    """One container to run. `ip` is the pod's address, `listen_ip` where the program itself listens."""

    name: str
    namespace: str
    workload: str
    uid: str
    container: str
    program: str
    ip: str
    listen_ip: str
    has_proxy: bool
    run_dir: str
    ports: list[int] = field(default_factory=list)
    env: Mapping[str, str] = field(default_factory=dict)

    def dump(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self))

    @property
    def folder(self) -> Path:
        """The run folder."""
        return Path(self.run_dir)

    def number(self, name: str, default: float) -> float:
        """A number from the environment."""
        return float(self.env.get(name) or default)


def parse(line: str) -> Spec:
    """Read what `Spec.dump` wrote."""
    return Spec(**json.loads(line))
