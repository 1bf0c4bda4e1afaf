"""Somebody who has no mouse: keys alone, and at every stop it must be seen where one is."""

from contextlib import suppress

from playwright.sync_api import Page, TimeoutError

MOST_STOPS = 120
PATIENCE_MS = 2_000
# What has the focus, and why that is not good enough: it is nothing, out of sight, or looks as without it.
STOP = """() => {
    const at = document.activeElement, name = `${at.tagName} ${at.id || at.className} ${at.textContent.slice(0, 40)}`;
    if (at === document.body || at === document.documentElement) return {name, fault: "the focus is lost"};
    const box = (at.closest(".terminal-holder") ?? at).getBoundingClientRect();
    if (box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth) return {name, fault: "out of sight"};
    const ringed = (one) => {
        const {outlineStyle, outlineWidth, boxShadow, strokeWidth} = getComputedStyle(one);
        if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) return true;
        return one instanceof SVGElement ? parseFloat(strokeWidth) >= 3 : boxShadow !== "none";
    };
    // The ring may be around what holds the text, or around the shape that is drawn.
    const around = [at, at.closest(".cm-editor, .terminal-holder, label, .card"), at.querySelector(":scope > g > rect, :scope > rect")];
    if (at.matches("#main, [tabindex='-1']") || around.some((one) => one && ringed(one))) return {name, fault: ""};
    return {name, fault: "nothing shows that the focus is here"};
}"""


class Keyboard:
    """The keys of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys; wherever that leads, the focus is to be seen."""
        for key in keys:
            self.page.keyboard.press(key)
            self.look()

    def look(self) -> str:
        """The stop at which one is, as soon as the page has brought it into sight."""
        with suppress(TimeoutError):
            self.page.wait_for_function(f"() => !({STOP})().fault", timeout=PATIENCE_MS)
        stop = self.page.evaluate(STOP)
        assert not stop["fault"], f"{stop['fault']}: {stop['name']}"
        return str(stop["name"])

    def at(self, selector: str) -> bool:
        """Whether the focus is on, or in, what *selector* means."""
        return bool(self.page.evaluate("(selector) => Boolean(document.activeElement.closest(selector))", selector))

    def go(self, selector: str, key: str = "Tab") -> None:
        """Go on until *selector* has the focus."""
        passed = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(key)
            if not self.page.evaluate("document.hasFocus() && document.activeElement !== document.body"):
                continue  # behind the last stop is the browser's own
            passed.append(self.look())
            if self.at(selector):
                return
        raise AssertionError(f"{selector} is not reached by {key}: {passed}")

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)
