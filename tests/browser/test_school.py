"""A learner answers questions by the keyboard, has solutions played, finds lessons, and prints a certificate."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import Bench, barriers, shoot

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LESSON = "/lessons/what-a-pod-is/"
STEPS = ["write", "create", "see-it-run", "describe", "address", "inside", "delete", "replaced"]


def play(page: Page, step: str) -> None:
    """Have the step's solution played."""
    page.locator(f"[data-step={step}] [data-skip]").click()
    page.locator("#skip-dialog [data-sure]").click()
    expect(page.locator(f"[data-step={step}]")).to_have_attribute("data-state", "done", timeout=60_000)


@pytest.mark.parametrize(("language", "theme", "width"), [("en", "light", 1280), ("zh-hans", "dark", 834)])
def test_a_lesson_is_answered_skipped_and_certified(
    start: Callable[..., Bench], language: str, theme: str, width: int
) -> None:
    bench = start(LESSON, language=language, theme=theme, width=width, height=1100)
    page = bench.page
    for step in STEPS[:2]:
        play(page, step)
    page.locator("[data-step=create] [data-reset]").click()
    page.locator("#reset-dialog [data-sure]").click()
    expect(page.locator("[data-step=create]")).to_have_attribute("data-state", "now")
    for step in STEPS[1:3]:
        play(page, step)
    page.locator("#console").scroll_into_view_if_needed()  # what is out of sight is not drawn
    bench.shows(r"web +1/1 +Running")
    question = page.locator("[data-question=who-chose]")
    question.locator("button").focus()
    bench.press("Enter")
    expect(question.locator(".verdict")).to_be_visible()
    question.locator("input").first.focus()
    bench.press("ArrowDown", "Enter")
    expect(question).to_have_attribute("data-state", "wrong")
    expect(question.locator(".replies")).to_contain_text("kubelet")
    shoot(page, f"question-{language}")
    assert barriers(page) == []
    question.locator("input:checked").focus()
    bench.press("ArrowDown", "Enter")
    expect(question).to_have_attribute("data-state", "right")
    bench.reload()
    expect(question).to_have_attribute("data-state", "right")
    page.locator("#console").scroll_into_view_if_needed()
    bench.run("kubectl describe pod web", "Successfully assigned").reached("describe")
    for step in STEPS[4:]:
        play(page, step)
    expect(page.locator("#score")).to_contain_text("11")
    expect(page.locator(".step.skipped")).to_have_count(7)
    assert barriers(page) == []
    page.goto("/certificate/")
    page.locator("#name").fill("Alice")
    page.locator(".fields button").click()
    expect(page.locator(".holder")).to_have_text("Alice")
    expect(page.locator("[data-print]")).to_be_visible()
    assert barriers(page) == []
    shoot(page, f"certificate-{language}")


def test_the_catalogue_is_searched_while_one_types(start: Callable[..., Bench]) -> None:
    page = start().page
    page.goto("/lessons/")
    everything = page.locator(".card:visible").count()
    page.locator("#q").fill("registry 私有")
    expect(page.locator(".card:visible")).to_have_count(1)
    page.locator("#q").fill("zzz")
    expect(page.locator("#nothing")).to_be_visible()
    page.locator("#q").fill("")
    expect(page.locator(".card:visible")).to_have_count(everything)
    page.locator("#kind").select_option("mission")
    expect(page.locator(".card:visible .kind").first).to_be_visible()
    assert page.locator(".card:visible").count() == page.locator(".card:visible .kind").count() < everything


def test_a_command_for_another_machine_is_typed_there(start: Callable[..., Bench]) -> None:
    bench = start("/lessons/containers-that-share/")
    page = bench.page
    button = page.locator("button.run[data-host]").first
    host = button.get_attribute("data-host")
    button.evaluate("(button) => button.click()")
    expect(page.locator("#terminal-tabs [aria-selected=true]")).to_have_text(host or "")
    bench.shows(rf"@{host} .*\]# ")
    page.locator("button.run:not([data-host])").first.evaluate("(button) => button.click()")
    expect(page.locator("#terminal-tabs [aria-selected=true]")).to_have_text("master")
