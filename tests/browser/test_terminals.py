"""The terminals: side by side, searched, in containers, with input methods and touch keys; editors of other machines."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bench import Bench, Watched, barriers
from tests.labsite.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_two_terminals_stand_side_by_side_and_one_of_them_in_a_container(start: Callable[..., Bench]) -> None:
    bench = start()
    page = bench.page
    bench.run("kubectl run web --image=busybox:1.28 --command -- sleep 3600", "created")
    expect(page.locator("#table-pods")).to_contain_text("Running")
    page.locator("#split-terminal").click()
    expect(page.locator(".terminal-holder.behind")).to_have_count(1)
    page.locator("#table-pods button:not(.ask)").click()
    page.locator("#pod-shell").click()
    bench.shows(r"kubectl exec -it web -c web -- sh\n/ #$").run("hostname", r"\nweb\n/ #$")
    shown = page.locator(".terminal-holder:not(.away)")
    expect(shown).to_have_count(2)
    page.locator(".terminal-holder.behind .xterm-screen").click()
    bench.shows(r"\]#$").run("hostname", r"\nmaster\n")
    bench.shoot("console-split")
    assert barriers(page) == []
    bench.reload()
    expect(shown).to_have_count(2)
    page.locator("#split-terminal").click()
    expect(shown).to_have_count(1)


def test_what_a_terminal_has_shown_is_searched(start: Callable[..., Bench]) -> None:
    bench = start().run("seq 100 | tail -n 60", r"\n100\n")
    bench.type("").press("Control+Shift+F").type_here("42").press("Enter")
    expect(bench.page.locator("#find-count")).to_have_text("1 of 1")
    bench.shows(r"^42$")
    bench.shoot("console-search")
    assert barriers(bench.page) == []
    bench.press("Escape")
    expect(bench.keys).to_be_focused()


def test_chinese_is_composed_and_only_what_is_chosen_is_typed(start: Callable[..., Bench]) -> None:
    bench = start().type("echo ")
    input_method = bench.page.context.new_cdp_session(bench.page)
    for text in ("n", "ni", "ni h", "ni hao"):
        input_method.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
    input_method.send("Input.insertText", {"text": "你好"})
    bench.shows(r"\]# echo 你好$").press("Enter").shows(r"\n你好\n")


def test_a_touch_keyboard_has_the_keys_it_lacks(browser: Browser, site: Site) -> None:
    context = browser.new_context(
        base_url=site.base, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    watched = Watched(page)
    bench = begun(page)
    keys = page.locator("#touch-keys")
    bench.type("kubectl get nod")
    keys.get_by_role("button", name="Tab").tap()
    bench.shows(r"get nodes")
    expect(bench.keys).to_be_focused()
    keys.get_by_role("button", name="Ctrl").tap()
    bench.type_here("u").type_here("echo a ")
    for name in ("|", "-", "Left"):
        keys.get_by_role("button", name=name, exact=True).tap()
    bench.shows(r"\]# echo a \|-$")
    bench.shoot("console-phone")
    assert barriers(page) == []
    context.close()
    assert watched.faults == []


def begun(page: Page) -> Bench:
    """The free lab of a new guest."""
    page.goto("/")
    page.locator("form[action*=guest] button").first.click()
    page.wait_for_load_state()
    page.goto("/lab/")
    return Bench(page).ready()


def test_an_editor_on_another_machine_is_written_and_closed_from_the_page(start: Callable[..., Bench]) -> None:
    bench = start()
    page: Any = bench.page
    page.locator("#new-terminal").click()
    page.get_by_role("menuitem", name="node01").click()
    bench.shows(r"root@node01 ~\]#$").type("vim note.txt").press("Enter")
    expect(page.locator("#document-path")).to_have_text("node01:/root/note.txt")
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.type("on the node")
    page.locator("#save-close").click()
    bench.run("cat note.txt", r"\non the node")


def test_what_was_typed_comes_back_in_another_browser(start: Callable[..., Bench]) -> None:
    bench = start().run("echo first of all")
    bench.page.evaluate("localStorage.clear()")
    bench.reload().shows(r"\]#$").type("").press("ArrowUp").shows(r"\]# echo first of all$")


def test_the_console_offers_the_kubeconfig(start: Callable[..., Bench]) -> None:
    bench = start().type("podlab kubeconfig").press("Enter")
    dialog = bench.page.locator("#kubectl-dialog")
    expect(dialog).to_be_visible()
    assert barriers(bench.page) == []
    with bench.page.expect_download() as download:
        dialog.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "podlab-free-lab.kubeconfig"
