"""The editor: what it offers and tells, faults at their lines, the difference to what is live, several files, files from and to outside."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.bench import Bench, barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    imag: nginx:1.27\n"


@pytest.fixture
def bench(start: Callable[..., Bench]) -> Bench:
    """The editor of the free lab."""
    return start().view("editor")


def new_file(bench: Bench, name: str) -> Any:
    """Make a file by keyboard; the place where it is written."""
    bench.page.locator("#new-path").fill(name)
    bench.press("Enter")
    text = bench.page.locator(".cm-content")
    expect(text).to_be_focused()
    return text


def upload(bench: Bench, *files: str | Path | dict[str, Any]) -> None:
    """Bring files along."""
    bench.page.locator("#upload").set_input_files(list(files))  # type: ignore[arg-type]


def written(name: str, text: str) -> dict[str, Any]:
    """A file on the learner's own machine."""
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def test_kinds_fields_and_values_are_offered_and_explained(bench: Bench) -> None:
    page, text = bench.page, new_file(bench, "web.yaml")
    offered = page.locator(".cm-tooltip-autocomplete li[aria-selected]")
    for typed, choice in (
        ("ki", "kind"),
        ("Po", "Pod"),
        ("\nspe", "spec"),
        ("contai", "containers"),
        ("na", "name"),
        ("web\nimagePull", "imagePullPolicy"),
        ("If", "IfNotPresent"),
    ):
        page.keyboard.type(typed)
        expect(offered).to_contain_text(choice)
        if choice == "containers":
            expect(page.locator(".cm-completionInfo")).to_contain_text("List of containers belonging to the pod.")
        page.wait_for_timeout(100)  # what has just appeared is not taken by accident
        page.keyboard.press("Tab")
    expect(text).to_have_text(
        "apiVersion: v1kind: Podspec:  containers:    - name: web      imagePullPolicy: IfNotPresent"
    )
    expect(page.locator("#field-name")).to_have_text("spec.containers[].imagePullPolicy <string>")
    page.locator("#field-name").click()
    expect(page.locator("#field-text")).to_contain_text("Image pull policy. One of Always, Never, IfNotPresent.")
    assert barriers(page) == []


def test_a_fault_stands_at_its_line_until_it_is_mended_and_the_file_is_compared_and_applied(bench: Bench) -> None:
    page, problems = bench.page, bench.page.locator("#problems")
    upload(bench, written("web.yaml", POD))
    expect(problems).to_contain_text('unknown field "spec.containers[0].imag"')
    expect(page.locator(".cm-lintRange-error")).to_have_text("imag")
    expect(page.locator("#document-check")).to_have_text("1 problem")
    bench.shoot("editor-fault")
    assert barriers(page) == []
    problems.get_by_role("button", name="Line 8").press("Enter")
    expect(page.locator(".cm-content")).to_be_focused()
    bench.press("Home", "Control+ArrowRight").type_here("e")
    expect(page.locator("#document-check")).to_have_text("kubectl apply would say: pod/web created")
    expect(problems).to_be_hidden()
    page.locator("#compare").click()
    expect(page.locator("#diff .plus", has_text="+  - image: nginx:1.27")).to_be_visible()
    bench.shoot("editor-compare")
    assert barriers(page) == []
    bench.press("Tab").page.locator(".cm-content").focus()
    bench.press("Control+Enter").shows(r"kubectl apply -f /root/web.yaml\npod/web created")
    expect(page.locator("#diff")).to_have_text("The cluster has it just like this.")
    expect(page.locator("#document-check")).to_have_text("kubectl apply would say: pod/web unchanged")


def test_several_files_are_open_and_what_is_not_saved_stays(bench: Bench) -> None:
    page, tabs = bench.page, bench.page.locator("#document-tabs [role=tab]")
    new_file(bench, "one.txt").press_sequentially("first")
    new_file(bench, "two.txt").press_sequentially("second")
    expect(tabs).to_have_count(2)
    tabs.nth(1).press("ArrowLeft")
    expect(page.locator(".cm-content")).to_have_text("first")
    expect(tabs.first).to_have_attribute("aria-selected", "true")
    bench.reload()
    expect(tabs).to_have_count(2)
    expect(page.locator(".cm-content")).to_have_text("first")
    page.locator("#editor-close").click()
    expect(tabs).to_have_count(1)
    expect(page.locator(".cm-content")).to_have_text("second")
    page.locator("#files button", has_text="one.txt").click()
    expect(page.locator(".cm-content")).to_have_text("first")
    assert barriers(page) == []


LEAVING = """(name) => {
    const file = [...document.querySelectorAll("#files button")].find((button) => button.textContent === name);
    file.focus();
    file.click();
    document.querySelector(".terminal-holder:not(.away, .behind) .xterm-helper-textarea").focus();
}"""


def test_a_file_that_comes_late_does_not_take_the_focus_from_who_types_elsewhere(bench: Bench) -> None:
    text = bench.run("echo a > late.txt").page.locator(".cm-content")
    expect(bench.page.locator("#files button")).to_have_text(["late.txt"])
    bench.page.evaluate(LEAVING, "late.txt")
    expect(text).to_have_text("a")
    bench.page.wait_for_timeout(300)
    bench.type_here("echo here").shows("# echo here")
    expect(text).to_have_text("a")


def test_files_are_brought_along_and_taken_away(bench: Bench, tmp_path: Path) -> None:
    page: Any = bench.page
    archive = tmp_path / "mine.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("shop/a.yaml", "a: 1\n")
        file.writestr("shop/b.yaml", "b: 2\n")
    upload(bench, archive)
    expect(page.locator("#document-path")).to_have_text("/root/shop/a.yaml")
    upload(bench, written("note.txt", "by hand\n"))
    expect(page.locator("#document-path")).to_have_text("/root/note.txt")
    expect(page.locator("#files button")).to_have_text(["note.txt", "a.yaml", "b.yaml"])
    bench.run("cat note.txt shop/b.yaml", r"by hand\nb: 2")
    with page.expect_download() as one:
        page.locator("#download").click()
    assert (one.value.suggested_filename, Path(one.value.path()).read_text()) == ("note.txt", "by hand\n")
    with page.expect_download() as all_of_them:
        page.get_by_role("link", name="All as a zip").click()
    with zipfile.ZipFile(all_of_them.value.path()) as file:
        assert file.namelist() == ["note.txt", "shop/a.yaml", "shop/b.yaml"]
    upload(bench, written("note.txt", "brought again\n"))
    expect(page.locator("#editor-meanwhile")).to_contain_text("The host has another file of this name.")
    bench.run("cat note.txt", "by hand")
    page.locator("#meanwhile-mine").click()
    expect(page.locator("#editor-meanwhile")).to_be_hidden()
    bench.run("cat note.txt", "brought again")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../etc/passwd", "root::0:0::/root:/bin/sh\n")
    upload(bench, archive)
    expect(page.locator("#banner")).to_contain_text("The zip has an entry that is no plain file below its folder")
