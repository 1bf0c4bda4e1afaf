"""The whole chain in one class: an exercise made by doing, checked and published; three who join by code and work; whoever teaches
watches the room, looks over a shoulder, takes the keyboard with consent, sends a hint, throws a fault, takes the marks along."""

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import Bench, barriers, shoot
from tests.browser.teaching import a_class, join
from tests.browser.test_authoring import author, write
from tests.labsite.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SLUG, TITLE = "a-harbour", "A harbour"
SOLUTION = "kubectl create namespace harbour"


def test_from_an_exercise_made_by_doing_to_marks_taken_along(site: Site, visit: Callable[..., Page]) -> None:
    guide = author(site, visit, "guide-of-harbours")
    make(guide)
    publish(guide)
    code = a_class(guide, "Harbours")
    room = guide.url
    choose(guide, room)
    guide.goto(room)
    people = {"Ann": {}, "Bob": {}, "张伟": {"language": "zh-hans", "theme": "dark"}}
    ann, bob, wei = (begun(join(visit, code, name, **how)) for name, how in people.items())
    ann.run(SOLUTION, "harbour created")
    wei.run(SOLUTION, "harbour created")
    expect(ann.page.locator("#debrief")).to_contain_text("Ships come.")
    expect(wei.page.locator("#debrief")).to_contain_text("船来了。")
    watch(guide)
    beside(guide, bob)
    take_along(guide, room)


def make(page: Page) -> None:
    """Nothing need be set up; the solution is played; the checks and the transcript come of themselves."""
    page.goto("/drafts/")
    page.get_by_role("button", name="Begin", exact=True).click()
    bench = Bench(page).ready()
    page.get_by_role("button", name="This is the start").click()
    expect(page.get_by_role("button", name="This is the solution")).to_be_visible()
    bench.run(SOLUTION, "harbour created")
    page.get_by_role("button", name="This is the solution").click()
    page.wait_for_url("**/drafts/*/")
    write(page, title__en=TITLE, title__zh_hans="港口", slug=SLUG)
    write(page, intro__en="Ships need a place.", intro__zh_hans="船需要停靠的地方。")
    write(page, steps__0__title__en="Make it", steps__0__title__zh_hans="建港")
    write(page, steps__0__body__en="Make a namespace.", steps__0__body__zh_hans="创建一个命名空间。")
    write(page, debrief__en="Ships come.", debrief__zh_hans="船来了。")
    page.locator('[data-field="compared"]').check()


def publish(page: Page) -> None:
    """Checked, then published."""
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#report .good")).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("#published a")).to_have_attribute("href", f"/lessons/{SLUG}/")


def choose(page: Page, room: str) -> None:
    """The class does the exercise."""
    page.goto(room.removesuffix("room/"))
    page.get_by_text("Choose lessons and due dates").click()
    page.locator(f"input[value={SLUG}]").check()
    page.locator("form[action$='/lessons/'] .button").click()
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()


def begun(learner: Bench) -> Bench:
    """At the exercise."""
    learner.page.goto(f"/lessons/{SLUG}/")
    return learner.ready()


def watch(room: Page) -> None:
    """The room shows who is done and who is not."""
    for name, state in (("Ann", "✓ finished"), ("张伟", "✓ finished"), ("Bob", "")):
        seat = room.locator(".seat").filter(has_text=name)
        expect(seat.locator(".state")).to_have_text(state)
        expect(seat.locator(".lesson-name")).to_have_text(TITLE)
    assert barriers(room) == []
    shoot(room, "chain-room")


def beside(guide: Page, bob: Bench) -> None:
    """Over Bob's shoulder: a hint, a fault, and the keyboard, which he lends and takes back."""
    guide.get_by_role("link", name="Bob", exact=True).click()
    looking = Bench(guide).shows(r"\]#")
    expect(bob.page.locator("#lookers")).to_contain_text("guide-of-harbours looks at your lab.")
    bob.run("kubectl run boat --image=nginx:1.27", "boat created")
    looking.shows("boat created")
    guide.locator("[data-dialog=beside-dialog]").click()
    guide.locator("#offer-text").fill("Which verb makes things?")
    guide.get_by_role("button", name="Send as a hint").click()
    expect(bob.page.locator(".offer")).to_contain_text("Which verb makes things?")
    guide.locator("#fault-kind").select_option("pod-killed")
    guide.locator("#fault-fields input[name=pod]").fill("boat")
    guide.get_by_role("button", name="Throw it").click()
    expect(guide.locator("#beside-told")).to_have_text("Done")
    guide.get_by_role("button", name="Close").click()
    bob.run("kubectl get pod boat", "NotFound")
    guide.locator("#keyboard-ask").click()
    bob.page.locator("#keyboard").get_by_role("button", name="Lend it").click()
    expect(guide.locator("#keyboard-state")).to_contain_text("You have the keyboard")
    looking.run("echo like this", "^like this")
    bob.shows("^like this").press("F4")
    expect(bob.page.locator("#keyboard")).to_be_hidden()
    shoot(bob.page, "chain-bob")


def take_along(guide: Page, room: str) -> None:
    """The marks as CSV and as XLSX."""
    guide.goto(room.replace("room/", "grades/"))
    expect(guide.locator("#book tbody tr")).to_have_count(3)
    shoot(guide, "chain-marks")
    files = []
    for kind in ("CSV", "XLSX"):
        with guide.expect_download() as told:
            guide.get_by_role("link", name=kind).click()
        files.append(told.value.path().read_bytes())
    lines = list(csv.reader(io.StringIO(files[0].decode().removeprefix("\ufeff"))))
    assert lines[0][:3] == ["Number", "Name", "Result (%)"]
    assert lines[0][3].startswith(f"{TITLE} (of ")
    marks = {line[1]: float(line[2] or 0) for line in lines[1:]}
    assert marks == {"Ann": 100, "Bob": 0, "张伟": 100}
    sheet = openpyxl.load_workbook(io.BytesIO(files[1])).active
    assert sheet
    rows = list(sheet.iter_rows(values_only=True))
    assert {str(row[1]): float(str(row[2] or 0)) for row in rows[1:]} == marks
