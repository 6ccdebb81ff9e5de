"""Schemathesis over the schema: whatever is sent, no 500, and every reply is as the schema says."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from mesh.traffic import Snapshot

VALID, INVALID = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
#: Status and jobs have no parameters that could be invalid.
CASES = [
    ("/api/v1/graph", VALID),
    ("/api/v1/graph", INVALID),
    ("/api/v1/namespaces", VALID),
    ("/api/v1/namespaces", INVALID),
    ("/api/v1/status", VALID),
    ("/api/v1/jobs/{job_id}", VALID),
    *((f"/api/v1/workloads/{{namespace}}/{{name}}{part}", VALID) for part in ("", "/traffic", "/graph")),
    ("/api/v1/workloads/{namespace}/{name}/traffic", INVALID),
    ("/api/v1/namespaces/{name}", VALID),
]
# The WSGI client does not unpack; names, times and cursors are right or wrong beyond what a schema can say.
HEADERS = {"Host": "localhost", "Accept-Encoding": "identity"}
BEYOND_SCHEMA = [positive_data_acceptance]


@pytest.mark.parametrize(("path", "mode"), CASES)
def test_replies_are_as_described(snapshot: Snapshot, path: str, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_wsgi("/api/v1/schema", get_wsgi_application())
    operation = described[path]["GET"]

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def replies(case: schemathesis.Case) -> None:
        try:
            case.call_and_validate(headers=HEADERS, excluded_checks=BEYOND_SCHEMA)
        except FailureGroup as group:
            raise AssertionError("\n".join(str(failure) for failure in group.exceptions)) from group

    replies()


def test_every_json_form_of_the_graph_is_as_described(snapshot: Snapshot) -> None:
    described = schemathesis.openapi.from_wsgi("/api/v1/schema", get_wsgi_application())
    for form in ("json", "cytoscape"):
        case = described["/api/v1/graph"]["GET"].Case(query={"format": form})
        case.call_and_validate(headers=HEADERS)
