"""A class of three at once: they join and work, whoever teaches sees the room, looks over a shoulder, sends a command, throws a fault."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import Bench, barriers, shoot
from tests.labsite.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PASSWORD = "correct-horse-battery"
LESSON = "what-a-pod-is"


def teacher(site: Site, visit: Callable[..., Page]) -> Page:
    """The page of an administrator, who may teach too."""
    site.make_administrator("head", PASSWORD)
    page = visit("/accounts/log-in/")
    page.locator("#id_username").fill("head")
    page.locator("#id_password").fill(PASSWORD)
    page.locator(".sheet button").click()
    page.goto("/people/")
    assert barriers(page) == []
    page.goto("/classes/")
    page.locator("input[name=name]").fill("Pods 101")
    page.get_by_role("button", name="Make the class").click()
    return page


def join(visit: Callable[..., Page], code: str, name: str, **how: str) -> Bench:
    """Somebody who has joined, at the lesson."""
    page = visit(f"/join/{code}/", **how)
    assert barriers(page) == []
    page.locator("#name").fill(name)
    page.locator(".sheet form button").click()
    expect(page.locator("h1")).to_have_text("Pods 101")
    shoot(page, f"class-of-{name}")
    page.goto(f"/lessons/{LESSON}/")
    return Bench(page).ready()


def test_a_class_works_and_is_helped(site: Site, visit: Callable[..., Page]) -> None:
    room = teacher(site, visit)
    room.get_by_text("Choose lessons and due dates").click()
    room.locator(f"input[value={LESSON}]").check()
    room.locator(f"input[name=due-{LESSON}]").fill("2030-03-01T17:30")
    room.locator("form[action$='/lessons/'] .button").click()
    expect(room.locator("table.work")).to_contain_text("2030-03-01 17:30")
    assert barriers(room) == []
    shoot(room, "class-teacher")
    code = room.locator(".code").first.inner_text()
    room.get_by_text("Code, link and QR code").click()
    expect(room.locator("svg.qr")).to_be_visible()
    assert barriers(room) == []
    shoot(room, "class-invite")
    room.go_back()
    room.get_by_role("link", name="The room").click()
    expect(room.locator("#nobody")).to_be_visible()
    ann = join(visit, code, "Ann")
    wei = join(visit, code, "张伟", language="zh-hans", theme="dark")
    bob = join(visit, code, "Bob")
    expect(room.locator(".seat")).to_have_count(3)
    bob.run("kubectl get pdo", "error")
    expect(room.locator(".seat", has_text="Bob").locator(".error")).to_contain_text("kubectl get pdo")
    wei.page.locator("#hand").click()
    expect(wei.page.locator("#hand")).to_have_attribute("aria-pressed", "true")
    expect(room.locator(".seat").first).to_contain_text("张伟")
    assert barriers(room) == []
    shoot(room, "room")
    room.locator("#as-table").check()
    expect(room.locator("#table tbody tr")).to_have_count(3)
    assert barriers(room) == []
    shoot(room, "room-table")
    room.locator("#table .raised").click()
    expect(wei.page.locator("#hand")).to_have_attribute("aria-pressed", "false")
    help_bob(room, bob)
    ann.run("kubectl get nodes", "node01")


def help_bob(room: Page, bob: Bench) -> None:
    """Look over Bob's shoulder, send him a command, throw a fault."""
    room.get_by_role("link", name="Bob", exact=True).click()
    Bench(room).shows("kubectl get pdo")
    expect(bob.page.locator("#lookers")).to_contain_text("head")
    assert barriers(room) == []
    room.get_by_role("button", name="Help…").click()
    room.locator("#offer-text").fill("kubectl get pods -A")
    room.get_by_role("button", name="Send as a command").click()
    offer = bob.page.locator(".offer")
    expect(offer).to_contain_text("kubectl get pods -A")
    assert barriers(bob.page) == []
    shoot(bob.page, "offer")
    offer.get_by_role("button", name="Run").click()
    bob.shows("kube-system")
    expect(offer).to_have_count(0)
    room.locator("#fault-kind").select_option("node-down")
    room.locator("#fault-fields input[name=node]").fill("node01")
    assert barriers(room) == []
    shoot(room, "beside")
    with room.expect_download() as download:
        room.locator("#beside-dialog").get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "podlab-what-a-pod-is-of-a-learner.kubeconfig"
    room.get_by_role("button", name="Throw it").click()
    expect(room.locator("#beside-told")).to_have_text("Done")
    room.get_by_role("button", name="Open a private copy").click()
    Bench(room).ready()
    expect(bob.page.locator("#lookers")).to_be_hidden()
    bob.run("kubectl get nodes; hostname", "master")
