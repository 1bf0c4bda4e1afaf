"""Every pane of the workbench in every state that is worth a look: each scene brings itself about, is looked at, and clears up."""

import re
from collections.abc import Callable, Iterator

from playwright.sync_api import expect

from tests.browser.bench import Bench

# By which a scene breaks the connection.
SOCKETS = """window.sockets = []; window.WebSocket = class extends WebSocket {
    constructor(...given) {
        super(...given);
        sockets.push(this);
    }
}"""
Scene = Callable[[Bench], Iterator[None]]
LESSON = "/lessons/private-registry/"
CRASH = "kubectl run crash --image=busybox:1.28 -- sh -c 'echo no DB_URL is set; exit 2'"
PICKY = """kubectl run picky --image=nginx:1.14 --overrides='{"spec":{"nodeSelector":{"disk":"ssd"}}}'"""
WEB = "kubectl create deployment web --image=nginx:1.27 --replicas=2"
WRONG = "apiVersion: v1\\nkind: Pod\\nmetadata:\\n  name: Wrong_Name\\nspec:\\n  containers:\\n  - image: nginx\\n"


def lesson(bench: Bench) -> Iterator[None]:
    """As it is when one comes."""
    bench.page.locator("#lesson .scroll").evaluate("(place) => place.scrollTo(0, 0)")
    yield


def console(bench: Bench) -> Iterator[None]:
    """After some commands, one of which has failed."""
    bench.run("kubectl get pods -o wide").run(PICKY, "picky created").run(CRASH, "crash created").run(
        WEB, "web created"
    )
    bench.run("kubectl create service clusterip shop --tcp=80", "shop created").run(
        "kubectl get service shopp", "not found"
    )
    bench.run(f"printf '{WRONG}' > wrong.yaml")
    yield


def pods(bench: Bench) -> Iterator[None]:
    """Pods in several states."""
    bench.view("pods")
    expect(bench.page.locator("#table-pods")).to_contain_text(re.compile("CrashLoopBackOff|Error"), timeout=60_000)
    yield


def selected(view: str) -> Scene:
    """What the panel of a selected Pod shows."""

    def scene(bench: Bench) -> Iterator[None]:
        bench.view("pods")
        if bench.page.locator("#pod").is_hidden():
            bench.page.locator("#table-pods tr", has_text="crash").locator("button:not(.ask)").click()
        expect(bench.page.locator("#view-describe")).to_contain_text("crash")
        bench.view(view)
        bench.page.locator("#pod").scroll_into_view_if_needed()
        yield

    return scene


def tab(view: str) -> Scene:
    """A view of the panel."""

    def scene(bench: Bench) -> Iterator[None]:
        bench.view(view)
        bench.page.locator("#panel").scroll_into_view_if_needed()
        bench.page.wait_for_timeout(900)  # what flies to its place
        yield

    return scene


def as_table(view: str) -> Scene:
    """A drawing as a table."""

    def scene(bench: Bench) -> Iterator[None]:
        bench.view(view)
        button = bench.page.locator(f"#{view}-as-table")
        button.click()
        yield
        bench.view(view)
        button.click()

    return scene


def editor(bench: Bench) -> Iterator[None]:
    """A manifest with which something is wrong."""
    page = bench.view("editor").page
    page.locator("#files button", has_text="wrong.yaml").click()
    expect(page.locator("#problems li").first).to_be_visible()
    yield


def compared(bench: Bench) -> Iterator[None]:
    """The difference that applying would make."""
    bench.view("editor").page.locator("#compare").click()
    expect(bench.page.locator("#diff")).to_be_visible()
    yield
    bench.view("editor").page.locator("#compare").click()


def why(bench: Bench) -> Iterator[None]:
    """The chain for a Pod that fits on no node, with the table of nodes and filters."""
    bench.view("pods").page.locator("#table-pods tr", has_text="picky").locator(".ask").click()
    expect(bench.page.locator("#why table")).to_be_visible()
    yield
    bench.page.locator("#why").press("Escape")


def why_command(bench: Bench) -> Iterator[None]:
    """Why a command failed."""
    bench.page.locator("#why-command").click()
    expect(bench.page.locator("#why .chain")).to_be_visible()
    yield
    bench.page.locator("#why").press("Escape")


def plain(bench: Bench) -> Iterator[None]:
    """The command form with its transcript."""
    bench.page.locator("#plain-toggle").click()
    yield
    bench.page.locator("#plain-toggle").click()


def two_terminals(bench: Bench) -> Iterator[None]:
    """Two terminals side by side, with the search open, and the menu of hosts."""
    page = bench.page
    page.locator("#split-terminal").click()
    page.locator("#find-toggle").click()
    page.locator("#find").fill("pod")
    page.locator("#new-terminal").click()
    yield
    page.locator("#hosts").press("Escape")
    page.locator("#find-close").click()
    page.locator("#close-terminal").click()


def jump(bench: Bench) -> Iterator[None]:
    """Where the clock can jump to."""
    bench.page.locator("#time-jump").click()
    yield
    bench.page.keyboard.press("Escape")


def past(bench: Bench) -> Iterator[None]:
    """The past, to look at."""
    slider = bench.page.locator("#time-slider")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowLeft")
    expect(bench.page.locator("#time-looking")).to_be_visible()
    yield
    bench.page.locator("#time-slider").press("End")
    expect(bench.page.locator("#time-looking")).to_be_hidden()


def branches(bench: Bench) -> Iterator[None]:
    """Two branches, after an undo."""
    page = bench.page
    bench.run("kubectl delete deployment web", "deleted")
    bench.keys.focus()
    page.keyboard.press("F2")
    expect(page.locator("#table-pods")).to_contain_text("web-")
    page.locator("#time-more").click()
    page.locator("#tab-branches").click()
    expect(page.locator("#branches li")).to_have_count(2)
    yield


def what_if(bench: Bench) -> Iterator[None]:
    """The same command on both, side by side."""
    page = bench.page
    page.locator("#tab-what-if").click()
    page.locator("#what-if-line").fill("kubectl get deployments")
    page.locator("#what-if button").click()
    expect(page.locator("#compared section")).to_have_count(2)
    yield


def links(bench: Bench) -> Iterator[None]:
    """A moment as a link."""
    page = bench.page
    page.locator("#tab-links").click()
    page.locator("#share-title").fill("A morning")
    page.locator("#share-form button").click()
    expect(page.locator("#shares input")).to_have_count(1)
    yield
    page.locator("#time-more").click()


def dialog(name: str) -> Scene:
    """A dialog."""

    def scene(bench: Bench) -> Iterator[None]:
        bench.page.locator(f"[data-dialog={name}-dialog]").first.click()
        yield
        bench.page.keyboard.press("Escape")

    return scene


def tour(bench: Bench) -> Iterator[None]:
    """The tour at one of its stops."""
    page = bench.page
    page.locator("#keys-opener").click()
    page.locator("#keys-dialog [data-tour]").click()
    page.locator("#tour-next").click()
    yield
    page.locator("#tour-end").click()


def away(bench: Bench) -> Iterator[None]:
    """The connection is lost."""
    page = bench.page
    page.context.set_offline(True)
    page.evaluate("window.sockets.at(-1).close()")
    expect(page.locator("#banner")).to_be_visible()
    yield
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#connection")).to_have_attribute("data-state", "there")


def skip(bench: Bench) -> Iterator[None]:
    """What playing the solution means."""
    bench.page.locator(".step[data-state=now] [data-skip]").click()
    yield
    bench.page.keyboard.press("Escape")


# Each part is shown on a page of its own, in this order.
PARTS: dict[str, dict[str, Scene]] = {
    "panel": {
        "lesson": lesson,
        "console": console,
        "pods": pods,
        "describe": selected("describe"),
        "yaml": selected("pod-yaml"),
        "conditions": selected("pod-conditions"),
        "log": selected("log"),
        "services": tab("services"),
        "events": tab("events"),
        "map": tab("map"),
        "map-table": as_table("map"),
        "life": tab("life"),
        "life-table": as_table("life"),
        "registry": tab("registry"),
    },
    "work": {
        "work-console": console,
        "editor": editor,
        "compared": compared,
        "why": why,
        "why-command": why_command,
        "plain": plain,
        "two-terminals": two_terminals,
        "keys": dialog("keys"),
        "kubectl": dialog("kubectl"),
        "anew": dialog("anew"),
        "skip": skip,
        "tour": tour,
        "away": away,
    },
    "time": {
        "time-console": console,
        "jump": jump,
        "past": past,
        "branches": branches,
        "what-if": what_if,
        "links": links,
    },
}
# What is to be seen of a page on which not everything can be; of the others it is the panel.
TARGETS = {
    "lesson": "#lesson",
    "skip": "#lesson",
    "describe": "#pod",
    "yaml": "#pod",
    "conditions": "#pod",
    "log": "#pod",
    **dict.fromkeys(("console", "work-console", "time-console", "plain", "two-terminals", "away"), "#console"),
    **dict.fromkeys(("jump", "past", "branches", "what-if", "links"), "#time"),
}
