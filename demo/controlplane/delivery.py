"""Writes xDS files so that a proxy never sees half of one, and only when something changed."""

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path

from demo.controlplane.objects import Json

ORDER = {"cds": 0, "lds": 2, "rds": 1}  # clusters before the routes and listeners that name them


@dataclass
class Delivery:
    """Remembers what each file holds."""

    root: Path
    _written: dict[Path, str] = field(default_factory=dict)
    _number: int = 0

    def folder(self, pod: str) -> Path:
        """Where a pod's files are."""
        return self.root / pod

    def version(self) -> str:
        """A new version in istiod's form: time and push number."""
        self._number += 1
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{now}/{self._number}"

    def write(self, pod: str, files: dict[str, list[Json]], version: str) -> dict[str, int]:
        """Write those files of a pod that differ; returns the bytes written by file name."""
        folder = self.folder(pod)
        folder.mkdir(parents=True, exist_ok=True)
        sent = {}
        for name in sorted(files, key=lambda name: ORDER[name[:3]]):
            body = json.dumps(files[name], sort_keys=True)
            if self._written.get(folder / name) == body:
                continue
            text = f'{{"version_info": {json.dumps(version)}, "resources": {body}}}'
            replace(folder / name, text)
            self._written[folder / name] = body
            sent[name] = len(text)
        return sent


def replace(path: Path, text: str) -> None:
    """Write a file beside its place and move it there."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
