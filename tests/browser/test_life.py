"""The life line of a Pod: its lanes, beside another's, as a table, on paper, in the past."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.bench import Bench, barriers

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CRASHING = "kubectl run bad --image=busybox:1.28 --command -- sh -c 'sleep 1; exit 3'"
INIT = """cat > init.yaml <<'EOF'
apiVersion: v1
kind: Pod
metadata: {name: init}
spec:
  initContainers:
  - {name: setup, image: "busybox:1.28", command: [sh, -c, "sleep 2"]}
  containers:
  - name: app
    image: busybox:1.28
    command: [sh, -c, "touch /tmp/ok; sleep 3600"]
    readinessProbe: {exec: {command: [cat, /tmp/ok]}, periodSeconds: 2}
EOF
kubectl apply -f init.yaml"""


def lane(bench: Bench, name: str, picture: int = 0) -> Locator:
    """A lane by its label."""
    svg = bench.page.locator(".life-svg").nth(picture)
    return svg.locator(".lane").filter(has=bench.page.get_by_text(name, exact=True))


def test_a_crash_looping_pod_as_lanes_as_a_table_and_on_paper(start: Callable[..., Bench]) -> None:
    bench = start(width=1440, height=900).run(CRASHING, "created")
    expect(bench.page.locator("#table-pods")).to_contain_text(re.compile("Error|CrashLoopBackOff"))
    bench.page.locator("#table-pods button:not(.ask)").click()
    bench.page.locator("#pod-life").click()
    page = bench.page
    runs = lane(bench, "bad")
    expect(runs.locator(".span.bad title").filter(has_text="Terminated: Error (exit code 3)")).not_to_have_count(0)
    expect(runs.locator(".span.good title").filter(has_text="Running (restart 1)")).to_have_count(1)
    expect(lane(bench, "STATUS").locator(".span.bad title").filter(has_text="Error")).not_to_have_count(0)
    expect(lane(bench, "bad: image").locator("title").filter(has_text="done")).not_to_have_count(0)
    assert barriers(page) == []
    bench.shoot("life-light-en")
    page.locator("#life-as-table").click()
    rows = page.locator("#life-table tbody tr")
    expect(rows.filter(has_text="Terminated: Error (exit code 3)").first).to_contain_text("bad")
    assert barriers(page) == []
    page.evaluate("window.print = () => (window.printed = document.body.className)")
    page.locator("#life-print").click()
    assert "printing-life" in page.evaluate("window.printed")
    page.emulate_media(media="print")
    for part in (".life-svg", "#life-table table"):
        expect(page.locator(part)).to_be_visible()
    for part in ("#console", "#time", ".top", "#panel-tabs"):
        expect(page.locator(part)).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#console")).to_be_visible()


def test_init_containers_and_probes_beside_another_pod_and_in_the_past(start: Callable[..., Bench]) -> None:
    bench = start(language="zh-hans", theme="dark", width=1440, height=900)
    bench.run(CRASHING, "created").run(INIT, "pod/init created")
    expect(bench.page.locator("#table-pods")).to_contain_text("Running")
    bench.view("life")
    page = bench.page
    page.select_option("#life-pod", label=option(bench, "init"))
    expect(lane(bench, "setup (init)").locator("title").filter(has_text="Completed")).to_have_count(1)
    expect(lane(bench, "app：readiness").locator(".point title").filter(has_text="成功 1/1")).to_have_count(1)
    expect(lane(bench, "Ready").locator(".span.good")).to_have_count(1)
    page.select_option("#life-other", label=option(bench, "bad"))
    expect(page.locator(".life-svg")).to_have_count(2)
    expect(lane(bench, "bad", 1).locator(".span")).not_to_have_count(0)
    page.locator("#life-together").check()
    assert barriers(page) == []
    bench.shoot("life-dark-zh")
    before = page.locator(".life-svg").nth(1).locator(".span").count()
    page.locator(".time-slider").focus()
    bench.press("Home", "ArrowRight", "ArrowRight", "ArrowRight")
    expect(page.locator(".life-svg").last.locator(".span")).not_to_have_count(before)
    assert page.locator(".life-svg").last.locator(".span").count() < before


def option(bench: Bench, name: str) -> str:
    """The choice of a Pod by the beginning of its name."""
    options = bench.page.locator("#life-pod option").filter(has_text=re.compile(rf"^{name} "))
    expect(options).to_have_count(1)
    return options.inner_text()
