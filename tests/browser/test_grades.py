"""A class and its marks: whoever teaches sees them come, looks at the evidence, changes one; an assistant reads; the learner reads why."""

import csv
import io
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import Bench, barriers, shoot
from tests.labsite.site import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PASSWORD = "correct-horse-battery"
LESSON, OTHER = "what-a-pod-is", "sidecars"
MAKE = (
    "from labsite.accounts.models import User; User.objects.create_user({name!r}, password={password!r}, role={role!r})"
)


def somebody(site: Site, visit: Callable[..., Page], name: str, role: str, **how: str) -> Page:
    """The page of somebody with an account, who is logged in."""
    code = MAKE.format(name=name, password=PASSWORD, role=role)
    subprocess.run(site.command("manage.py", "shell", "-v0", "-c", code), cwd=ROOT, env=site.env, check=True)
    page = visit("/accounts/log-in/", **how)
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator(".sheet button").click()
    page.wait_for_url("**/lessons/")
    return page


def join(page: Page, code: str, name: str, number: str) -> None:
    """Join the class."""
    page.goto(f"/join/{code}/")
    page.locator("#name").fill(name)
    page.locator("#number").fill(number)
    page.locator(".sheet form button").click()
    expect(page.locator("h1")).to_have_text("Pods 102")


def made(teacher: Page) -> str:
    """A class that does two lessons; its code."""
    teacher.goto("/classes/")
    teacher.locator("input[name=name]").fill("Pods 102")
    teacher.get_by_role("button", name="Make the class").click()
    teacher.get_by_text("Choose lessons and due dates").click()
    for lesson in (LESSON, OTHER):
        teacher.locator(f"input[value={lesson}]").check()
    teacher.locator(f"input[name=due-{LESSON}]").fill("2020-03-01T17:30")
    teacher.locator("form[action$='/lessons/'] .button").click()
    return teacher.locator(".code").first.inner_text()


def say_how(teacher: Page) -> None:
    """What is late counts half; one lesson weighs three times as much."""
    teacher.get_by_role("link", name="How the class marks").click()
    teacher.locator("#id_all-late").select_option("fixed")
    teacher.locator("#id_all-late_percent").fill("200")
    teacher.get_by_role("button", name="Save").click()
    expect(teacher.locator(".errorlist")).to_contain_text("100")
    teacher.locator("#id_all-late_percent").fill("50")
    teacher.locator(f"[id='id_lesson-{OTHER}-weight']").fill("3")
    assert barriers(teacher) == []
    shoot(teacher, "marking")
    teacher.get_by_role("button", name="Save").click()
    expect(teacher.locator(".notice")).to_contain_text("reckoned anew")


def test_marks_come_are_looked_into_and_changed(site: Site, visit: Callable[..., Page]) -> None:
    teacher = somebody(site, visit, "lin", "instructor")
    code = made(teacher)
    say_how(teacher)
    ann = visit("/", language="en")
    join(ann, code, "=Ann 安", "7")
    helper = somebody(site, visit, "tom", "learner", language="zh-hans", theme="dark")
    join(helper, code, "Tom", "8")
    teacher.get_by_role("link", name="Back to the class").click()
    row = teacher.locator(".seats tr", has_text="Tom")
    row.locator("summary").click()
    row.get_by_role("button", name="Assistant").click()
    room = teacher.url
    teacher.get_by_role("link", name="Gradebook").click()
    expect(teacher.locator("#book tbody tr")).to_have_count(1)
    helper.goto(f"{room}grades/")
    expect(helper.locator("#book tbody tr")).to_have_count(1)
    ann.goto(f"/lessons/{LESSON}/")
    Bench(ann).ready().fill_file("write").reached("write")
    cell = "#book tbody tr td:nth-child(4)"
    for page in (teacher, helper):
        expect(page.locator(cell)).to_contain_text("4.6 %")
        expect(page.locator(f"{cell} .sign.late")).to_have_count(1)
        assert barriers(page) == []
    shoot(teacher, "gradebook")
    shoot(helper, "gradebook-zh-dark")
    teacher.locator("#unit").select_option("points")
    expect(teacher.locator(cell)).to_contain_text("0.5")
    look_into(teacher, cell)
    change(teacher, helper, cell)
    read(ann, room)
    take_along(teacher, room)


def look_into(teacher: Page, cell: str) -> None:
    """The page of the mark leads to the moment at which a check was fulfilled."""
    teacher.locator(f"{cell} a").click()
    expect(teacher.locator("#whole")).to_contain_text("0.50 / 11")
    assert barriers(teacher) == []
    shoot(teacher, "mark")
    teacher.locator(".checks .passed a").first.click()
    expect(teacher.locator("#time-back")).to_be_visible()
    expect(teacher.locator("#lab")).to_have_attribute("data-looks", "=Ann 安")
    shoot(teacher, "evidence")
    teacher.go_back()


def change(teacher: Page, helper: Page, cell: str) -> None:
    """Whoever teaches changes the mark, which an assistant sees at once, and cannot do."""
    teacher.locator("#points").fill("12")
    teacher.locator("#reason").fill("The file was right at once")
    teacher.get_by_role("button", name="Set the mark").click()
    expect(teacher.locator(".notice")).to_contain_text("from 0 to 11")
    for points in ("9", "10.5"):
        teacher.locator("#points").fill(points)
        teacher.locator("#reason").fill("The file was right at once")
        teacher.get_by_role("button", name="Set the mark").click()
        expect(teacher.locator("#whole")).to_contain_text(points)
    expect(helper.locator(cell)).to_contain_text("95.5 %")
    expect(helper.locator(f"{cell} .sign.hand")).to_have_count(1)
    teacher.locator("#reason").fill("It was late after all")
    teacher.get_by_role("button", name="Take the last change back").click()
    expect(teacher.locator("#adjustments tbody tr")).to_have_count(3)
    expect(teacher.locator("#whole")).to_contain_text("9 / 11")
    expect(teacher.locator("#reckoned")).to_contain_text("0.50 / 11")
    teacher.locator("#comment").fill("Well done. 做得好。")
    teacher.get_by_role("button", name="Say it").click()
    assert barriers(teacher) == []
    shoot(teacher, "mark-changed")
    helper.locator(f"{cell} a").click()
    expect(helper.locator("#adjustments tbody tr")).to_have_count(3)
    expect(helper.locator("#points")).to_have_count(0)
    shoot(helper, "mark-zh-dark")


def read(ann: Page, room: str) -> None:
    """The learner reads why, and finds no gradebook."""
    ann.goto(room)
    ann.get_by_role("link", name="My marks").click()
    expect(ann.locator("table.mine")).to_contain_text("9 / 11")
    expect(ann.locator("table.mine")).to_contain_text("It was late after all")
    expect(ann.locator("table.mine")).to_contain_text("做得好。")
    assert barriers(ann) == []
    shoot(ann, "my-marks")
    ann.locator("table.mine th a").first.click()
    expect(ann.locator("#whole")).to_contain_text("9 / 11")
    assert barriers(ann) == []
    assert ann.request.get(f"{room}grades/").status == 404
    assert ann.request.get(f"{room}grades/marks.csv").status == 404


def take_along(teacher: Page, room: str) -> None:
    """The gradebook as a file, in which a name that looks like a formula is none."""
    teacher.goto(f"{room}grades/")
    with teacher.expect_download() as told:
        teacher.get_by_role("link", name="CSV").click()
    text = told.value.path().read_bytes().decode()
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert lines[1][:2] == ["7", "'=Ann 安"]
    assert "9.00" in lines[1]


def test_without_lessons_the_columns_of_the_gradebook_stand_side_by_side(
    site: Site, visit: Callable[..., Page]
) -> None:
    page = somebody(site, visit, "early", "instructor")
    page.goto("/classes/")
    page.locator("input[name=name]").fill("Pods 103")
    page.get_by_role("button", name="Make the class").click()
    page.get_by_role("link", name="Gradebook").click()
    heads = page.locator(".book thead th")
    expect(heads).to_have_count(3)
    tops = heads.evaluate_all("(heads) => heads.map((head) => head.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
