"""``python -m benchmarks``: build the reference mesh's Prometheus once, measure, print the figures."""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from benchmarks import collect, graph_answer, readers, report, targets, truth
from benchmarks.prometheus import Prometheus
from benchmarks.prometheus_fixture import blocks, blocks_with_rules
from benchmarks.reference_mesh import Mesh, Size, reference_mesh

RESULT: Final = Path("var") / "benchmarks.json"
PARTS: Final = ("collect", "graph", "readers", "truth")


class Run:
    """One run: what was measured so far, for the table and for the file."""

    def __init__(self, mesh: Mesh, rounds: int) -> None:
        self.mesh = mesh
        self.rounds = rounds
        self.blocks = blocks(mesh)
        self.targets: list[targets.Target] = []
        self.figures: dict[str, Any] = {
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
        }

    def collect(self, everything: bool) -> str:
        """Short and long windows, the latter with recording rules, too; if asked, with all histograms."""
        ruled = blocks_with_rules(self.mesh, _rules())
        kinds = {"5m": (self.blocks, 300), "10m": (self.blocks, 600), "10m, recording rules": (ruled, 600)}
        if everything:
            size = Size(byte_namespaces=self.mesh.size.namespaces, span_seconds=360)
            kinds["5m, all byte histograms"] = blocks(reference_mesh(size)), 300
        found = {name: collect.measure(*kind, self.rounds) for name, kind in kinds.items()}
        self.figures["collect"] = {name: one.as_json() for name, one in found.items()}
        self.targets += targets.of_collections(found)
        return report.collections(found)

    def graph(self) -> str:
        """Answers of a quiet web process."""
        with Prometheus(self.blocks) as server:
            found = graph_answer.measure(server, self.mesh.namespaces)
        self.figures["graph"] = found.as_json()
        self.targets += targets.of_answers(found)
        return report.answers(found)

    def readers(self) -> str:
        """One reader and twenty of a web process at work."""
        with Prometheus(self.blocks) as server:
            found = readers.measure(server, self.mesh.namespaces)
        self.figures["readers"] = found.as_json()
        self.targets += targets.of_readers(found)
        return report.crowd(found)

    def truth(self) -> str:
        """All views against the generator."""
        with Prometheus(self.blocks) as server:
            found = truth.measure(server, self.mesh)
        self.figures["truth"] = [held.as_json() for held in found]
        self.targets += targets.of_truth(found)
        return report.truth(found)

    def write(self, file: Path) -> None:
        """Everything as JSON."""
        self.figures["targets"] = [target.as_json() for target in self.targets]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.figures, indent=2) + "\n")


def _rules() -> str:
    """The recording rules that meshview ships, as it prints them."""
    command = [sys.executable, "-m", "meshview.cli", "rules"]
    return subprocess.run(command, cwd=collect.ROOT, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Measure the parts that are named, or all."""
    asked = _arguments()
    _say("reference mesh: building its Prometheus, or taking it from the cache")
    run = Run(reference_mesh(), asked.rounds)
    parts: dict[str, Callable[[], str]] = {
        "collect": lambda: run.collect(asked.everything),
        "graph": run.graph,
        "readers": run.readers,
        "truth": run.truth,
    }
    for name in asked.parts or PARTS:
        _say(f"{name}: measuring")
        print(f"\n{parts[name]()}\n", flush=True)
    print(report.targets(run.targets))
    run.write(asked.json)
    _say(f"figures: {asked.json}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--rounds", type=int, default=5, help="collections per kind (default 5)")
    parser.add_argument("--json", type=Path, default=RESULT, help=f"result file (default {RESULT})")
    more = "also a mesh whose every proxy keeps all three histograms"
    parser.add_argument("--everything", action="store_true", help=more)
    asked = parser.parse_args()
    if strange := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(strange))}")
    return asked


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
