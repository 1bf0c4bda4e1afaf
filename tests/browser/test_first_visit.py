"""The first visit: one button, one command, a Pod that runs; the tour; help."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import Bench, barriers, shoot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_from_the_first_visit_to_a_running_pod_and_through_the_tour_by_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.get_by_role("button", name="Start a Pod now").press("Enter")
    tour, run = page.locator("#tour"), page.locator("#tour-run")
    expect(run).to_be_focused()
    run.press("Enter")
    Bench(page).shows(r"kubectl run web --image=nginx:1.27\npod/web created")
    expect(page.locator("#tour-first")).to_have_text("It is running: your first Pod.")
    expect(page.locator("#table-pods")).to_contain_text("Running")
    shoot(page, "tour")
    assert barriers(page) == []
    expect(page.locator("#tour-next")).to_be_focused()
    for part in ("panel", "tab-editor", "time", "keys-opener"):
        page.keyboard.press("Enter")
        expect(page.locator(".toured")).to_have_id(part)
    page.keyboard.press("Escape")
    expect(tour).to_be_hidden()
    page.reload()
    Bench(page).ready()
    expect(tour).to_be_hidden()
    page.locator("#tab-pods").press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Ctrl+Space")
    assert barriers(page) == []
    dialog.get_by_role("button", name="A short tour").click()
    expect(tour).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180)])
def test_the_tour_reads_in_chinese_on_small_screens(visit: Callable[..., Page], width: int, height: int) -> None:
    page = visit("/", language="zh-hans", theme="dark", width=width, height=height)
    page.get_by_role("button", name="现在就启动一个 Pod").click()
    expect(page.locator("#tour-run")).to_be_visible()
    shoot(page, f"tour-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []
