"""Every address of meshview in one place."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from graph import views as graph_pages
from meshview import errors, pulse

urlpatterns = [
    path("", RedirectView.as_view(url="/graph", query_string=True), name="home"),
    path("graph", graph_pages.page, name="graph"),
    path("healthz", pulse.alive, name="healthz"),
    path("readyz", pulse.ready, name="readyz"),
    path("metrics", pulse.metrics, name="metrics"),
    path("api/v1/", include("meshview.api_urls")),
    re_path(r"^api(?:/.*)?$", errors.unknown_endpoint),
]

handler400 = "meshview.errors.bad_request"
handler403 = "meshview.errors.permission_denied"
handler404 = "meshview.errors.page_not_found"
handler500 = "meshview.errors.server_error"
