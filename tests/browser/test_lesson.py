"""A learner finishes the lesson on init containers, in both languages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LESSON = "/lessons/init-containers/"


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_the_lesson_is_finished_and_stays_so(start: Callable[..., Bench], language: str, theme: str) -> None:
    bench = start(LESSON, language=language, theme=theme, height=860)
    page = bench.page
    bench.run("mkdir -p /opt/test").run("cd /opt/test", r"test\]#$")
    bench.fill_file("write").shoot(f"editor-{language}").reached("write")
    bench.run("kubectl apply -f myapp.yaml", "myapp-pod created").reached("create")

    bench.view("pods")
    row = page.locator("#table-pods tr", has_text="myapp-pod")
    expect(row).to_contain_text("Init:0/2")
    bench.run("kubectl get pod", r"myapp-pod +0/1 +Init:0/2").reached("watch-it-wait")
    row.get_by_role("button", name="myapp-pod", exact=True).click()
    expect(page.locator("#view-describe")).to_contain_text("Init Containers:")
    expect(page.locator("#view-describe")).to_contain_text("Started:")  # until then the image is on its way
    bench.run("kubectl describe pod myapp-pod", "Container started").reached("describe")

    page.locator("#tab-log").click()
    page.locator("#container").select_option("init-myservice")
    expect(page.locator("#view-log")).to_contain_text("sh: sleep2: not found")
    bench.run("kubectl logs myapp-pod -c init-myservice --tail 20", "sh: sleep2: not found").reached("logs")
    bench.shoot(f"lesson-{language}")

    bench.fill_file("first-service").run("kubectl create -f myservice.yaml", "myservice created").reached(
        "first-service"
    )
    bench.view("services")
    expect(page.locator("#table-services")).to_contain_text("myservice")
    bench.fill_file("second-service").run("kubectl create -f mydb.yaml", "mydb created")
    bench.type("kubectl get pod -w").press("Enter").reached("second-service")
    bench.type("").press("Control+c")
    bench.shows(r"\^C\n.*\]#$")

    bench.run("sed -i 's/sleep2/sleep 2/' myapp.yaml")
    bench.run("kubectl apply -f myapp.yaml", "pod updates may not change fields")
    bench.run("kubectl delete --now -f myapp.yaml", 'pod "myapp-pod" deleted')
    bench.run("kubectl apply -f myapp.yaml", r"myapp-pod created\n").reached("mend")
    expect(page.locator("#debrief")).to_be_visible()
    expect(page.locator("#progress-text")).to_have_text("8 / 8")
    bench.shoot(f"finished-{language}")

    bench.reload()
    expect(page.locator("#debrief")).to_be_visible()
    expect(page.locator(".step[data-state=done]")).to_have_count(8)
    page.goto("/lessons/")
    expect(page.locator(".card.finished")).to_have_count(1)


def test_what_is_missing_hints_and_answers_to_mistakes_come_as_they_are_due(start: Callable[..., Bench]) -> None:
    bench = start(LESSON)
    first = bench.step("write")
    expect(first.locator(".missing")).to_contain_text("/opt/test/myapp.yaml")
    first.locator(".hints button").click()
    expect(first.locator(".hints li")).to_have_count(1)
    first.locator(".hints button").click()
    expect(first.locator(".hints li")).to_have_count(2)
    expect(first.locator(".hints button")).to_be_hidden()
    bench.run("kubectl apply -f myapp.yaml", "does not exist")
    expect(first.locator(".mistake")).to_contain_text("cd /opt/test")
    bench.reload()
    expect(first.locator(".hints li")).to_have_count(2)
    first.locator(".mistake button").click()
    expect(first.locator(".mistake")).to_have_count(0)


def test_a_click_types_the_lessons_commands(start: Callable[..., Bench]) -> None:
    bench = start(LESSON)
    bench.step("write").locator("button.run").click()
    bench.shows(r"mkdir -p /opt/test\n.*cd /opt/test\n.*test\]#$")


def test_on_a_phone_what_is_run_is_seen_and_one_comes_back_to_the_step(start: Callable[..., Bench]) -> None:
    bench = start(LESSON, width=390, height=844)
    page, parts = bench.page, bench.page.get_by_role("navigation", name="Parts of the page")
    parts.get_by_role("link", name="Lesson").click()
    step = page.locator("[aria-current=step] summary")
    expect(step).to_be_in_viewport()
    expect(step).to_have_text(re.compile(r"\w, Current step$"))  # as it is read out
    page.locator("button.run").first.click()
    expect(page.locator("#console .screens")).to_be_in_viewport(ratio=0.9)
    bench.shows(r"test\]#$")
    parts.get_by_role("link", name="Cluster and editor").click()
    expect(page.locator("#panel-tabs")).to_be_in_viewport()
    parts.get_by_role("link", name="Lesson").click()
    expect(step).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bench.shoot("phone-step")
