"""What a phone shows: nothing is cut, runs out of its box, or stands there without a use."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lessons.carrying import zips
from tests.browser.bench import Bench, barriers
from tests.browser.teaching import a_class, join, teacher
from tests.browser.test_authoring import author
from tests.labsite.site import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE = {"width": 390, "height": 844}
LESSON = ROOT / "lessons" / "content" / "liveness-and-startup-probes"
# Boxes whose content is wider than they are, though nobody can move it.
CUT = """(place) => [...document.querySelectorAll(`${place} *`)].filter((box) => box.clientWidth && box.scrollWidth > box.clientWidth + 2
    && getComputedStyle(box).overflowX === "visible").map((box) => `${box.tagName} ${box.className} ${box.innerText.slice(0, 30)}`)"""


def test_the_preview_of_a_lesson_stays_in_its_box(site: Site, visit: Callable[..., Page], tmp_path: Path) -> None:
    parcel = tmp_path / "lesson.zip"
    files = {path.relative_to(LESSON.parent).as_posix(): path.read_text() for path in LESSON.rglob("*.*")}
    parcel.write_bytes(zips.packed(files))
    page = author(site, visit, "on-a-phone", **PHONE)
    page.goto("/drafts/")
    page.locator("input[type=file]").set_input_files(parcel)
    page.locator(".dropping button").click()
    expect(page.locator("#preview .question").first).to_be_attached()
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert page.evaluate(CUT, "#desk") == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_room_as_a_table_keeps_its_words_whole(site: Site, visit: Callable[..., Page]) -> None:
    page = teacher(site, visit, "phoning")
    code = a_class(page, "On the way")
    join(visit, code, "Ann").run("kubectl get pdo", "error")
    page.set_viewport_size(PHONE)
    expect(page.locator(".seat .error")).to_contain_text("pdo")
    page.locator("#as-table").check()
    widths = page.locator("#table thead :is(th, td):not(:first-child)").evaluate_all(
        "(all) => all.map((one) => one.clientWidth)"
    )
    assert min(widths) >= 50, widths
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert barriers(page) == []


def test_the_search_of_the_terminal_goes_where_the_plain_view_takes_its_place(start: Callable[..., Bench]) -> None:
    page = start(**PHONE).page
    search, opener = page.locator("#finder"), page.locator("#find-toggle")
    opener.click()
    expect(search).to_be_visible()
    page.locator("#plain-toggle").click()
    expect(search).to_be_hidden()
    expect(opener).to_be_hidden()
    page.locator("#plain-toggle").click()
    expect(opener).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", re.compile("false"))
    page.locator("#plain-toggle").click()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(opener).to_be_visible()
