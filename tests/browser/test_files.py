"""Lessons as files: an author brings a zip, sees what is wrong, brings a mended one, publishes it, and takes the same bytes away."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from lessons.carrying import zips
from lessons.skeleton import FILES
from lessons.stamps import stamped
from tests.browser.bench import barriers, shoot
from tests.browser.test_authoring import author
from tests.labsite.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SLUG = "brought-along"
WHOLE = {**FILES, "zh-hans.md": stamped(FILES["zh-hans.md"], FILES["en.md"])}
BROKEN = {
    **WHOLE,
    "lesson.yaml": WHOLE["lesson.yaml"].replace(
        "object: pods/default/web\n    where", "objct: pods/default/web\n    where"
    ),
}
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(text, (letter) => letter.charCodeAt(0))], name, { type: "application/zip" }));
  const form = document.querySelector("form.dropping");
  for (const kind of ["dragover", "drop"]) form.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def payload(data: bytes) -> FilePayload:
    return {"name": f"{SLUG}.zip", "mimeType": "application/zip", "buffer": data}


def taken(page: Page, name: str) -> bytes:
    """What the browser stores when a link is clicked."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    return Path(download.value.path()).read_bytes()


def test_an_author_brings_a_lesson_as_files(site: Site, visit: Callable[..., Page]) -> None:
    page = author(site, visit, "bringer")
    page.goto("/drafts/")
    page.locator("#import-file").set_input_files(payload(b"this is no zip"))
    page.get_by_role("button", name="Bring it").click()
    expect(page.get_by_text("This is no zip that can be read.")).to_be_visible()
    assert barriers(page) == []
    shoot(page, "files-import")
    page.locator("#import-file").set_input_files(payload(zips.packed(BROKEN, SLUG)))
    page.get_by_role("button", name="Bring it").click()
    page.wait_for_url("**/drafts/*/#check")
    problem = page.locator("#report li")
    expect(problem).to_contain_text("Did you mean object?", timeout=60_000)
    expect(problem).to_contain_text("lesson.yaml:9")
    assert barriers(page) == []
    shoot(page, "files-problem")
    mended = zips.packed(WHOLE, SLUG)
    page.goto("/drafts/")
    page.evaluate(DROP, [f"{SLUG}.zip", mended.decode("latin-1")])
    page.wait_for_url("**/drafts/*/#check")
    checked(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("#published a")).to_have_attribute("href", f"/lessons/{SLUG}/")
    assert taken(page, "The lesson's folder as a zip") == mended
    versions_of(page, mended)
    page.locator(".languages button[value=zh-hans]").click()
    page.locator("[data-theme-toggle]").click()
    expect(page.get_by_text("学员看到的是这个")).to_be_visible()
    assert barriers(page) == []
    shoot(page, "files-versions-zh")


def checked(page: Page) -> None:
    """Wait until the lesson was checked and is right; again, where a busy machine took longer than a task may."""
    good, late = page.locator("#report .good"), page.locator("#draft-told", has_text="It took too long")
    for _ in range(4):
        expect(good.or_(late)).to_be_visible(timeout=60_000)
        if good.is_visible():
            return
        page.get_by_role("button", name="Check", exact=True).click()
        expect(late).to_be_hidden()
    expect(good).to_be_visible()


def versions_of(page: Page, mended: bytes) -> None:
    """The page of the published lesson: a second version, and what changed."""
    text = FILES["en.md"].replace("What it is about.", "What it is really about.")
    newer = {**WHOLE, "en.md": text, "zh-hans.md": stamped(FILES["zh-hans.md"], text)}
    page.goto("/drafts/")
    page.locator("#import-file").set_input_files(payload(zips.packed(newer, SLUG)))
    page.get_by_role("button", name="Bring it").click()
    checked(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("#published a")).to_be_visible()
    page.goto("/drafts/")
    page.locator(f'a[href="/drafts/published/{SLUG}/"]').click()
    expect(page.locator(".changes li")).to_have_text(["Text en: intro: changed"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").last.click()
    assert Path(download.value.path()).read_bytes() == mended
    assert barriers(page) == []
    shoot(page, "files-versions")
