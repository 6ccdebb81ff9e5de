"""What is said about a window that was scraped only in part."""

import pytest

from metrics.catalogue import covered
from metrics.domain.coverage import coverage_note


@pytest.mark.parametrize(
    ("answer", "window", "words"),
    [
        ([], 300, None),
        ([255.0], 300, None),
        ([999.0], 300, None),
        ([75.2], 300, "Telemetry covers only 75 s of these 5m, so rates read low."),
        ([0.0], 60, "Telemetry covers only 0 s of these 1m, so rates read low."),
        ([7300.0], 86_400, "Telemetry covers only 2h1m of these 24h, so rates read low."),
    ],
)
def test_only_a_window_that_is_really_short_of_samples_is_noted(
    answer: list[float], window: int, words: str | None
) -> None:
    assert coverage_note(answer, window) == words


def test_it_is_one_query_of_few_steps() -> None:
    assert covered(300) == "time() - min(min_over_time(timestamp(up)[300s:15s]))"
    assert "[60s:3s]" in covered(60)
