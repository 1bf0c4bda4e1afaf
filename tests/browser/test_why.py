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
