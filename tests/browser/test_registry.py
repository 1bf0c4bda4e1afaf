"""The page of the private registry: projects, repositories, tags, and pulls as they happen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.bench import Bench, barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SECRET = (
    "kubectl create secret docker-registry harbor --docker-server=hub.test.com"
    " --docker-username=admin --docker-password=Harbor12345"
)
PATCH = """kubectl patch serviceaccount default -p '{"imagePullSecrets":[{"name":"harbor"}]}'"""


def test_a_pull_is_counted_on_the_page_of_the_registry(start: Callable[..., Bench]) -> None:
    bench = start("/lessons/private-registry/").view("registry")
    table = bench.page.locator("#registry")
    expect(table.locator("h2")).to_have_text("hub.test.com (Harbor)")
    expect(table.locator("caption")).to_contain_text("Project library · Private")
    cells = table.locator("tbody td")
    expect(cells.nth(0)).to_have_text("library/nginx")
    expect(cells.nth(4)).to_have_text("3")
    bench.run(SECRET, "created").run(PATCH, "patched")
    bench.run("kubectl run mine --image=hub.test.com/library/nginx:v1", "created")
    expect(cells.nth(4)).to_have_text("4")
    bench.shoot("registry")
    assert barriers(bench.page) == []


def test_without_a_registry_there_is_no_page(start: Callable[..., Bench]) -> None:
    expect(start().page.locator("#tab-registry")).to_be_hidden()
