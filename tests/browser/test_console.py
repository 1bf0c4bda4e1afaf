"""The console: the line that is edited, what is typed ahead, programs that read, connections that break."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def bench(start: Callable[..., Bench]) -> Bench:
    """The free lab."""
    return start()


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        (["echo bc", "Control+a", "Control+e", "ArrowLeft", "ArrowLeft", "a"], "echo abc"),
        (["one two", "Control+w", "three"], "one three"),
        (["one two", "Control+u", "x", "Control+y"], "xone two"),
        (["echo 你好", "ArrowLeft", "中"], "echo 你中好"),
        (["one two", "Alt+b", "Control+k", "last"], "one last"),
        (["onne", "Alt+b", "ArrowRight", "Delete", "End", "!"], "one!"),
    ],
)
def test_a_line_is_edited_as_readline_does(bench: Bench, keys: list[str], shown: str) -> None:
    for key in keys:
        if re.fullmatch(r"[A-Z]\w+(\+\w)?", key):
            bench.press(key)
        else:
            bench.type(key)
    bench.shows(rf"\]# {re.escape(shown)}$")


def test_earlier_lines_come_back_also_after_a_reload_and_by_searching(bench: Bench) -> None:
    bench.run("echo first").run("echo second")
    bench.type("").press("ArrowUp", "ArrowUp").shows(r"\]# echo first$").press("ArrowDown").shows(r"\]# echo second$")
    bench.press("Control+u").reload()
    bench.type("").press("Control+r").type("fir").shows(r"\]# echo first$").press("Enter").shows(
        r"echo first\nfirst\n.*\]#$"
    )


def test_words_are_completed(bench: Bench) -> None:
    bench.type("kubectl get nod").press("Tab").shows(r"kubectl get nodes")
    bench.press("Control+u").type("ls /et").press("Tab").shows(r"\]# ls /etc/$")
    bench.press("Control+u").type("kubectl describe node node0").press("Tab").shows(r"node01 +node02")


def test_a_pasted_text_of_several_lines_waits_for_enter_and_runs_line_by_line(bench: Bench) -> None:
    bench.type("")  # who pastes is there already
    bench.keys.evaluate(
        """(field) => {
            const data = new DataTransfer();
            data.setData("text/plain", "cat > a.txt <<'EOF'\\none\\n  two\\nEOF\\ncat a.txt\\n");
            field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    bench.shows(r"EOF\ncat a\.txt$")
    bench.press("Enter").shows(r"> EOF\n\[.*cat a\.txt\none\n  two\n.*\]#$")


def test_what_is_typed_while_a_program_runs_waits_for_the_prompt(bench: Bench) -> None:
    bench.type("sleep 3").press("Enter").type("echo ahead").press("Enter")
    bench.shows(r"\]# echo ahead\nahead\n.*\]#$")


def test_a_program_reads_lines_until_the_end_of_input(bench: Bench) -> None:
    bench.type("cat").press("Enter")
    bench.shows(r"\]# cat$")
    expect(bench.page.locator("#busy")).to_be_hidden()
    bench.type("hello").press("Enter").shows(r"hello\nhello$").press("Control+d").shows(r"\]#$")
    bench.type("for i in 1 2").press("Enter").shows(r"^>$").press("Control+c").shows(r"\^C\n.*\]#$")


def test_output_that_comes_meanwhile_leaves_the_half_typed_line_whole(bench: Bench) -> None:
    bench.run("(sleep 2; echo news) &").type("echo half")
    bench.shows(r"news\n.*\]# echo half$")
    bench.press("Enter").shows(r"\nhalf\n")


def test_a_shell_in_a_container_and_a_terminal_on_another_node(bench: Bench) -> None:
    bench.run("kubectl run web --image=busybox:1.28 --command -- sleep 3600", "created")
    expect(bench.page.locator("#table-pods")).to_contain_text("Running")
    bench.type("kubectl exec -it web -- sh").press("Enter").shows(r"/ #$")
    bench.type("hostname").press("Enter").shows(r"hostname\nweb\n")
    bench.press("Control+d").shows(r"root@master ~\]#$")
    bench.page.locator("#new-terminal").click()
    bench.page.get_by_role("menuitem", name="node01").click()
    bench.shows(r"root@node01 ~\]#$").run("hostname", r"\nnode01\n")
    bench.reload()
    expect(bench.page.locator("#terminal-tabs [role=tab]")).to_have_count(2)
    bench.shows(r"\nnode01\n")


def test_a_second_browser_sees_the_same(bench: Bench) -> None:
    page = bench.page.context.new_page()
    page.goto("/lab/")
    other = Bench(page).ready()
    bench.run("echo from the first")
    other.shows(r"\]# echo from the first\nfrom the first\n.*\]#$")
    other.run("echo from the second")
    bench.shows(r"\]# echo from the second\nfrom the second\n.*\]#$")


def test_a_broken_connection_loses_nothing_and_does_nothing_twice(visit: Callable[..., Page]) -> None:
    page = visit("/")
    page.locator(".hero form button").click()
    page.wait_for_url("**/lessons/")
    lines = Lines()
    page.route_web_socket("**/ws/**", lines.route)
    page.goto("/lab/")
    bench = Bench(page).ready().run("echo before")
    lines.cut()
    expect(page.locator("#connection")).to_have_attribute("data-state", "away")
    expect(page.locator("#banner")).to_be_visible()
    bench.type("echo between").press("Enter")
    lines.down = False
    expect(page.locator("#connection")).to_have_attribute("data-state", "there")
    bench.shows(r"before\n.*\]# echo between\nbetween\n.*\]#$").run("echo after")
    assert bench.text().count("echo between") == 1
    expect(page.locator("#banner")).to_be_hidden()


class Lines:
    """The connections of a page, which can be cut."""

    def __init__(self) -> None:
        self.open: list[WebSocketRoute] = []
        self.down = False

    def route(self, socket: WebSocketRoute) -> None:
        """A new connection."""
        if self.down:
            socket.close(code=1012)
            return
        socket.connect_to_server()
        self.open.append(socket)

    def cut(self) -> None:
        """Break what there is, and whatever comes."""
        self.down = True
        for socket in self.open:
            socket.close(code=1012)


def test_the_console_can_be_left_by_keyboard_and_the_plain_form_runs_commands(bench: Bench) -> None:
    bench.type("").press("F6")
    expect(bench.page.locator("#panel")).to_contain_text("Pods")
    assert bench.page.evaluate("document.activeElement.closest('section').id") == "panel"
    bench.page.locator("#plain-toggle").click()
    bench.page.locator("#command").fill("kubectl get nodes")
    bench.press("Enter")
    transcript = bench.page.locator("#transcript")
    expect(transcript).to_contain_text("$ kubectl get nodes")
    expect(transcript).to_contain_text("node02")


def test_vim_opens_the_editor_and_waits_until_it_is_closed(bench: Bench) -> None:
    page: Any = bench.page
    bench.type("vim note.yaml").press("Enter")
    expect(page.locator("#editor-banner")).to_be_visible()
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.type("a: 1")
    bench.reload()
    expect(page.locator(".cm-content")).to_have_text("a: 1")
    expect(page.locator("#document-state")).to_have_text("Unsaved")
    page.locator("#save-close").click()
    bench.run("cat note.yaml", r"\na: 1")
    bench.run("echo b: 2 >> note.yaml")
    expect(page.locator(".cm-content")).to_contain_text("b: 2")


def test_pods_of_other_namespaces_are_named_with_these(bench: Bench) -> None:
    bench.run("kubectl create namespace shop", "created")
    for where in ("default", "shop"):
        bench.run(f"kubectl -n {where} run web --image=busybox:1.28 -- sleep 600", "created")
    expect(bench.page.locator("#table-pods tbody td:first-child button")).to_have_text(["web", "shop/web"])
