"""What every page must be: open to everybody, within its policy, light, in the reader's language, and good to look at."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from labsite.authoring.words import WORDS as DRAFT_WORDS
from labsite.classes.words import WORDS as ROOM_WORDS
from labsite.grades.words import WORDS as BOOK_WORDS
from labsite.pages.words import PUNCTUATION, WORDS
from tests.browser.bench import Bench, barriers, shoot

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 350_000

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/", "/accounts/log-in/", "/accounts/sign-up/", "/what-is-simulated/", "/no-such-page/"]
)
def test_pages_have_no_barriers(visit: Callable[..., Page], path: str, theme: str) -> None:
    page = visit(path, theme=theme)
    shoot(page, f"page-{path.strip('/').replace('/', '-') or 'home'}-{theme}")
    assert barriers(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_workbench_has_no_barriers(start: Callable[..., Bench], theme: str) -> None:
    bench = start("/lessons/init-containers/", theme=theme, width=1440, height=900)
    bench.run("kubectl run web --image=busybox:1.28 --command -- sleep 3600", "created")
    bench.page.locator("#table-pods button:not(.ask)").click()
    expect(bench.page.locator("#view-describe")).to_contain_text("web")
    bench.shoot(f"bench-{theme}")
    assert barriers(bench.page) == []
    bench.view("events")
    bench.page.locator("#plain-toggle").click()
    assert barriers(bench.page) == []
    bench.fill_file("write")
    assert barriers(bench.page) == []
    bench.page.goto("/lessons/")
    shoot(bench.page, f"catalogue-{theme}")
    assert barriers(bench.page) == []


def test_the_terminals_letters_are_of_one_width_and_its_colours_are_ours(start: Callable[..., Bench]) -> None:
    bench = start()
    style = bench.screen.evaluate(
        "(rows) => { const {fontFamily, color} = getComputedStyle(rows); return {fontFamily, color} }"
    )
    assert "monospace" in style["fontFamily"]
    assert style["color"] == "rgb(29, 37, 45)"
    widths = bench.page.evaluate(
        """() => ["i", "m"].map((letter) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.font = "13px " + getComputedStyle(document.querySelector(".xterm-rows")).fontFamily;
            return canvas.measureText(letter).width;
        })"""
    )
    assert widths[0] == widths[1]


def test_the_theme_that_was_chosen_stays(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.locator("[data-theme-toggle]").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_language_that_was_chosen_stays(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("h1")).to_contain_text("Kubernetes Pod")
    page.goto("/accounts/log-in/")
    expect(page.locator("h1")).to_have_text("登录")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844), (640, 400)])
def test_nothing_runs_out_of_the_page(start: Callable[..., Bench], width: int, height: int) -> None:
    bench = start("/lessons/init-containers/", width=width, height=height)
    bench.shoot(f"bench-{width}")
    assert bench.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_split_moves_by_keyboard_and_stays(start: Callable[..., Bench]) -> None:
    bench = start("/lessons/init-containers/")
    split = bench.page.locator("[data-split=lesson]")
    split.focus()
    bench.press("ArrowRight", "ArrowRight")
    expect(split).to_have_attribute("aria-valuenow", "34")
    bench.reload()
    expect(split).to_have_attribute("aria-valuenow", "34")


def test_the_first_lesson_page_is_light(start: Callable[..., Bench]) -> None:
    bench = start("/lessons/init-containers/")
    sizes: list[int] = []
    bench.page.on("response", lambda response: sizes.append(len(gzip.compress(response.body()))))
    bench.reload()
    bench.page.wait_for_timeout(500)
    assert 100_000 < sum(sizes) < LARGEST


def test_the_modules_say_only_what_is_translated() -> None:
    said = "".join(path.read_text() for path in sorted((ROOT / "static" / "js").glob("*.js")))
    # Why something is refused, the site says and the pages translate.
    sent = "".join(path.read_text() for path in (ROOT / "labsite").rglob("*.py") if path.name != "words.py")
    assert [word for word in WORDS if f'"{word}"' not in said + sent] == []
    keys = set(re.findall(r'\bsay\("((?:[^"\\]|\\.)*)"', said))
    assert keys - set(PUNCTUATION) - set(WORDS) - set(ROOM_WORDS) - set(BOOK_WORDS) - set(DRAFT_WORDS) == set()
