"""App and version by Istio's rule, and the sentence where there is none."""

import pytest

from inventory.domain.naming import identity

INJECTED = {"service.istio.io/canonical-name": "web", "service.istio.io/canonical-revision": "latest"}


@pytest.mark.parametrize(
    ("labels", "app", "app_from"),
    [
        ({"app": "a"}, "a", "app"),
        ({"app": "a", "app.kubernetes.io/name": "b"}, "b", "app.kubernetes.io/name"),
        ({"app": "a", "service.istio.io/canonical-name": "c"}, "c", "service.istio.io/canonical-name"),
        ({"app": "", "version": "v1"}, "", "app"),
        ({}, "", ""),
        (INJECTED, "", ""),
        ({**INJECTED, "app": "web"}, "web", "app"),
    ],
)
def test_the_app_and_where_it_comes_from(labels: dict[str, str], app: str, app_from: str) -> None:
    found = identity("web", "Deployment", labels, {})
    assert (found.app, found.app_from) == (app, app_from)
    assert bool(found.app_missing) == (not app)


def test_what_to_add() -> None:
    found = identity("web", "Deployment", {}, {})
    assert "Add the label app in spec.template.metadata.labels" in found.app_missing
    assert "Add the label version" in found.version_missing
    assert (found.canonical_name, found.canonical_revision) == ("web", "latest")
    assert "metadata.labels of the pod" in identity("web", "Pod", {}, {}).app_missing
    assert "is empty" in identity("web", "Pod", {"app": ""}, {}).app_missing


def test_a_canonical_name_in_the_template_is_somebodys_choice() -> None:
    found = identity("web", "Deployment", INJECTED, INJECTED)
    assert (found.app, found.version) == ("web", "latest")


def test_versions() -> None:
    labels = {"version": "v1", "app.kubernetes.io/version": "1.2.3"}
    found = identity("web", "Deployment", labels, labels)
    assert (found.version, found.version_from) == ("1.2.3", "app.kubernetes.io/version")
    assert (found.canonical_revision, found.version_missing) == ("1.2.3", "")
