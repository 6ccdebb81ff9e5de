"""The API's own description: OpenAPI from code, and a page to read and try it."""

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerSplitView

from graph.contract import REPLIES, components
from meshview.api import Status
from workloads.detail_contract import ThingReply, TrafficReply


# Swagger UI sets style attributes and draws its icons from data: URLs; its script comes from our own static
# files.
@method_decorator(
    csp_update({"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]}), name="dispatch"
)
class DocsView(SpectacularSwaggerSplitView):
    """The browsable docs page; no inline script."""


def add_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """drf-spectacular's hook: put the types of the replies where the operations refer to."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(components(*REPLIES, Status, ThingReply, TrafficReply)[1])
    return result
