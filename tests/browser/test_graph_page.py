"""Journeys on the graph page."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, expect

from mesh.traffic import Snapshot
from tests.browser import meshes
from tests.browser.conftest import Complaints

Visit = Callable[..., Page]
Store = Callable[[Snapshot], None]
AXE = settings.BASE_DIR / "node_modules/axe-core/axe.min.js"


def edge_id(page: Page, source: str, target: str) -> str:
    """The id of an edge, by the names of its ends."""
    document = page.evaluate("fetch('/api/v1/graph?box=namespace').then((reply) => reply.json())")
    names = {node["id"]: node["name"] for node in document["nodes"]}
    found = [
        e["id"] for e in document["edges"] if (names[e["source"]], names[e["target"]]) == (source, target)
    ]
    return str(found[0])


def positions(page: Page) -> dict[str, Any]:
    """Where the layout put the nodes, as the tab remembers it."""
    text = page.evaluate(
        "Object.entries(sessionStorage).filter(([k]) => k.startsWith('meshview-picture:')).map(([, v]) => v)"
    )
    return {node[0]: node[1:] for picture in text for node in json.loads(picture)["n"]}


def violations(page: Page) -> list[str]:
    """What axe finds, one line a rule."""
    page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    # Evaluated over the debugging protocol: the page's own policy allows no foreign script.
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {v['help']} ({', '.join(n['html'][:120] for n in v['nodes'][:3])})"
        for v in found["violations"]
    ]


def test_the_first_picture_and_its_verdict(demo: Snapshot, visit: Visit) -> None:
    page = visit()
    panel = page.get_by_label("Details", exact=True)
    expect(panel.get_by_text("catalog-v2 fails 38 %")).to_be_visible()
    expect(panel.get_by_text("HTTP requests")).to_be_visible()
    expect(page.locator(".age")).to_contain_text(re.compile(r"5 min until \d\d:\d\d:\d\d, "))
    assert page.title() == "Graph · meshview"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "view=table", "select=w:Kubernetes/istioinaction/webapp"])
def test_axe_finds_nothing(demo: Snapshot, visit: Visit, page: Page, scheme: Any, query: str) -> None:
    page.emulate_media(color_scheme=scheme)
    visit(query, drawn="view=table" not in query)
    if "view=table" in query:
        expect(page.locator("tbody tr").first).to_be_visible()
    assert violations(page) == []


def test_an_edge_opens_its_panel_and_its_address(demo: Snapshot, visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="webapp v1 → catalog-v2").click()
    panel = page.get_by_label("Details", exact=True)
    expect(panel.get_by_role("heading", name="webapp v1 → catalog-v2")).to_be_visible()
    for words in ("Failing", "Requests", "Share of webapp's traffic", "Throughput", "mTLS", "Answers", "p99"):
        expect(panel.get_by_text(words).first).to_be_visible()
    expect(panel.get_by_title("URX: retry limit")).to_be_visible()
    expect(panel.get_by_text("ns/istioinaction/sa/webapp")).to_be_visible()
    assert "select=" in page.url
    page.go_back()
    expect(panel.get_by_role("heading", name="What is shown")).to_be_visible()
    page.go_forward()
    expect(panel.get_by_role("heading", name="webapp v1 → catalog-v2")).to_be_visible()


def test_a_click_on_the_canvas_selects_and_escape_lets_go(demo: Snapshot, visit: Visit) -> None:
    page = visit()
    surface = page.locator(".surface")
    surface.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("mesh-graph[data-selected]")).to_be_attached()
    expect(page.locator(".stage [aria-live]")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("mesh-graph:not([data-selected])")).to_be_attached()


def test_every_choice_is_in_the_address_and_comes_back_from_it(demo: Snapshot, visit: Visit) -> None:
    page = visit("type=app&labels=p95,mtls&service_nodes=true&view=table&refresh=0&window=5m")
    expect(page.get_by_role("radio", name="App", exact=True)).to_be_checked()
    expect(page.get_by_role("radio", name="Table")).to_be_checked()
    expect(page.get_by_role("button", name="Labels: p95, mTLS")).to_be_visible()
    expect(page.get_by_role("button", name="Show: services")).to_be_visible()
    expect(page.get_by_role("button", name="Paused")).to_be_visible()
    page.get_by_role("radio", name="Versioned app").click()
    expect(page).to_have_url(re.compile("type=versioned-app"))
    page.get_by_role("button", name="All namespaces").click()
    page.get_by_placeholder("Search").fill("istioin")
    page.get_by_role("checkbox", name="istioinaction").click()
    expect(page).to_have_url(re.compile("namespaces=istioinaction"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Paused").click()
    page.get_by_role("radio", name="Every 10 s").click()
    expect(page).to_have_url(re.compile("refresh=10"))
    link = page.locator(".rail a[data-page='Graph']")
    expect(link).to_have_attribute("href", re.compile("refresh=10"))


def test_the_table_has_the_same_edges(demo: Snapshot, visit: Visit) -> None:
    page = visit("view=table", drawn=False)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(15)
    expect(rows.first).to_contain_text("istio-ingressgateway")
    page.get_by_role("button", name="Errors, %").click()
    expect(page.locator("th[aria-sort='descending']")).to_contain_text("Errors")
    expect(rows.first).to_contain_text("100")
    rows.first.focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("tr[aria-selected='true']")).to_have_count(1)
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").click()
    text = saved.value.path().read_text()
    assert text.startswith("Health,Source,Target,Protocol")
    assert len(text.splitlines()) == 16


def test_a_refresh_keeps_selection_positions_and_focus(demo: Snapshot, visit: Visit, store: Store) -> None:
    page = visit()
    page.set_viewport_size({"width": 1440, "height": 560})
    chosen = edge_id(page, "webapp", "catalog-v2")
    page.goto(f"{page.url}?select={chosen}")
    panel = page.get_by_label("Details", exact=True)
    expect(panel.get_by_text("119 rps").first).to_be_visible()
    before = positions(page)
    panel.get_by_role("button", name="Copy link").focus()
    page.evaluate("document.querySelector('.panel').scrollTop = 40")
    store(meshes.demo(time.time(), "later", factor=2))
    page.keyboard.press("r")
    expect(panel.get_by_text("238 rps").first).to_be_visible()
    assert chosen in page.url
    assert positions(page) == before
    assert page.evaluate("document.querySelector('.panel').scrollTop") == 40
    expect(panel.get_by_role("button", name="Copy link")).to_be_focused()


def test_the_theme_is_chosen_and_kept(demo: Snapshot, visit: Visit) -> None:
    page = visit()
    light = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("radio", name="Dark").click()
    dark = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    assert (light, dark) == ("rgb(246, 247, 249)", "rgb(14, 17, 21)")
    page.reload()
    expect(page.locator("html.dark")).to_be_attached()


def test_find_anything_and_the_keys(demo: Snapshot, visit: Visit) -> None:
    page = visit()
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find anything").fill("catalog-v2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="catalog-v2")).to_be_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_text("Find anything (or Ctrl K)")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator("mesh-graph[data-view='table']")).to_be_attached()


def test_hostile_names_are_text(store: Store, visit: Visit) -> None:
    store(meshes.hostile(time.time()))
    page = visit("labels=rate,errors,protocol")
    page.get_by_role("radio", name="Table").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_text("</script>", exact=False).first.click()
    expect(page.locator("mesh-graph[data-selected]")).to_be_attached()
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find anything").fill("<img")
    expect(page.get_by_role("option").first).to_contain_text("<img src=x")
    assert page.evaluate("window.hacked === undefined && document.images.length === 0")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1440, 900, 390])
def test_no_page_scrolls_sideways(demo: Snapshot, visit: Visit, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    visit()
    for view in ("Graph", "Table"):
        page.get_by_role("radio", name=view).click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def answer(status: int, body: dict[str, Any], **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, json=body, headers=headers)


def test_an_error_is_shown_with_its_source_and_goes_by_itself(
    demo: Snapshot, visit: Visit, page: Page, complaints: Complaints
) -> None:
    complaints.expected.append("503")
    error = {
        "code": "x",
        "message": "Prometheus refuses.",
        "detail": {"remedy": "Check its address."},
        "source": "prometheus",
    }
    page.route("**/api/v1/graph?*", answer(503, {"error": error}))
    visit(drawn=False)
    stage = page.locator(".stage")
    expect(stage.get_by_role("heading", name="prometheus did not deliver")).to_be_visible()
    expect(stage.get_by_text("Check its address.")).to_be_visible()
    page.unroute_all()
    expect(page.locator("mesh-graph[data-drawn]")).to_be_attached()
    page.route("**/api/v1/graph?*", answer(503, {"error": error}))
    page.keyboard.press("r")
    expect(page.locator(".banner.failure")).to_contain_text("The last picture stays")
    expect(page.get_by_label("Details", exact=True).get_by_text("HTTP requests")).to_be_visible()


def test_work_under_way_is_progress_with_words(demo: Snapshot, visit: Visit, page: Page) -> None:
    job = {"id": "7", "state": "running", "progress": 0.44, "done": 4, "total": 9, "error": None}
    page.route("**/api/v1/graph?*", answer(202, {"job": job}, Location="/api/v1/jobs/7"))
    page.route("**/api/v1/jobs/7", answer(200, {"job": job}))
    visit("window=6h", drawn=False)
    expect(page.get_by_role("heading", name="Collecting 6 h: 4 of 9 queries.")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.unroute_all()
    page.route("**/api/v1/jobs/7", answer(200, {"job": {**job, "state": "done"}}))
    page.route("**/api/v1/graph?*", lambda route: route.continue_(url=route.request.url.replace("6h", "5m")))
    expect(page.locator("mesh-graph[data-drawn]")).to_be_attached()


def test_missing_columns_and_dead_sources_are_always_in_sight(
    demo: Snapshot, visit: Visit, page: Page
) -> None:
    def broken(route: Route) -> None:
        reply = route.fetch()
        body = reply.json()
        missing = {
            "column": "request_duration",
            "source": "prometheus",
            "error": "timed out",
            "since": "2026-01-01T10:00:00Z",
        }
        body["snapshot"] |= {"complete": False, "missing": [missing]}
        body["status"]["sources"] = [
            {
                "name": "prometheus",
                "kind": "metrics",
                "state": "down",
                "since": "2026-01-01T10:00:00Z",
                "error": "refused",
            }
        ]
        route.fulfill(json=body)

    page.route("**/api/v1/graph?*", broken)
    visit()
    expect(page.locator(".banner").nth(0)).to_contain_text("response times. prometheus: timed out")
    expect(page.locator(".banner").nth(1)).to_contain_text("prometheus down since")


def test_warnings_remedies_and_messages_are_said_when_the_api_has_them(
    demo: Snapshot, visit: Visit, page: Page
) -> None:
    def fuller(route: Route) -> None:
        body = route.fetch().json()
        body["snapshot"]["warnings"] = ["Telemetry covers only 75 s of these 5 min, so rates read low."]
        for edge in body["edges"]:
            edge["grpc"] = {"request_messages_rate": 13.2, "response_messages_rate": 26.4}
        route.fulfill(json=body)

    def troubled(route: Route) -> None:
        body = route.fetch().json()
        down = {"name": "prometheus", "kind": "metrics", "state": "down", "error": "refused", "since": None}
        route.fulfill(json=body | {"sources": [down | {"remedy": "Start it again."}]})

    page.route("**/api/v1/graph?*", fuller)
    page.route("**/api/v1/status", troubled)
    visit()
    expect(page.locator(".banner")).to_contain_text("Telemetry covers only 75 s of these 5 min")
    page.get_by_role("button", name="webapp v1 → catalog-v2").click()
    expect(page.get_by_label("Details", exact=True).get_by_text("13.2 / 26.4 per s")).to_be_visible()
    page.get_by_role("button", name="Sources: ").click()
    expect(page.get_by_text("Start it again.")).to_be_visible()


def test_an_empty_graph_says_why(demo: Snapshot, visit: Visit, page: Page) -> None:
    def nothing(route: Route) -> None:
        body = route.fetch().json()
        route.fulfill(json=body | {"nodes": [], "edges": []})

    page.route("**/api/v1/graph?*", nothing)
    visit(drawn=False)
    expect(page.get_by_role("heading", name="No traffic")).to_be_visible()
    expect(page.get_by_text("No requests in the 5 min until")).to_be_visible()
    page.get_by_role("button", name="Show idle nodes").click()
    expect(page).to_have_url(re.compile("idle=true"))


def test_a_large_mesh_is_namespaces_first(store: Store, visit: Visit) -> None:
    store(meshes.big(time.time(), workloads=400, edges=1500))
    page = visit()
    expect(page.locator(".stage-note")).to_contain_text("400 nodes in 50 namespaces")
    page.goto(f"{page.url}?select=bn:Kubernetes/ns-07")
    page.get_by_role("button", name="Look inside").click()
    member = page.locator(".panel .list-row").first
    member.click()
    expect(page.get_by_label("Details", exact=True).get_by_text("Answers")).to_be_visible()


def test_bad_parameters_get_a_page_that_says_what_is_allowed(page: Page, live_server: Any) -> None:
    reply = page.goto(f"{live_server.url}/graph?type=nonsense")
    assert reply is not None
    assert reply.status == 400
    expect(page.get_by_text("'nonsense' is no type")).to_be_visible()
    expect(page.locator("code", has_text="versioned-app")).to_be_visible()
    assert violations(page) == []
