"""A whole lesson by keyboard alone: from the home page to the debrief, without one event of a mouse."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lessons import catalogue, transcripts
from lessons.transcripts import Answer, Command, FileBlock
from tests.browser.bench import Bench
from tests.browser.keyboard import Keyboard
from tests.browser.player import LAST_ROW

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SLUG = "what-a-pod-is"
MICE = """for (const kind of ["mousedown", "mouseup", "pointerdown", "touchstart"])
    addEventListener(kind, () => (window.mouse = kind), true)"""
PATIENCE_MS = 60_000  # the lesson sleeps for twenty seconds


class Learner(Keyboard):
    """Does a lesson at the workbench without a mouse."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.bench = Bench(page)

    def part(self, name: str) -> None:
        """Go to a part of the workbench by the key that leaves the console, too."""
        self.go(f"#{name}", "F6")

    def command(self, text: str) -> None:
        """Type a command in the console and wait until it is done."""
        if not self.at("#console"):
            self.part("console")
        self.type(text)
        self.page.wait_for_function(LAST_ROW, arg=True, timeout=PATIENCE_MS)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(LAST_ROW, arg=False, timeout=PATIENCE_MS)
        self.look()

    def file(self, path: str, content: str) -> None:
        """Open the file from the text of the lesson, and save it."""
        self.part("lesson")
        self.go(f"button.open[data-open='{path}']")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#editor .cm-content")).to_be_focused()
        expect(self.page.locator("#save")).to_be_enabled()
        assert content.split("\n")[0] in self.page.locator("#editor .cm-content").inner_text()
        self.press("Control+s")
        expect(self.page.locator("#save")).to_be_disabled()

    def answer(self, question: str, given: tuple[str, ...]) -> None:
        """Choose with arrows or blanks, then press the button."""
        form = f"form[data-question='{question}']"
        self.part("lesson")
        for value in given:
            self.choose(form, value)
        self.go(f"{form} button")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(form)).to_have_attribute("data-state", re.compile("right|kept"))
        expect(self.page.locator(f"{form} .replies")).to_be_focused()
        self.look()

    def choose(self, form: str, value: str) -> None:
        """Choose one answer: of those that exclude each other with arrows, of others with a blank."""
        wanted = f"{form} input[value='{value}']"
        if self.page.locator(wanted).get_attribute("type") == "checkbox":
            self.go(wanted)
            self.press("Space")
        else:
            self.go(f"{form} input")
            self.press("Space")
            while not self.at(wanted):
                self.press("ArrowDown")
        expect(self.page.locator(wanted)).to_be_checked()


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_a_lesson_is_done_without_a_mouse(visit: Callable[..., Page], language: str, theme: str) -> None:
    page = visit("/", language=language, theme=theme)
    page.context.add_init_script(MICE)
    keys = Learner(page)
    keys.go(".hero form button:not([form])")
    keys.page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/")
    keys.go(f"a[href='/lessons/{SLUG}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/lessons/{SLUG}/")
    expect(page.locator("#connection")).to_have_attribute("data-state", "there")
    lesson = catalogue.lessons()[SLUG]
    for piece in transcripts.parse(lesson.solution).steps:
        match piece:
            case FileBlock(path=path, content=content):
                keys.file(path, content)
            case Answer(question=question, given=given):
                keys.answer(question, given)
            case Command(text=text):
                keys.command(text)
    expect(page.locator("#debrief")).to_be_visible()
    expect(page.locator(".step[data-state=done]")).to_have_count(len(lesson.steps))
    keys.part("lesson")
    keys.go("#debrief a.button")
    assert page.evaluate("window.mouse") is None
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/")
    expect(page.locator(".card.finished")).to_have_count(1)
