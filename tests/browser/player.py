"""Somebody who does a lesson at the workbench as its own solution says: types, opens files from the text, answers questions."""

import re

from playwright.sync_api import TimeoutError, expect

from lessons import transcripts
from lessons.catalogue import Lesson
from lessons.transcripts import Answer, Command, FileBlock, Piece
from tests.browser.bench import Bench

HOME = "/root"
PACE = "5"  # how fast the cluster's clock goes while a command runs
TYPING = "1"  # and while the line is typed that comes after a sleep: it is meant for that moment
GLANCE_MS = 2_000
GLANCES = 30
SLEEP = re.compile(r"sleep (\d+)")
LAST_ROW = """(typed) => {
    const rows = [...document.querySelectorAll(".terminal-holder:not(.away) .xterm-rows > div")];
    const last = rows.map((row) => row.innerText.replaceAll("\\u00a0", " ").trimEnd()).filter(Boolean).at(-1) ?? "";
    return typed ? !/\\]#$/.test(last) : /\\]#$/.test(last);
}"""


class Player:
    """Does what solutions say on the page of *bench*."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.page = bench, bench.page
        self.speed = ""
        self.hurry(PACE)

    def play(self, lesson: Lesson) -> None:
        """The whole solution of *lesson*."""
        for piece in transcripts.parse(lesson.solution).steps:
            self.do(piece)

    def do(self, piece: Piece) -> None:
        """One piece of it."""
        match piece:
            case FileBlock(path=path, content=content):
                self.file(path if path.startswith("/") else f"{HOME}/{path}", content)
            case Answer(question=question, given=given):
                self.answer(question, given)
            case Command(text=text):
                self.command(text)

    def hurry(self, speed: str) -> None:
        """Have the clock go at another speed."""
        if speed != self.speed:
            self.page.locator("#time-speed").select_option(speed)
            self.speed = speed

    def command(self, text: str) -> None:
        """Type *text* and wait for the next prompt; long sleeps pass faster."""
        slept = SLEEP.fullmatch(text)
        for line in text.split("\n"):
            self.see()
            self.bench.type(line)
            self.wait(typed=True)
            self.hurry("60" if slept and int(slept.group(1)) >= 30 else PACE)
            self.bench.enter()
        self.wait(typed=False)
        if slept:
            self.hurry(TYPING)

    def see(self) -> None:
        """Have the console in sight: what is out of sight is not drawn, and a step that is ticked may push it away."""
        self.page.locator("#console").scroll_into_view_if_needed()

    def wait(self, *, typed: bool) -> None:
        """Wait until the last row has something behind the prompt, or is a prompt alone."""
        for _ in range(GLANCES):
            self.see()
            try:
                self.page.wait_for_function(LAST_ROW, arg=typed, timeout=GLANCE_MS)
            except TimeoutError:
                continue
            return
        raise AssertionError(f"no prompt: {self.bench.text()}")

    def file(self, path: str, content: str) -> None:
        """Open the file from the text, where it stands there as it is to be; otherwise write it in the console."""
        for button in self.page.locator(f'button.open[data-open="{path}"]').all():
            if (button.get_attribute("data-content") or "").strip() == content.strip():
                button.evaluate("(button) => { button.closest('details').open = true; }")
                button.click()
                expect(self.page.locator("#save")).to_be_enabled()
                self.page.locator("#save").click()
                expect(self.page.locator("#save")).to_be_disabled()
                return
        self.command(f"cat > {path} <<'END'\n{content.rstrip()}\nEND")

    def answer(self, question: str, given: tuple[str, ...]) -> None:
        """Answer a question as one does: choose or fill in, then Enter on the button."""
        form = self.page.locator(f'form[data-question="{question}"]')
        form.evaluate("(form) => { form.closest('details').open = true; }")
        text = form.locator("input[type=text]")
        if text.count():
            text.fill(given[0])
        else:
            for name in given:
                form.locator(f'input[value="{name}"]').check()
        form.locator("button").click()
        expect(form).to_have_attribute("data-state", re.compile("right|kept"))
