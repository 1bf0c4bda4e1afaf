"""Every page and every pane in every state, in one language after the other, on a light desktop and a dark phone: without barriers, and
nothing runs out of the page. `python -m tools.screens` takes both languages, both themes and a tablet as well, for people to look at."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import SCREENSHOTS, Bench, barriers
from tests.browser.scenes import LESSON, PARTS, SOCKETS, TARGETS
from tests.labsite.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LANGUAGES = ["en", "zh-hans"]
SIZES = {"desktop": (1440, 900), "tablet": (834, 1112), "phone": (390, 844)}
# Each scene in each size and theme where all pictures are wanted; otherwise enough to see every rule of the style sheets at work.
ALL = [(size, theme) for size in SIZES for theme in ("light", "dark")]
SOME = [("desktop", "light"), ("phone", "dark")]
EVERYTHING = bool(os.environ.get("SCREENS"))
PLACE = Path(os.environ.get("SCREENS") or SCREENSHOTS)
STRANGERS = ["/", "/accounts/log-in/", "/accounts/sign-up/", "/join/", "/what-is-simulated/", "/no-such-page/"]
GUESTS = ["/lessons/", "/lessons/final-exam/", "/accounts/me/", "/accounts/me/delete/", "/classes/"]
TEACHERS = ["/drafts/", "/accounts/people/", "/lti/", "/webhooks/"]
PASSWORD = "correct-horse-battery"
# What flashes because it is new is measured as it stays.
FINISH = """() => document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations < Infinity).forEach((one) => one.finish())"""
RUNS_OUT = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1 && one.checkVisibility())
        .map((one) => `${one.tagName} ${one.id || one.className}`).slice(0, 5);
}"""


def turns(*names: str) -> list[tuple[str, str]]:
    """Each name with a language, in turn; with both where everything is wanted."""
    if EVERYTHING:
        return [(name, language) for name in names for language in LANGUAGES]
    return [(name, LANGUAGES[number % 2]) for number, name in enumerate(names)]


def inspect(page: Page, name: str, target: str = "") -> list[str]:
    """What is wrong with a page in some looks; a picture is kept of each, with *target* in sight."""
    faults = []
    for size, theme in ALL if EVERYTHING else SOME:
        width, height = SIZES[size]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(350)  # terminals and drawings fill their room anew
        page.evaluate(FINISH)
        if target:
            page.locator(target).evaluate("(part) => part.scrollIntoView({block: 'start'})")
        PLACE.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PLACE / f"{name}-{size}-{theme}.png")
        found = [f"runs out: {one}" for one in page.evaluate(RUNS_OUT)] + barriers(page)
        faults += [f"{name}, {size}, {theme}: {fault}" for fault in found]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_timeout(350)
    return faults


def visit_all(page: Page, paths: list[str], language: str) -> list[str]:
    """What is wrong with some pages."""
    faults = []
    for path in paths:
        page.goto(path)
        faults += inspect(page, f"{language}-page{path.replace('/', '-').rstrip('-') or '-home'}")
    return faults


@pytest.mark.parametrize(("part", "language"), turns(*PARTS))
def test_every_pane_of_the_workbench(start: Callable[..., Bench], part: str, language: str) -> None:
    bench = start(LESSON, language=language, width=1440, height=900)
    bench.page.add_init_script(SOCKETS)
    bench.reload().ready()
    faults = []
    for name, scene in PARTS[part].items():
        state = scene(bench)
        next(state)
        faults += inspect(bench.page, f"{language}-bench-{name}", TARGETS.get(name, "#panel"))
        next(state, None)
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES if EVERYTHING else LANGUAGES[1:])
def test_pages_of_strangers_and_guests(visit: Callable[..., Page], language: str) -> None:
    page = visit("/", language=language)
    faults = visit_all(page, STRANGERS, language)
    for path, fields, name in (
        ("/accounts/log-in/", {"username": "nobody", "password": "nothing-at-all"}, "log-in-refused"),
        ("/accounts/sign-up/", {"username": "a b", "password1": "short", "password2": "other"}, "sign-up-refused"),
        ("/join/", {"code": "XXXXXX"}, "join-refused"),
    ):
        page.goto(path)
        for field, value in fields.items():
            page.locator(f"[name={field}]").fill(value)
        page.locator("main form button.button").first.click()
        page.wait_for_load_state()
        faults += inspect(page, f"{language}-page-{name}")
    page.goto("/")
    page.locator(".hero form button").click()
    page.wait_for_url("**/lessons/")
    faults += visit_all(page, GUESTS, language)
    page.goto("/lessons/what-a-pod-is/")
    Bench(page).ready()
    form = page.locator("form.question").first
    form.evaluate("(form) => { form.closest('details').open = true; form.inert = false; }")
    form.scroll_into_view_if_needed()
    faults += inspect(page, f"{language}-page-question")
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES if EVERYTHING else LANGUAGES[:1])
def test_pages_of_teachers(site: Site, visit: Callable[..., Page], language: str) -> None:
    name = f"teacher-{language}"
    site.make_administrator(name, PASSWORD)
    page = visit("/accounts/log-in/", language=language)
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator(".sheet button").click()
    page.wait_for_url("**/lessons/")
    faults = visit_all(page, TEACHERS, language)
    page.goto("/classes/")
    page.locator("input[name=name]").fill("Pods 101")
    page.locator("form[action$='/new/'] button").click()
    page.wait_for_url("**/classes/*/")
    faults += inspect(page, f"{language}-page-class")
    code, here = page.locator(".code").first.inner_text(), page.url
    page.goto(f"{here}invite/")
    faults += inspect(page, f"{language}-page-invite")
    learner = visit(f"/join/{code}/", language=language)
    learner.locator("#name").fill("Ann")
    learner.locator(".sheet form button").click()
    learner.goto("/lessons/what-a-pod-is/")
    Bench(learner).ready().run("kubectl get pdo", "error")
    learner.locator("#hand").click()
    page.goto(f"{here}room/")
    expect(page.locator(".seat .error")).to_contain_text("pdo")
    faults += inspect(page, f"{language}-page-room")
    page.locator("#as-table").check()
    faults += inspect(page, f"{language}-page-room-table")
    page.locator("#as-table").uncheck()
    page.locator(".seat a").first.click()
    Bench(page).shows("kubectl get pdo")
    page.locator("[data-dialog=beside-dialog]").click()
    faults += inspect(page, f"{language}-page-beside")
    assert faults == []
