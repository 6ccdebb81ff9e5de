"""Every address of ``/api/v1``."""

from django.urls import path, register_converter
from drf_spectacular.views import SpectacularJSONAPIView

from graph.api import GraphView, NamespacesView
from meshview.api import JobView, StatusView
from meshview.reference import DocsView
from workloads import detail_api
from workloads.addresses import AnyName

register_converter(AnyName, "any")

urlpatterns = [
    path("graph", GraphView.as_view(), name="api-graph"),
    path("namespaces", NamespacesView.as_view(), name="api-namespaces"),
    *detail_api.endpoints(),
    path("status", StatusView.as_view(), name="api-status"),
    path("jobs/<str:job_id>", JobView.as_view(), name="api-job"),
    path("schema", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("docs", DocsView.as_view(url_name="api-schema"), name="api-docs"),
]
