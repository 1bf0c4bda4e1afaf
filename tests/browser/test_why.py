"""Why?: the chain from a symptom to its cause, asked beside what is seen, in both languages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import Bench, barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WANTS_SSD = """kubectl run picky --image=nginx:1.14 --overrides='{"spec":{"nodeSelector":{"disk":"ssd"}}}'"""
CRASH = "kubectl run crash --image=busybox:1.28 -- sh -c 'echo no DB_URL is set; exit 2'"


def ask(page: Page, label: str) -> None:
    """Press the button of that name, and see the answer."""
    page.get_by_role("button", name=re.compile(label)).first.click()
    expect(page.locator("#view-why")).to_be_visible()
    expect(page.locator("#why h2")).to_be_focused()


def kinds(page: Page) -> list[str]:
    """The kinds of the links that are shown."""
    links = page.locator("#why .chain > li")
    return [str(links.nth(at).get_attribute("data-kind")) for at in range(links.count())]


def test_a_pending_pod_shows_which_filter_refuses_which_node(start: Callable[..., Bench]) -> None:
    bench = start()
    bench.run(WANTS_SSD, "pod/picky created")
    page = bench.page
    expect(page.locator("#table-pods")).to_contain_text("Pending")
    ask(page, "^Why is picky Pending")
    assert kinds(page)[:2] == ["pod.unschedulable", "filter.label"]
    expect(page.locator("#why .chain")).to_contain_text("the Pod wants the label disk=ssd")
    grid = page.locator("#why table")
    expect(grid.get_by_role("columnheader", name="NodeAffinity")).to_be_visible()
    row = grid.get_by_role("row", name=re.compile("^node01"))
    expect(row).to_contain_text("node(s) didn't match Pod's node affinity/selector")
    expect(grid.get_by_role("row", name=re.compile("^master"))).to_contain_text("here the scheduler stopped")
    expect(page.locator("#why")).to_contain_text("Passed everywhere: NodeUnschedulable")
    assert barriers(page) == []
    bench.shoot("why-pending")
    page.keyboard.press("Escape")
    expect(page.locator("#view-why")).to_be_hidden()
    expect(page.get_by_role("button", name="Why is picky Pending?")).to_be_visible()


FAR = """kubectl run far --image=nginx:1.14 --overrides='{"spec":{"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":"kubernetes.io/os","labelSelector":{"matchLabels":{"run":"web"}}}]}}}}'"""


def test_a_pod_that_keeps_away_from_another_is_told_which(start: Callable[..., Bench]) -> None:
    bench = start(language="zh-hans")
    bench.run("kubectl run web --image=nginx:1.14", "pod/web created")
    page = bench.page
    expect(page.locator("#table-pods")).to_contain_text("Running", timeout=60_000)
    bench.run(FAR, "pod/far created")
    page.get_by_role("button", name=re.compile("far 为什么是 Pending")).click()
    expect(page.locator("#why .chain")).to_contain_text("Pod 的反亲和性使它不去任何已有 run=web 的 Pod 的域")
    assert kinds(page)[:2] == ["pod.unschedulable", "far.taken"]
    row = page.locator("#why table").get_by_role("row", name=re.compile("^node01"))
    expect(row).to_contain_text("node(s) didn't match pod anti-affinity rules")
    expect(row.locator("code")).to_contain_text(re.compile(r"kubernetes.io/os=linux: web \(node0[12]\)"))
    assert barriers(page) == []
    bench.shoot("why-far-zh")
    page.locator("#why .run").filter(has_text="-l run=web").click()
    bench.shows(r"\nweb .*node0[12]")


def test_a_crash_loop_leads_to_its_exit_code_and_its_log_is_one_click_away(start: Callable[..., Bench]) -> None:
    bench = start(language="zh-hans", theme="dark")
    bench.run(CRASH, "pod/crash created")
    page = bench.page
    expect(page.locator("#table-pods")).to_contain_text("CrashLoopBackOff", timeout=60_000)
    page.get_by_role("button", name=re.compile("crash 为什么是 CrashLoopBackOff")).click()
    expect(page.locator("#why .chain")).to_contain_text("退出码 2")
    assert kinds(page)[-3:] == ["crash.loop", "crash.delay", "end.usage"]
    expect(page.locator("#why .cause .evidence")).to_contain_text(["2", "no DB_URL is set"])
    expect(page.locator("#why .cause a")).to_have_attribute("href", re.compile("^https://kubernetes.io/zh-cn/docs/"))
    assert barriers(page) == []
    bench.shoot("why-crash-zh-dark")
    page.locator("#why .cause .run").click()
    bench.shows(r"\nno DB_URL is set")


def test_a_service_without_endpoints_names_the_label_and_a_failed_command_the_name(start: Callable[..., Bench]) -> None:
    bench = start()
    bench.run("kubectl create deployment web --image=nginx:1.14", "created")
    bench.run("kubectl create service clusterip shop --tcp=80", "service/shop created")
    page = bench.page
    page.locator("#tab-services").click()
    ask(page, "^Whom does shop reach")
    assert kinds(page) == ["service.no_pods", "service.label_value"]
    expect(page.locator("#why")).to_contain_text("has app=web instead of app=shop")
    expect(page.locator("#why table")).to_contain_text("Pod by Pod")
    expect(page.locator("#why-command")).to_be_hidden()
    bench.run("kubectl get service shopp", "not found")
    ask(page, "^Why did it fail: kubectl get service shopp")
    assert kinds(page) == ["command.failed", "answer.not_found_near"]
    expect(page.locator("#why .cause .said")).to_contain_text("There is shop: is that meant?")
    bench.shoot("why-command")


def test_the_past_has_its_own_reasons(start: Callable[..., Bench]) -> None:
    bench = start()
    bench.run("kubectl run web --image=nginx:1.1", "pod/web created")
    page = bench.page
    expect(page.locator("#table-pods")).to_contain_text("ErrImagePull", timeout=60_000)
    bench.run("kubectl set image pod/web web=nginx:1.14", "updated")
    expect(page.locator("#table-pods")).to_contain_text("Running", timeout=60_000)
    slider = page.locator("#time-slider")
    slider.focus()
    for _ in range(40):
        if "set image" in (slider.get_attribute("aria-valuetext") or ""):
            break
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#table-pods")).not_to_contain_text("Running")
    ask(page, "^Why is web ")
    assert kinds(page)[-1].startswith("image.tag")


def test_what_is_in_trouble_on_the_map_can_be_asked_about(start: Callable[..., Bench]) -> None:
    bench = start(width=1440, height=900)
    bench.run(WANTS_SSD, "pod/picky created")
    bench.run("kubectl create service clusterip shop --tcp=80", "service/shop created")
    page = bench.page
    bench.view("map")
    asks = page.get_by_role("toolbar", name="Why is it so? What is in trouble on the map").get_by_role("button")
    expect(asks).to_have_count(2)
    box, button = page.locator('#map [data-key="pods/default/picky"]').bounding_box(), asks.first.bounding_box()
    assert box
    assert button
    assert box["x"] < button["x"] < box["x"] + box["width"] - 20
    assert abs(box["y"] - button["y"]) < 6
    assert barriers(page) == []
    bench.shoot("map-asks")
    # One stop behind the map; arrows go from one to the next.
    page.locator('#map [data-key="nodes//master"]').focus()
    bench.press("Tab")
    expect(asks.first).to_be_focused()
    bench.press("ArrowRight")
    expect(asks.nth(1)).to_be_focused()
    bench.press("ArrowRight", "Enter")
    expect(page.locator("#why h2")).to_have_text("Why is picky Pending 0/1?")
    assert kinds(page)[:2] == ["pod.unschedulable", "filter.label"]
    bench.press("Escape")
    expect(page.get_by_role("button", name="Why is picky Pending 0/1?")).to_be_focused()
    page.locator("#map-as-table").click()
    ask(page, "^Whom does shop reach")
    assert kinds(page)[0] == "service.no_pods"


def test_the_life_line_says_why_it_was_so_then(start: Callable[..., Bench]) -> None:
    bench = start(width=1440, height=900)
    bench.run("kubectl run web --image=nginx:1.1", "pod/web created")
    page = bench.page
    expect(page.locator("#table-pods")).to_contain_text("ErrImagePull", timeout=60_000)
    bench.run("kubectl set image pod/web web=nginx:1.14", "updated")
    expect(page.locator("#table-pods")).to_contain_text("Running", timeout=60_000)
    bench.view("life")
    mark = page.locator(".life-svg .status [data-mark]").filter(has_text="ErrImagePull").first
    mark.focus()
    name = str(mark.get_attribute("aria-label"))
    assert re.fullmatch(r"Why STATUS ErrImagePull at \d\d:\d\d:\d\d\?", name)
    page.wait_for_timeout(2500)  # it goes on and is drawn anew meanwhile; the focus stays
    expect(page.get_by_role("button", name=name)).to_be_focused()
    assert barriers(page) == []
    bench.press("Enter")
    expect(page.locator("#why h2")).to_have_text(name)
    assert kinds(page)[-1].startswith("image.tag")
    bench.press("Escape")
    expect(page.get_by_role("button", name=name)).to_be_focused()
    bench.press("ArrowRight")
    expect(page.get_by_role("button", name=name)).not_to_be_focused()
    page.locator("#life-as-table").click()
    ask(page, "^Why Events Failed: ")
    assert kinds(page)[0] == "event.seen"


def test_single_conditions_and_events_of_the_selected_thing_can_be_asked_about(start: Callable[..., Bench]) -> None:
    bench = start(language="zh-hans")
    bench.run(WANTS_SSD, "pod/picky created")
    page = bench.page
    page.locator("#table-pods button:not(.ask)").click()
    bench.view("pod-conditions")
    row = page.locator("#view-pod-conditions tbody tr").filter(has_text="PodScheduled")
    expect(row).to_contain_text("Unschedulable")
    assert barriers(page) == []
    ask(page, "^picky 的 PodScheduled 为什么是 False？$")
    assert kinds(page)[:3] == ["condition.seen", "pod.unschedulable", "filter.label"]
    expect(page.locator("#why .chain > li").first).to_contain_text("Pod/picky 的状况 PodScheduled 是 False")
    page.keyboard.press("Escape")
    bench.view("pod-events")
    row = page.locator("#view-pod-events tbody tr").filter(has_text="FailedScheduling").first
    row.locator(".ask").click()
    expect(page.locator("#why .chain > li").first).to_have_attribute("data-kind", "event.seen")
    expect(page.locator("#why .chain")).to_contain_text("FailedScheduling")


def test_the_line_of_the_manifest_opens_in_the_editor(start: Callable[..., Bench]) -> None:
    bench = start()
    lines = ("apiVersion: v1", "kind: Pod", "metadata:", "  name: picky", "spec:", "  nodeSelector:", "    disk: ssd")
    lines += ("  containers:", "  - name: web", "    image: nginx:1.14")
    for line in ("cat > /root/picky.yaml <<'END'", *lines, "END"):
        bench.type(line).press("Enter")
    bench.shows(r"^> END\n.*\]#$")
    bench.run("kubectl apply -f picky.yaml", "pod/picky created")
    page = bench.page
    expect(page.locator("#table-pods")).to_contain_text("Pending")
    ask(page, "^Why is picky Pending")
    page.locator("#why .where", has_text="/root/picky.yaml:7").first.click()
    expect(page.locator("#editor .cm-content")).to_be_focused()
    expect(page.locator("#editor .cm-activeLine")).to_have_text("    disk: ssd")
