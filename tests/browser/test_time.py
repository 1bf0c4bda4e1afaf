"""The time machine at the workbench: the clock in the learner's hand, the past to look at, branches, what if, links."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import Bench, barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CRASH = "kubectl run crash --image=busybox:1.28 -- sh -c 'sleep 3; exit 1'"


def seconds_of(text: str) -> int:
    """A time of day in seconds."""
    hours, minutes, rest = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + rest


def seconds(page: Page) -> int:
    """The cluster's time of day, as the time bar shows it: the last part of what it says."""
    return seconds_of(page.locator("#time-now").inner_text().split(" ")[-1])


def passed(before: int, after: int) -> int:
    """Seconds from one time of day to a later one."""
    return (after - before) % 86_400


def jump(page: Page, go: Callable[[], object]) -> int:
    """Have the stopped clock jump: by how many seconds it has."""
    before = page.locator("#time-now").inner_text()
    go()
    expect(page.locator("#time-now")).not_to_have_text(before)
    expect(page.locator("#time-jumping")).to_be_hidden()
    return passed(seconds_of(before.split(" ")[-1]), seconds(page))


def press_jump(page: Page, choice: str) -> None:
    """Choose a jump."""
    page.locator("#time-jump").click()
    page.locator(choice).click()


def step_by_step(page: Page) -> None:
    """Go from one thing that happens to the next until the cluster shows another second."""
    before = page.locator("#time-now").inner_text()
    for _ in range(40):
        page.keyboard.press("F9")
        page.wait_for_timeout(150)
        if page.locator("#time-now").inner_text() != before:
            return


def back(page: Page, wanted: str) -> None:
    """Go back on the time bar, mark by mark, until its words are *wanted*."""
    slider = page.locator("#time-slider")
    slider.focus()
    for _ in range(60):
        page.keyboard.press("ArrowLeft")
        if wanted in (slider.get_attribute("aria-valuetext") or ""):
            return
    raise AssertionError(f"no mark says {wanted}; last {slider.get_attribute('aria-valuetext')}")


def test_the_clock_is_stopped_let_go_and_made_faster(start: Callable[..., Bench]) -> None:
    page = start().page
    page.keyboard.press("F8")
    expect(page.locator("#time-stopped")).to_be_visible()
    standing = page.locator("#time-now").inner_text()
    bench = Bench(page).run("kubectl get nodes", "control-plane")
    page.wait_for_timeout(1500)
    assert passed(seconds_of(standing.split(" ")[-1]), seconds(page)) <= 1
    page.keyboard.press("F8")
    expect(page.locator("#time-stopped")).to_be_hidden()
    page.locator("#time-speed").select_option("600")
    before = seconds(page)
    bench.run("sleep 900; echo slept", r"^slept\n")
    assert passed(before, seconds(page)) >= 600  # what the bar shows is up to half a second of the wall old


def test_jumps_go_by_time_to_a_status_and_to_the_next_thing_that_happens(start: Callable[..., Bench]) -> None:
    bench = start()
    page = bench.page
    page.keyboard.press("F8")
    expect(page.locator("#time-stopped")).to_be_visible()
    bench.run(CRASH, "pod/crash created")
    expect(page.locator("#table-pods")).to_contain_text("crash")
    page.locator("#time-jump").click()
    expect(page.locator("#jump-which")).to_have_value("crash")
    page.locator("#jump-state").select_option("CrashLoopBackOff")
    jump(page, lambda: page.locator("#jump-pod button").click())
    expect(page.locator("#table-pods")).to_contain_text("CrashLoopBackOff")
    assert 0 < jump(page, lambda: step_by_step(page)) < 30
    assert jump(page, lambda: press_jump(page, "[data-seconds='3600']")) >= 3600
    expect(page.locator("#table-pods")).to_contain_text(re.compile(r"1[0-9] \("))


def test_a_jump_waits_for_a_pod_that_somebody_makes_meanwhile(start: Callable[..., Bench]) -> None:
    bench = start()
    page = bench.page
    page.locator("#time-jump").click()
    page.locator("#jump-which").fill("lat*")
    page.locator("#jump-which").press("Enter")
    expect(page.locator("#jump-what")).to_contain_text("until lat* is Running")
    bench.run("kubectl run later --image=nginx:1.27", "pod/later created")
    expect(page.locator("#time-jumping")).to_be_hidden()
    expect(page.locator("#table-pods")).to_contain_text("Running")
    expect(page.locator("#announcer")).to_contain_text("It is ")


def test_a_long_jump_shows_how_far_it_is_and_is_stopped(start: Callable[..., Bench]) -> None:
    bench = start()
    page = bench.page
    bench.run("kubectl run busy --image=busybox:1.28 -- sh -c 'while true; do echo x; sleep 1; done'", "created")
    bench.run("kubectl wait --for=condition=Ready pod/busy --timeout=60s", "condition met")
    press_jump(page, "[data-seconds='86400']")
    expect(page.locator("#time-jumping")).to_be_visible()
    expect(page.locator("#jump-what")).to_contain_text("until")
    page.locator("#time-stop").click()
    expect(page.locator("#time-jumping")).to_be_hidden()
    expect(page.locator("#announcer")).to_contain_text("Stopped.")
    bench.run("echo still there", r"^still there$")


def test_the_past_is_looked_at_and_nothing_can_be_put_into_it(start: Callable[..., Bench]) -> None:
    bench = start()
    page = bench.page
    bench.run("kubectl create configmap one --from-literal=a=b", "configmap/one created")
    bench.run("kubectl run web --image=nginx:1.25", "pod/web created")
    expect(page.locator("#table-pods")).to_contain_text("Running")
    bench.run("echo last", "^last$")
    back(page, "kubectl create configmap one")
    expect(page.locator("#time-looking")).to_be_visible()
    expect(page.locator("#table-pods tbody tr")).to_have_count(0)
    expect(page.locator(".terminal-holder:not(.away, .behind) .xterm-rows")).not_to_contain_text("pod/web created")
    bench.type("echo changed").press("Enter")
    expect(page.locator("#announcer")).to_contain_text("only be looked at")
    assert barriers(page) == []
    bench.shoot("time-past")
    page.locator("#time-slider").focus()
    page.keyboard.press("End")
    expect(page.locator("#time-looking")).to_be_hidden()
    expect(page.locator("#table-pods")).to_contain_text("web")
    bench.shows("^last$")
    assert "changed" not in bench.text()


def test_one_goes_on_from_the_past_on_a_branch_and_comes_back_to_the_other(start: Callable[..., Bench]) -> None:
    bench = start()
    page = bench.page
    bench.run("kubectl run web --image=nginx:1.25", "pod/web created")
    expect(page.locator("#table-pods")).to_contain_text("Running")
    bench.run("kubectl delete pod web --now", "deleted")
    expect(page.locator("#table-pods tbody tr")).to_have_count(0)
    back(page, "→ Running")
    page.locator("#time-continue").click()
    expect(page.locator("#time-looking")).to_be_hidden()
    expect(page.locator("#table-pods")).to_contain_text("web")
    bench.run("kubectl label pod web kept=yes", "labeled")
    page.locator("#time-more").click()
    branches = page.locator("#branches li")
    expect(branches).to_have_count(2)
    expect(branches.nth(1)).to_contain_text("kubectl label pod web kept=yes")
    assert barriers(page) == []
    bench.shoot("time-branches")
    branches.nth(1).get_by_role("button", name="Rename").click()
    page.keyboard.type("the kept one")
    page.keyboard.press("Enter")
    expect(branches.nth(1)).to_contain_text("the kept one")
    branches.nth(0).get_by_role("button", name="Come back to it").click()
    expect(page.locator("#table-pods tbody tr")).to_have_count(0)
    expect(branches.nth(0)).to_have_attribute("aria-current", "true")
    bench.shows("deleted")
    branches.nth(1).get_by_role("button", name="Look").click()
    expect(page.locator("#time-looking")).to_be_visible()
    expect(page.locator("#table-pods")).to_contain_text("web")


def test_the_last_command_is_undone_with_one_key(start: Callable[..., Bench]) -> None:
    bench = start()
    page = bench.page
    bench.run("kubectl run web --image=nginx:1.25", "pod/web created")
    bench.run("kubectl delete pod web --now", "deleted")
    expect(page.locator("#table-pods tbody tr")).to_have_count(0)
    bench.keys.focus()
    page.keyboard.press("F2")
    expect(page.locator("#table-pods")).to_contain_text("web")
    expect(page.locator("#announcer")).to_contain_text("Undone: kubectl delete pod web --now")
    page.keyboard.press("F2")
    expect(page.locator("#table-pods tbody tr")).to_have_count(0)
    bench.run("kubectl get pods", "No resources found in default namespace.")
    page.locator("#time-more").click()
    page.locator("#branches li").nth(0).get_by_role("button", name="Come back to it").click()
    bench.shows("deleted")
    page.keyboard.press("F2")
    expect(page.locator("#table-pods")).to_contain_text("web")


def test_the_same_command_on_two_branches_is_compared(start: Callable[..., Bench]) -> None:
    bench = start()
    page = bench.page
    bench.run("kubectl run web --image=nginx:1.25", "pod/web created")
    expect(page.locator("#table-pods")).to_contain_text("Running")
    bench.run("kubectl delete pod web --now", "deleted")
    expect(page.locator("#table-pods tbody tr")).to_have_count(0)
    bench.keys.focus()
    page.keyboard.press("F2")
    expect(page.locator("#table-pods")).to_contain_text("web")
    page.locator("#time-more").click()
    page.locator("#tab-what-if").click()
    page.locator("#what-if-line").fill("kubectl run web --image=httpd:2.4")
    page.locator("#what-if-seconds").select_option("60")
    page.locator("#what-if button").click()
    sides = page.locator("#compared section")
    expect(sides).to_have_count(2)
    expect(sides.nth(0)).to_contain_text("AlreadyExists")
    expect(sides.nth(1)).to_contain_text("pod/web created")
    expect(sides.nth(1)).to_contain_text("Exit status 0")
    expect(page.locator("#what-if-state")).to_contain_text("≠")
    assert barriers(page) == []
    bench.shoot("time-what-if")
    expect(page.locator("#table-pods tbody tr")).to_have_count(1)


def test_a_moment_is_shared_as_a_link_that_opens_as_a_copy(
    start: Callable[..., Bench], visit: Callable[..., Page]
) -> None:
    bench = start()
    page = bench.page
    bench.run("kubectl run web --image=nginx:1.25", "pod/web created")
    expect(page.locator("#table-pods")).to_contain_text("Running")
    page.locator("#time-more").click()
    page.locator("#tab-links").click()
    page.locator("#share-title").fill("with a web server")
    page.locator("#share-form button").click()
    link = page.locator("#shares input")
    expect(link).to_have_count(1)
    address = link.input_value()
    bench.run("kubectl delete pod web --now", "deleted")
    other = visit(address, language="zh-hans")
    expect(other.locator("main")).to_contain_text("with a web server")
    assert barriers(other) == []
    other.locator("main form button").click()
    copy = Bench(other).ready()
    expect(other.locator("#table-pods")).to_contain_text("web")
    copy.run("kubectl get pods", "web +1/1 +Running")
    page.locator("#shares").get_by_role("button", name="Take back").click()
    expect(link).to_have_count(0)
    assert other.goto(address).status == 404  # type: ignore[union-attr]


@pytest.mark.parametrize(("language", "theme", "width"), [("zh-hans", "dark", 1280), ("en", "light", 390)])
def test_the_time_bar_has_no_barriers(start: Callable[..., Bench], language: str, theme: str, width: int) -> None:
    bench = start(language=language, theme=theme, width=width)
    page = bench.page
    bench.run(CRASH, "pod/crash created")
    page.locator("#time-jump").click()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    bench.shoot(f"time-jump-{language}-{width}")
    page.keyboard.press("Escape")
    expect(page.locator("#jump-panel")).to_be_hidden()
    page.locator("#time-more").click()
    for tab in ("branches", "what-if", "links"):
        page.locator(f"#tab-{tab}").click()
        assert barriers(page) == []
    bench.shoot(f"time-panel-{language}-{width}")
