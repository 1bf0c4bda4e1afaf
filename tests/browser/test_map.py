"""The map of the cluster: what is on it, the keyboard, the table, what a selected thing shows, and how much is done for one change."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.bench import Bench, barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CRASHING = "kubectl run bad --image=busybox:1.28 --command -- sh -c 'exit 1'"
WEB = "kubectl create deployment web --image=nginx:1.27 --replicas=3"
SLEEPING = "kubectl run web --image=busybox:1.28 --command -- sh -c 'echo hi > /tmp/a; sleep 3600; true'"


def opened(bench: Bench, *lines: str) -> Bench:
    """The map, after some commands."""
    bench.view("map")
    expect(bench.page.locator('#map [data-key="nodes//node01"]')).to_be_visible()
    for line in lines:
        bench.run(line, "(created|exposed|tainted)")
    return bench


def thing(bench: Bench, key: str) -> Locator:
    """Things by the beginning of their keys."""
    return bench.page.locator(f'#map [data-key^="{key}"]')


def test_a_deployments_pods_with_their_states_and_their_service(start: Callable[..., Bench]) -> None:
    bench = opened(start(width=1440, height=900), WEB, CRASHING, "kubectl taint node node01 size=small:NoSchedule")
    pods = thing(bench, "pods/default/web-")
    expect(pods).to_have_count(3)
    for at in range(3):
        expect(pods.nth(at)).to_have_attribute(
            "aria-label", re.compile(r"^Pod web-\S+, Running 1/1, on node0\d, nginx ")
        )
    expect(thing(bench, "pods/default/bad")).to_have_attribute(
        "aria-label", re.compile(r"(Error|CrashLoopBackOff) 0/1")
    )
    expect(thing(bench, "pods/default/bad").locator(".status").first).to_contain_text("▲")
    expect(thing(bench, "deployments.apps/default/web")).to_contain_text("3/3")
    expect(thing(bench, "nodes//node01")).to_contain_text("⊘ size=small:NoSchedule")
    bench.run("kubectl expose deployment web --port=80", "exposed")
    expect(bench.page.locator("#map .lines .leads:not(.not-ready)")).to_have_count(3)
    expect(thing(bench, "services/default/web")).to_contain_text("3 endpoints ready")
    assert barriers(bench.page) == []
    bench.shoot("map-light-en")


NOTING = """() => {
    window.moves = [];
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (frames, ...rest) {
        window.moves.push(`${this.closest("[data-key]")?.dataset.key ?? this.getAttribute("class")} ${frames[0].transform ?? ""}`);
        return animate.call(this, frames, ...rest);
    };
}"""


def test_what_is_new_comes_from_what_caused_it(start: Callable[..., Bench]) -> None:
    bench = opened(start(width=1440, height=900))
    bench.page.evaluate(NOTING)
    bench.run("kubectl create deployment web --image=nginx:1.27", "created")
    bench.run("kubectl expose deployment web --port=80", "exposed")
    expect(bench.page.locator("#map .lines .leads:not(.not-ready)")).to_have_count(1)
    moves = bench.page.evaluate("window.moves")
    for made in (r"replicasets\.apps/default/web-\S+", r"pods/default/web-\S+"):
        assert [move for move in moves if re.fullmatch(rf"{made} translate\(-\d+px, -?\d+px\)", move)]
    assert [move for move in moves if move.startswith("leads")]


def test_arrows_go_from_thing_to_thing_and_enter_selects(start: Callable[..., Bench]) -> None:
    bench = opened(start(), SLEEPING)
    expect(thing(bench, "pods/default/web")).to_have_attribute("aria-label", re.compile("Running"))
    bench.page.locator("#tab-map").focus()
    bench.press("Tab", "Tab", "Tab")
    assert focused(bench) == "nodes//master"
    bench.press("ArrowDown")
    assert focused(bench) in ("nodes//node01", "nodes//node02")
    for _ in range(4):
        if focused(bench) != "pods/default/web":
            bench.press("ArrowDown")
    assert focused(bench) == "pods/default/web"
    bench.press("Enter")
    expect(thing(bench, "pods/default/web")).to_have_attribute("aria-selected", "true")
    expect(bench.page.locator("#view-describe")).to_contain_text("Name:             web")
    assert focused(bench) == "pods/default/web"
    bench.press("Enter")
    expect(bench.page.locator("#pod")).to_be_hidden()


def focused(bench: Bench) -> str:
    """The key of the thing with the focus."""
    return str(bench.page.evaluate("document.activeElement.dataset.key ?? document.activeElement.id"))


def test_a_selected_thing_shows_its_yaml_events_files_and_processes_as_they_change(start: Callable[..., Bench]) -> None:
    bench = opened(start(), SLEEPING)
    expect(thing(bench, "pods/default/web")).to_have_attribute("aria-label", re.compile("Running"))
    thing(bench, "pods/default/web").click()
    page = bench.page
    bench.view("pod-yaml")
    expect(page.locator("#view-pod-yaml pre")).to_contain_text("kind: Pod")
    bench.view("pod-events")
    expect(page.locator("#view-pod-events")).to_contain_text("Started")
    bench.view("pod-processes")
    expect(page.locator("#view-pod-processes tbody tr")).to_have_count(2)
    bench.view("pod-files")
    page.locator("#view-pod-files").get_by_role("button", name="tmp/").click()
    expect(page.locator("#view-pod-files tbody tr")).to_have_count(1)
    bench.run("kubectl exec web -- touch /tmp/news")
    expect(page.locator("#view-pod-files")).to_contain_text("news")
    page.locator("#view-pod-files").get_by_role("button", name="a", exact=True).click()
    expect(page.locator("#view-pod-files pre")).to_have_text("hi\n")
    thing(bench, "nodes//node01").locator("rect").first.click(position={"x": 5, "y": 5})
    expect(page.locator("#view-pod-files")).to_contain_text("etc/")
    bench.view("pod-processes")
    expect(page.locator("#view-pod-processes")).to_contain_text("kubelet")
    expect(page.locator("#tab-log")).to_be_hidden()


def test_the_same_as_a_table(start: Callable[..., Bench]) -> None:
    bench = opened(start(language="zh-hans", theme="dark"), WEB)
    bench.page.locator("#map-as-table").click()
    rows = bench.page.locator("#map-table tbody tr")
    expect(rows.filter(has_text="Running 1/1")).to_have_count(3)
    expect(rows.filter(has_text="Deployment")).to_contain_text("3/3 就绪")
    rows.filter(has_text="Deployment").locator("button:not(.ask)").click()
    expect(bench.page.locator("#view-describe")).to_contain_text("RollingUpdateStrategy")
    assert barriers(bench.page) == []
    bench.shoot("map-table-dark-zh")


COUNTING = """() => {
    window.work = 0;
    new MutationObserver((changes) => (window.work += changes.length))
        .observe(document.getElementById("map"), {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def test_with_500_pods_one_change_touches_little(start: Callable[..., Bench]) -> None:
    bench = start()
    bench.page.locator("#time-speed").select_option("10")
    opened(bench, "kubectl create deployment big --image=nginx:1.27 --replicas=500")
    pods = thing(bench, "pods/default/big-")
    expect(pods).to_have_count(500, timeout=120_000)
    # As many as the nodes take run, the others wait: nothing moves by itself any more.
    expect(bench.page.locator("#table-pods")).not_to_contain_text("ContainerCreating", timeout=120_000)
    bench.page.locator("#time-pause").click()
    expect(bench.page.locator("#time-pause")).to_have_attribute("data-state", "stopped")
    bench.page.evaluate(COUNTING)
    bench.run("kubectl label node node01 a=b", "labeled")
    assert bench.page.evaluate("window.work") == 0
    bench.run("kubectl taint node node01 size=small:PreferNoSchedule", "tainted")
    expect(thing(bench, "nodes//node01")).to_contain_text("size=small")
    # What stands below that line of text moves down: each thing is touched once.
    assert 0 < bench.page.evaluate("window.work") < 500
    bench.page.evaluate("window.work = 0")
    bench.run("kubectl run aaa --image=nginx:1.27", "created")
    expect(thing(bench, "pods/default/aaa")).to_have_count(1)
    assert 0 < bench.page.evaluate("window.work") < 700


def test_the_map_shows_the_past_and_nothing_moves_for_whoever_wants_it_still(start: Callable[..., Bench]) -> None:
    bench = start()
    bench.page.emulate_media(reduced_motion="reduce")
    opened(bench, SLEEPING)
    expect(thing(bench, "pods/default/web")).to_have_attribute("aria-label", re.compile("Running"))
    assert (
        bench.page.evaluate("document.getAnimations().filter((each) => each.effect.target.closest('#map')).length") == 0
    )
    bench.page.locator("#time-slider, .time-slider").first.focus()
    bench.press("Home")
    expect(thing(bench, "pods/default/web")).to_have_count(0)
    bench.press("End")
    expect(thing(bench, "pods/default/web")).to_have_count(1)
