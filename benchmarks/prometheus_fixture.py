"""Blocks of the reference mesh, with and without the recording rules' results, built once and kept.

promtool needs memory in proportion to one file's series, so the mesh is written per group of namespaces;
Prometheus itself then compacts the groups into the one block a server that had scraped the mesh would have.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Final

import yaml

from benchmarks.openmetrics import AT, Writer
from benchmarks.prometheus import Prometheus, link_blocks
from benchmarks.reference_mesh import Call, Mesh

GROUP: Final = 5
"""Namespaces written at once."""
_FIRST_RULES_SECONDS: Final = 120  # rules that take a rate over two minutes can say nothing earlier
_MAKERS: Final = ("latencies.py", "reports.py", "reference_mesh.py", "openmetrics.py")


def cache_folder() -> Path:
    """Where blocks are kept: below ``XDG_CACHE_HOME``, or ``~/.cache``."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "meshview" / "benchmarks"


def _version() -> str:
    """Changes with the generator's source, so that an edit never meets old blocks."""
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in _MAKERS)).hexdigest()[:12]


def _once(folder: Path, build: Callable[[Path], None]) -> Path:
    """The folder, built beside its place and moved there when complete."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="building-") as scratch:
            build(Path(scratch))
            made = Path(scratch) / "blocks"
            with suppress(OSError):  # somebody else was faster: theirs is the same
                made.rename(folder)
    return folder


def blocks(mesh: Mesh) -> Path:
    """The mesh's samples as one block, in a folder that stays."""
    size = mesh.size
    name = "-".join(("mesh", _version(), *map(str, astuple(size))))
    return _once(cache_folder() / name, lambda scratch: _build(mesh, scratch))


def _build(mesh: Mesh, scratch: Path) -> None:
    parts = scratch / "parts"
    for calls in _groups(mesh):
        _import(mesh, calls, scratch / "group.om", parts)
    _compact(parts, scratch)


def _groups(mesh: Mesh) -> Iterable[list[Call]]:
    """Calls by the namespace that makes them; callers nobody knows come with the first group."""
    names = mesh.namespaces
    for first in range(0, len(names), GROUP):
        group = {*names[first : first + GROUP], *(("unknown",) if first == 0 else ())}
        yield [call for call in mesh.calls if call.source.namespace in group]


def _import(mesh: Mesh, calls: list[Call], text: Path, blocks: Path) -> None:
    with text.open("w", buffering=1 << 20) as out:
        Writer(mesh).write(calls, out)
    promtool("tsdb", "create-blocks-from", "openmetrics", str(text), str(blocks))
    text.unlink()


def _compact(parts: Path, scratch: Path) -> None:
    """Let Prometheus merge overlapping blocks, which it would otherwise do in the middle of a measurement."""
    with Prometheus(parts) as server:
        deadline = time.monotonic() + 600
        while len(found := _block_names(server.folder)) != 1:
            if time.monotonic() > deadline:
                raise RuntimeError(f"Prometheus did not merge the blocks: {found}")
            time.sleep(1)
        shutil.copytree(server.folder / found[0], scratch / "blocks" / found[0])


def _block_names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if (p / "meta.json").exists())


def promtool(*arguments: str) -> None:
    """Run promtool; its own words in the error if it fails."""
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        words = done.stderr.strip() or done.stdout.strip()
        raise RuntimeError(f"promtool {' '.join(arguments[:3])}: {words}")


def blocks_with_rules(mesh: Mesh, rules: str) -> Path:
    """The mesh's block merged with what these recording rules (text of a rule file) would have recorded."""
    raw = blocks(mesh)
    name = f"{raw.name}-rules-{hashlib.sha256(rules.encode()).hexdigest()[:12]}"
    start = AT - mesh.size.span_seconds + _FIRST_RULES_SECONDS
    return _once(cache_folder() / name, lambda scratch: _build_rules(raw, rules, start, scratch))


def _build_rules(raw: Path, rules: str, start: int, scratch: Path) -> None:
    """Rules about other rules' results come in a second pass, when those results can be asked for."""
    together = scratch / "together"
    together.mkdir()
    link_blocks(raw, together)
    for part in _passes(rules):
        file, parts = scratch / "rules.yml", scratch / "parts"
        file.write_text(part)
        with Prometheus(together) as server:
            span = (f"--start={start}", f"--end={AT}", f"--url={server.url}", f"--output-dir={parts}")
            promtool("tsdb", "create-blocks-from", "rules", *span, str(file))
        link_blocks(parts, together)
    _compact(together, scratch)


def _passes(rules: str) -> Iterator[str]:
    groups = yaml.safe_load(rules)["groups"]
    recorded = [rule["record"] for group in groups for rule in group["rules"]]
    for second in (False, True):
        chosen = [
            {**group, "rules": [r for r in group["rules"] if _asks_for(r, recorded) is second]}
            for group in groups
        ]
        yield yaml.safe_dump({"groups": [group for group in chosen if group["rules"]]})


def _asks_for(rule: dict[str, str], recorded: list[str]) -> bool:
    return any(name in rule["expr"] for name in recorded)
