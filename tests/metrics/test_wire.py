"""What Prometheus may answer, and what else comes from where it should be."""

import msgspec
import pytest

from metrics.wire import decode
from sources.errors import SourceError, SourceMalformed, SourceRejected, SourceTimeout, SourceUnavailable
from sources.session import Reply


def vector(*samples: object, **more: object) -> bytes:
    return msgspec.json.encode(
        {"status": "success", "data": {"resultType": "vector", "result": samples}, **more}
    )


def sample(value: str, **labels: str) -> dict[str, object]:
    return {"metric": labels, "value": [1.5, value]}


def reply(body: bytes, status: int = 200, media_type: str = "application/json") -> Reply:
    return Reply(status, media_type, bytearray(body))


def test_labels_and_numbers() -> None:
    answer = decode("prometheus", reply(vector(sample("0.5", reporter="source", unheard_of="x"))))
    assert answer.values == [0.5]
    assert answer.labels[0].reporter == "source"
    assert answer.labels[0].source_cluster == ""
    assert answer.warnings == ()


def test_the_servers_warnings_are_kept() -> None:
    answer = decode("prometheus", reply(vector(warnings=["partial response"], infos=["not a counter"])))
    assert answer.warnings == ("partial response", "not a counter")


@pytest.mark.parametrize("bad", ["NaN", "+Inf", "-Inf", "-1", "apple"])
def test_numbers_no_rate_can_be_are_left_out_and_told(bad: str) -> None:
    answer = decode("prometheus", reply(vector(sample(bad), sample("2"))))
    assert answer.values == [2.0]
    assert "1 series" in answer.warnings[0]


def test_a_native_histogram_is_left_out() -> None:
    native = {"metric": {}, "histogram": [1.5, {"count": "1", "sum": "2"}]}
    assert decode("prometheus", reply(vector(native, sample("2")))).values == [2.0]


ERROR = b'{"status":"error","errorType":"%s","error":"so it is"}'


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (reply(b"<html>login</html>", 200, "text/html"), SourceMalformed, "text/html"),
        (reply(b'{"status":"success","data":{"resul'), SourceMalformed, "truncated"),
        (reply(b""), SourceMalformed, "not Prometheus JSON"),
        (reply(b"\xff\xfe"), SourceMalformed, "not Prometheus JSON"),
        (reply(b'{"status":"success","data":{"resultType":"matrix","result":5}}'), SourceMalformed, "JSON"),
        (reply(b'{"status":"success"}'), SourceRejected, "200"),
        (reply(ERROR % b"bad_data", 400), SourceRejected, "so it is"),
        (reply(ERROR % b"execution", 422), SourceRejected, "so it is"),
        (reply(ERROR % b"timeout", 503), SourceTimeout, "so it is"),
        (reply(ERROR % b"unavailable", 503), SourceUnavailable, "so it is"),
        (reply(b"Bad Gateway", 502, "text/plain"), SourceUnavailable, "502"),
        (reply(b"Unauthorized", 401, "text/plain"), SourceRejected, "login"),
        (reply(b"Forbidden", 403, "text/plain"), SourceRejected, "login"),
        (reply(b"moved", 302, "text/html"), SourceRejected, "302"),
        (reply(b"not here", 404, "text/plain"), SourceRejected, "404"),
    ],
)
def test_anything_else_is_an_error_that_says_what_to_do(
    answer: Reply, kind: type[SourceError], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        decode("prometheus", answer)
    assert caught.value.source == "prometheus"
    assert caught.value.remedy
