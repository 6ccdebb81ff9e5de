"""Answers become columns, whatever the server does to them."""

import numpy as np
import pytest

from mesh.identity import Answer
from metrics.domain.buckets import BucketRows
from metrics.domain.labels import Labels
from metrics.domain.table import TableBuilder, names_of

WEB = Labels(
    reporter="destination", source_workload="web", destination_workload="cart", request_protocol="http"
)


def changed(**labels: str) -> Labels:
    fields = {name: getattr(WEB, name) for name in Labels.__struct_fields__}
    return Labels(**{**fields, **labels})


def test_a_series_that_comes_twice_counts_once_and_is_told() -> None:
    table = TableBuilder()
    table.add_counter("requests", [WEB, WEB, changed(response_code="500")], [1.0, 1.0, 2.0])
    counter = table.traffic({}).counters["requests"]
    assert counter.rate.tolist() == [1.0, 2.0]
    assert "twice" in table.notes[0]


def test_an_unknown_reporter_does_not_count_and_is_told() -> None:
    table = TableBuilder()
    table.add_counter("requests", [WEB, changed(reporter="rumour")], [1.0, 5.0])
    assert table.traffic({}).counters["requests"].rate.tolist() == [1.0]
    assert "no known reporter" in table.notes[0]


def test_columns_without_answer_labels_point_at_the_empty_answer() -> None:
    table = TableBuilder()
    table.add_counter("request_messages", [changed(request_protocol="")], [3.0])
    traffic = table.traffic({})
    assert traffic.answers == (Answer("", "", "", "", "", ""),)
    assert traffic.edges[0].protocol == "grpc"


def test_every_column_names_the_same_edge_once() -> None:
    table = TableBuilder()
    table.add_counter("requests", [WEB], [1.0])
    table.add_counter("request_duration_sum", [WEB], [30.0])
    assert len(table.traffic({}).edges) == 1


def test_absent_canonical_labels_fall_back_to_app_and_version() -> None:
    table = TableBuilder()
    table.add_counter("requests", [changed(destination_canonical_service="cart")], [1.0])
    assert table.lacks_names("source")
    rows = [changed(source_app="shop", source_version="v2"), changed(source_app="shop", source_version="v1")]
    edge = table.traffic(names_of("source", rows)).edges[0]
    assert (edge.source.app, edge.source.version) == ("shop", "v1")
    assert (edge.destination.app, edge.destination.version) == ("cart", "")


def rows(*buckets: tuple[str, float], name: str = "web", edge: int = 0) -> BucketRows:
    labels = [Labels(source_workload=name, le=le) for le, _ in buckets]
    keys = ("source_workload", "destination_workload")
    return BucketRows.read(
        labels, [value for _, value in buckets], keys, {("web", ""): edge, ("old", ""): edge + 1}
    )


def test_cumulative_becomes_per_bucket() -> None:
    histogram = BucketRows.histogram([rows(("+Inf", 5.0), ("10", 3.0), ("5", 1.0))])
    assert histogram.bounds.tolist() == [5, 10, np.inf]
    assert histogram.rates.tolist() == [[1, 2, 2]]


def test_known_bounds_narrow_the_first_bucket() -> None:
    histogram = BucketRows.histogram([rows(("10", 3.0), ("+Inf", 3.0))], [1.0, 5.0, 10.0])
    assert histogram.bounds.tolist() == [1, 5, 10, np.inf]
    assert histogram.rates.tolist() == [[0, 0, 3, 0]]


def test_different_bucket_lists_share_one_matrix() -> None:
    slices = [rows(("5", 1.0), ("+Inf", 4.0)), rows(("7", 2.0), ("+Inf", 2.0), name="old")]
    histogram = BucketRows.histogram(slices)
    assert histogram.bounds.tolist() == [5, 7, np.inf]
    assert histogram.rates.tolist() == [[1, 0, 3], [0, 2, 0]]


def test_no_bucket_is_negative_where_sums_step_down() -> None:
    histogram = BucketRows.histogram([rows(("5", 3.0), ("10", 2.0), ("+Inf", 4.0))])
    assert histogram.rates.tolist() == [[3, 0, 1]]


def test_one_bound_written_in_two_ways_adds() -> None:
    histogram = BucketRows.histogram([rows(("5", 1.0), ("5.0", 2.0), ("+Inf", 3.0))])
    assert histogram.rates.tolist() == [[3, 0]]


def test_strangers_and_repeats_are_left_out() -> None:
    read = rows(("5", 1.0), ("5", 1.0), ("+Inf", 3.0), ("soon", 1.0), ("", 1.0), ("NaN", 9.0))
    assert read.repeated == 1
    assert BucketRows.histogram([read]).rates.tolist() == [[1, 2]]
    assert BucketRows.histogram([rows(("5", 1.0), name="nobody")]).rates.tolist() == []


def test_nothing_at_all_is_an_empty_histogram() -> None:
    histogram = BucketRows.histogram([])
    assert histogram.rates.shape == (0, 1)
    assert histogram.bounds.tolist() == pytest.approx([np.inf])
