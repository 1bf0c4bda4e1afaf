"""Two pages of one learner: each looks at what it likes, and neither takes anything from the other."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.bench import Bench, Watched, barriers
from tests.browser.test_console import Lines

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PODS = "kubectl run {} --image=busybox:1.28 --command -- sh -c 'echo from {}; sleep 600'"


@pytest.fixture
def two(start: Callable[..., Bench]) -> tuple[Bench, Bench]:
    """A learner's free lab in two tabs of a browser."""
    first = start(width=1280, height=800)
    return first, beside(first)


def beside(bench: Bench) -> Bench:
    """Another tab with the same page."""
    page = bench.page.context.new_page()
    Watched(page)
    page.goto(bench.page.url)
    return Bench(page).ready()


def select(bench: Bench, name: str) -> None:
    """Choose a Pod in the table."""
    bench.page.locator("#table-pods tbody tr", has_text=name).locator("button").first.click()
    expect(bench.page.locator("#pod-name")).to_have_text(name)


def test_each_page_shows_the_pod_that_was_chosen_there(two: tuple[Bench, Bench]) -> None:
    first, second = two
    for name in ("one", "two"):
        first.run(PODS.format(name, name), "created")
    for bench, name in ((first, "one"), (second, "two")):
        select(bench, name)
        bench.page.locator("#tab-log").click()
        expect(bench.page.locator("#view-log")).to_have_text(f"from {name}\n")
    expect(first.page.locator("#pod-name")).to_have_text("one")
    second.page.locator("#tab-pod-events").click()
    expect(second.page.locator("#view-pod-events")).to_contain_text("Started")
    expect(first.page.locator("#view-log")).to_be_visible()
    first.run("kubectl delete pod two --now", "deleted")
    expect(second.page.locator("#view-pod-events")).to_contain_text("Killing")
    expect(first.page.locator("#view-log")).to_have_text("from one\n")
    expect(second.page.locator("#pod-gone")).to_be_visible()
    expect(first.page.locator("#pod-gone")).to_be_hidden()
    second.page.locator("#pod-close").click()
    first.reload()
    expect(first.page.locator("#pod-name")).to_have_text("one")
    expect(first.page.locator("#view-log")).to_be_visible()
    second.reload()
    expect(second.page.locator("#connection")).to_have_attribute("data-state", "there")
    expect(second.page.locator("#pod")).to_be_hidden()
    first.page.locator("#tab-describe").click()
    expect(first.page.locator("#view-describe")).to_contain_text("busybox:1.28")
    expect(beside(first).page.locator("#pod-name")).to_have_text("one")


def up(bench: Bench, *lines: str) -> None:
    """Go back through the history: the lines that come."""
    bench.keys.focus()
    for line in lines:
        bench.press("ArrowUp").shows(rf"\]# {line}$")
    bench.press("Control+c")


def test_what_was_typed_in_one_page_comes_back_in_the_other(start: Callable[..., Bench]) -> None:
    first = start(width=1280, height=800)
    first.run("echo one").run("hostname")
    second = beside(first)
    up(second, "hostname", "echo one")
    second.run("echo two")
    up(first, "echo two", "hostname", "echo one")
    first.type("begun").press("ArrowUp", "ArrowUp").shows(r"\]# hostname$")
    second.run("echo three")
    first.keys.focus()
    first.press("ArrowUp").shows(r"\]# echo one$")
    first.press("ArrowDown", "ArrowDown", "ArrowDown").shows(r"\]# echo three$")
    first.press("ArrowDown").shows(r"\]# begun$")
    first.press("Control+c").reload().ready()
    up(first, "echo three", "echo two", "hostname", "echo one")


def open_file(bench: Bench, name: str) -> Locator:
    """Open a file in the editor, by its name in the list or as a new one; where it is written."""
    bench.view("editor")
    known = bench.page.locator(f"#files [data-path='/root/{name}']")
    if known.count():
        known.click()
    else:
        bench.page.locator("#new-path").fill(name)
        bench.press("Enter")
    expect(bench.page.locator("#document-path")).to_have_text(f"/root/{name}")
    return bench.page.locator(".cm-content")


def state(bench: Bench, text: str) -> None:
    """How the file at hand stands."""
    expect(bench.page.locator("#document-state")).to_have_text(text)


def test_unsaved_texts_of_two_pages_are_both_kept_and_it_is_said(two: tuple[Bench, Bench]) -> None:
    first, second = two
    said = "#editor-rival [role=status]"
    one = open_file(first, "note.txt")
    one.click()
    first.type_here("from one")
    expect(second.page.locator("#files [data-path='/root/note.txt']")).to_be_attached()
    other = open_file(second, "note.txt")
    expect(other).to_have_text("from one")
    first.type_here(", more")
    expect(other).to_have_text("from one, more")
    state(second, "Unsaved")
    expect(second.page.locator(said)).to_have_text("")
    other.click()
    second.press("Control+a").type_here("from two")
    expect(one).to_have_text("from one, more")
    for bench in two:
        expect(bench.page.locator(said)).to_contain_text("Both are kept.")
    assert barriers(second.page) == []
    second.shoot("two-unsaved-texts")
    for bench, text in ((first, "from one, more"), (second, "from two")):
        bench.reload()
        expect(bench.page.locator(".cm-content")).to_have_text(text)
        expect(bench.page.locator(said)).to_contain_text("Both are kept.")
    second.page.locator("#rival-open").click()
    expect(second.page.locator("#document-path")).to_have_text("/root/note.2.txt")
    expect(other).to_have_text("from one, more")
    open_file(second, "note.txt")
    expect(other).to_have_text("from two")
    expect(second.page.locator("#rival-open")).to_be_hidden()
    second.press("Control+s")
    state(second, "Unsaved in another page")
    state(first, "Changed on the host")
    expect(one).to_have_text("from one, more")
    first.press("Control+s")
    expect(first.page.locator("#meanwhile-compare")).to_be_focused()
    state(first, "Changed on the host")
    first.page.locator("#meanwhile-mine").click()
    state(first, "Saved")
    expect(other).to_have_text("from one, more")
    state(second, "Saved")


def test_what_a_closed_page_left_unsaved_is_gone_on_from(two: tuple[Bench, Bench]) -> None:
    first, second = two
    text = open_file(second, "left.txt")
    text.click()
    second.type_here("left here")
    expect(second.page.locator("#document-state")).to_have_text("Unsaved")
    second.page.close()
    one = open_file(first, "left.txt")
    expect(one).to_have_text("left here")
    one.click()
    first.press("Control+End").type_here(" and gone on from")
    expect(first.page.locator("#rival-open")).to_be_hidden()
    first.press("Control+s")
    state(first, "Saved")
    kept = first.page.evaluate("Object.keys(localStorage).filter((key) => key.includes('left.txt'))")
    assert kept == []


def overtaken(bench: Bench, name: str) -> Locator:
    """A file with “mine” in the editor, while the host has “a” and “b”; where it is written."""
    text = open_file(bench, name)
    bench.run(f"echo a > {name}")
    expect(text).to_have_text("a")
    text.click()
    bench.press("Control+a").type_here("mine")
    bench.run(f"echo b >> {name}")
    state(bench, "Changed on the host")
    text.click()
    bench.press("Control+s")
    expect(bench.page.locator("#meanwhile-compare")).to_be_focused()
    return text


def test_a_file_that_was_changed_meanwhile_is_saved_only_when_it_is_decided(start: Callable[..., Bench]) -> None:
    bench = start(width=1280, height=800)
    page, text = bench.page, overtaken(bench, "web.txt")
    expect(page.locator("#editor-meanwhile [role=status]")).to_contain_text("was changed meanwhile")
    bench.press("Enter")
    expect(page.locator("#meanwhile-diff span")).to_have_text(["- on the host", "+ written here", "-a", "-b", "+mine"])
    assert barriers(page) == []
    bench.shoot("editor-meanwhile")
    bench.run("cat web.txt", r"^a\nb$")
    bench.reload()
    state(bench, "Changed on the host")
    page.locator("#meanwhile-both").click()
    expect(page.locator("#document-path")).to_have_text("/root/web.2.txt")
    expect(text).to_have_text("ab")
    open_file(bench, "web.txt")
    page.locator("#meanwhile-theirs").click()
    expect(text).to_have_text("ab")
    state(bench, "Saved")
    expect(text).to_be_focused()
    bench.press("Control+z")
    expect(text).to_have_text("mine")
    state(bench, "Unsaved")
    bench.press("Control+s")
    state(bench, "Saved")
    overtaken(bench, "two.txt")
    page.locator("#meanwhile-mine").click()
    state(bench, "Saved")
    expect(page.locator("#files [data-path='/root/two.txt']")).to_have_text("two.txt")
    expect(page.locator("#document-tabs [aria-selected=true] .dot")).to_have_count(0)
    bench.run("cat two.txt", "^mine")


def test_a_save_that_comes_late_does_not_go_over_what_the_host_has_by_then(two: tuple[Bench, Bench]) -> None:
    first, second = two
    lines = Lines()
    first.page.route_web_socket("**/ws/**", lines.route)
    first.reload()
    one = open_file(first, "late.txt")
    one.click()
    first.type_here("from one").press("Control+s")
    state(first, "Saved")
    lines.cut()
    expect(first.page.locator("#connection")).to_have_attribute("data-state", "away")
    one.click()
    first.type_here(", more").press("Control+s")
    state(first, "Saving…")
    second.run("echo from two > late.txt")
    lines.down = False
    state(first, "Changed on the host")
    second.run("cat late.txt", "^from two")
    first.page.locator("#meanwhile-mine").click()
    state(first, "Saved")
    second.run("cat late.txt", r"from one, more")
