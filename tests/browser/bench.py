"""What a learner does at the workbench, and what is to be seen there."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

SCREENSHOTS = Path(__file__).resolve().parents[2] / "test-results" / "screenshots"
PATIENCE_MS = 20_000
LISTENER = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""

expect.set_options(timeout=PATIENCE_MS)
SHOWN = """() => [
    ...[...document.querySelectorAll(".xterm-rows")].map((rows) => [...rows.children].map((row) => row.innerText.trimEnd()).filter(Boolean).join("\\n")),
    [...document.querySelectorAll(".step")].map((step) => `${step.dataset.step}: ${step.dataset.state}`).join(", "),
    document.getElementById("banner")?.innerText ?? "",
].filter(Boolean).join("\\n---\\n")"""


class Watched:
    """A page of which every fault is noted: what the policy forbade, and what was thrown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.add_init_script(LISTENER)
        page.on("console", self.note)
        page.on("pageerror", self.thrown)

    def note(self, message: ConsoleMessage) -> None:
        """Errors on the browser's console; that a connection broke is not the page's fault."""
        if message.type == "error" and "WebSocket" not in message.text and "404" not in message.text:
            self.faults.append(message.text)

    def shown(self) -> str:
        """What stands in its terminals, and how far its lesson is."""
        try:
            return str(self.page.evaluate(SHOWN))
        except Error as error:
            return str(error)

    def thrown(self, error: Error) -> None:
        """Something was thrown and not caught."""
        self.faults.append(f"{error}\n{error.stack}")


class Bench:
    """The page of a lesson or of the free lab."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def ready(self) -> "Bench":
        """Wait until a prompt is there."""
        expect(self.page.locator("#connection")).to_have_attribute("data-state", "there")
        self.page.locator("#console").scroll_into_view_if_needed()  # what is out of sight is not drawn
        return self.shows(r"\]# *$")

    @property
    def keys(self) -> Locator:
        """Where the terminal in front takes keys."""
        return self.page.locator(".terminal-holder:not(.away, .behind) .xterm-helper-textarea")

    @property
    def screen(self) -> Locator:
        """The rows of the terminal in front."""
        return self.page.locator(".terminal-holder:not(.away, .behind) .xterm-rows")

    def text(self) -> str:
        """What the terminal in front shows."""
        rows = self.screen.locator("> div").all_inner_texts()
        return "\n".join(row.replace("\u00a0", " ").rstrip() for row in rows).rstrip()

    def shows(self, pattern: str) -> "Bench":
        """Wait until the terminal in front shows *pattern*."""
        self.page.wait_for_function(
            """(pattern) => {
                const rows = [...document.querySelectorAll(".terminal-holder:not(.away, .behind) .xterm-rows > div")];
                const text = rows.map((row) => row.innerText.replaceAll("\\u00a0", " ").trimEnd()).join("\\n").trimEnd();
                return new RegExp(pattern, "m").test(text);
            }""",
            arg=pattern,
            timeout=PATIENCE_MS,
        )
        return self

    def type(self, text: str) -> "Bench":
        """Type into the terminal in front."""
        self.keys.focus()
        self.page.keyboard.type(text)
        return self

    def enter(self) -> "Bench":
        """Enter what was typed into the terminal in front."""
        self.keys.focus()
        return self.press("Enter")

    def type_here(self, text: str) -> "Bench":
        """Type wherever the focus is."""
        self.page.keyboard.type(text)
        return self

    def press(self, *keys: str) -> "Bench":
        """Press keys wherever the focus is."""
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def run(self, line: str, pattern: str = "") -> "Bench":
        """Type a line and Enter; wait for what it prints, or for the next prompt."""
        before = self.text().count("]# ")
        self.type(line).press("Enter")
        if pattern:
            return self.shows(pattern)
        expect(self.page.locator("#busy")).to_be_hidden()
        self.page.wait_for_timeout(150)
        return self if before > 10 else self.shows(r"\]#$")

    def view(self, name: str) -> "Bench":
        """Choose a view of the panel."""
        self.page.locator(f"#tab-{name}").click()
        return self

    def step(self, name: str) -> Locator:
        """A step of the lesson."""
        return self.page.locator(f"[data-step={name}]")

    def reached(self, name: str) -> "Bench":
        """Wait until a step is ticked."""
        expect(self.step(name)).to_have_attribute("data-state", "done")
        return self

    def fill_file(self, step: str) -> "Bench":
        """Put the step's file into the editor and save it."""
        self.step(step).locator("button.open").click()
        expect(self.page.locator("#save")).to_be_enabled()
        self.press("Control+s")
        expect(self.page.locator("#save")).to_be_disabled()
        return self

    def reload(self) -> "Bench":
        """Come back."""
        self.page.reload()
        expect(self.page.locator("#connection")).to_have_attribute("data-state", "there")
        return self

    def shoot(self, name: str) -> "Bench":
        """Keep a picture of the page for people to look at."""
        shoot(self.page, name)
        return self


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def barriers(page: Page) -> list[str]:
    """What axe finds on the page."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
