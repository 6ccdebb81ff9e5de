"""Recording rules for Prometheus: the sums that collections ask for, without pod labels, kept ready once a
minute.

Why a recorded *rate* and not a recorded sum of counters: a sum steps down whenever a pod goes, and the rate
of such a sum takes every step for a counter that began anew. A rate per pod, summed, has no such steps. Each
rule takes the rate over two minutes once a minute, so each increase between two scrapes is seen by exactly
two evaluations, and the mean of the recorded rates over a window is the rate over that window (its edges
blurred by up to two minutes).
"""

from collections.abc import Iterable
from typing import Any, Final

import yaml

from metrics import catalogue
from metrics.domain.promql import one_of, selector

_GROUP: Final = "meshview"


def rule_file() -> str:
    """A rule file for Prometheus' ``rule_files``, as text."""
    rules = [rule for column in catalogue.RECORDED for rule in _rules(column)]
    group = {"name": _GROUP, "interval": f"{catalogue.RECORD_SECONDS}s", "rules": rules}
    return _HEAD + yaml.safe_dump({"groups": [group]}, sort_keys=False, width=110)


def _rules(column: str) -> list[dict[str, Any]]:
    """Each slice's sum, and after it a mark that says that this evaluation of the sum succeeded."""
    name = catalogue.recorded_name(column)
    rules: list[dict[str, Any]] = []
    for part, expression in catalogue.recordings(column).items():
        mark = {"column": column, "slice": part, "version": catalogue.RECORD_VERSION}
        recorded = selector(name, [one_of("slice", [part])])
        rules.append({"record": name, "expr": expression, "labels": {"slice": part}})
        rules.append({"record": catalogue.MARK, "expr": f"group({recorded})", "labels": mark})
    return rules


def evaluations(marks: Iterable[tuple[str, float]], window_seconds: int) -> dict[str, float]:
    """How often each column was recorded within the window; a column with a gap in any slice is left out.

    ``marks`` are (column, evaluations counted) of each slice.
    """
    counted: dict[str, list[float]] = {}
    for column, count in marks:
        counted.setdefault(column, []).append(count)
    enough = window_seconds / catalogue.RECORD_SECONDS - 1
    return {column: max(counts) for column, counts in counted.items() if min(counts) >= enough}


_HEAD: Final = """\
# Recording rules of meshview. Add this file to `rule_files` of Prometheus and reload it.
# meshview finds the rules by itself and uses them for windows of ten minutes and longer, from the moment on
# when they have been recording for as long as the window.
"""
