"""From a learning platform into the lab and back: a learner's mark, a teacher's picked lessons."""

import os
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bench import Bench, barriers, shoot
from tests.labsite.lti.platform import Platform
from tests.labsite.site import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LESSON = "init-containers"


@pytest.fixture
def school(site: Site) -> Iterator[Platform]:
    """A platform that runs and is registered at the site."""
    school = Platform()
    school.tool = site.base
    facts = school.facts()
    words = [f"--{name}={facts[name]}" for name in ("issuer", "client", "authorization", "token", "keys")]
    command = site.command("manage.py", "lti", "add", "Test School", *words, f"--deployment={school.deployment}")
    subprocess.run(command, cwd=ROOT, env=site.env, check=True, stdout=subprocess.DEVNULL)
    yield school
    school.stop()


def add_link(school: Platform, name: str) -> None:
    """A link to the lesson, with a line in the gradebook."""
    line = f"{school.base}/lines/{name}?type=1"
    school.lines[line] = {}
    school.links[name] = {"title": "Init containers", "custom": {"lesson": LESSON}, "line": line}


@pytest.mark.parametrize(("language", "who"), [("en", "alice"), ("zh-hans", "bob")])
def test_a_learner_comes_from_the_course_and_the_mark_goes_back(
    visit: Callable[..., Page], school: Platform, language: str, who: str
) -> None:
    add_link(school, "link-9")
    page = visit(f"{school.base}/course?who={who}", language=language, height=860)
    page.locator("#link-9").click()
    page.wait_for_url(f"**/lessons/{LESSON}/")
    bench = Bench(page).ready()
    bench.run("mkdir -p /opt/test").run("cd /opt/test", r"test\]#$")
    bench.fill_file("write").reached("write")
    until(lambda: bool(school.scores), page)
    first = school.scores[-1]
    assert (first["userId"], first["activityProgress"]) == (f"sub-{who}", "InProgress")
    assert 0 < first["scoreGiven"] < first["scoreMaximum"]
    bench.run("kubectl apply -f myapp.yaml", "myapp-pod created").reached("create")
    until(lambda: school.scores[-1]["scoreGiven"] > first["scoreGiven"], page)
    assert school.scores[-1]["line"].endswith("/lines/link-9?type=1")


def until(there: Callable[[], bool], page: Page) -> None:
    """Wait until something has come to pass elsewhere."""
    for _ in range(400):
        if there():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to pass")


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("zh-hans", "light")])
def test_in_a_frame_the_lab_opens_in_a_tab_of_its_own(
    visit: Callable[..., Page], school: Platform, language: str, theme: str
) -> None:
    add_link(school, "link-9")
    page = visit(f"{school.base}/frame?who=alice&link=link-9", language=language, theme=theme)
    button = page.frame_locator("iframe").locator("a.button")
    expect(button).to_be_visible()
    shoot(page, f"lti-frame-{language}")
    with page.context.expect_page() as opened:
        button.click()
    opened.value.wait_for_url(f"**/lessons/{LESSON}/")


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_a_teacher_picks_lessons_within_the_platforms_page(
    visit: Callable[..., Page], school: Platform, language: str, theme: str
) -> None:
    page = visit(f"{school.base}/frame?who=tina", language=language, theme=theme)
    inside = page.frame_locator("iframe")
    inside.locator(f"input[value={LESSON}]").check()
    inside.locator("input[value=sidecars]").check()
    shoot(page, f"lti-pick-{language}")
    inside.locator("form button").click()
    expect(inside.locator("h1")).to_have_text("Added 2")
    assert [each["custom"]["lesson"] for each in school.returned] == [LESSON, "sidecars"]
    page.goto(f"{school.base}/course?who=tina")
    page.locator("#link-2").click()
    page.wait_for_url(f"**/lessons/{LESSON}/")


def test_a_strangers_page_cannot_frame_what_the_platforms_page_may(browser: Browser, school: Platform) -> None:
    stranger, page = Platform(), browser.new_page()
    begin = {"iss": school.base, "client_id": school.client, "login_hint": "alice", "target_link_uri": "x"}
    inner = f"{school.tool}/lti/login/?{urlencode(begin)}"
    for around, shown in ((school, True), (stranger, False)):
        page.goto(f"{around.base}/frame?{urlencode({'of': inner})}")
        page.wait_for_load_state()
        assert page.frames[1].url.startswith(school.tool) == shown
    stranger.stop()
    page.close()


def test_an_administrator_registers_a_platform(visit: Callable[..., Page], site: Site, school: Platform) -> None:
    name = f"head-{os.urandom(3).hex()}"
    said = site.env | {"ADMINISTRATOR_PASSWORD": "correct-horse-battery"}
    made = (
        "from labsite.accounts.models import User;"
        f"User.objects.create_user('{name}', password='correct-horse-battery', role='administrator')"
    )
    subprocess.run(site.command("manage.py", "shell", "-v0", "-c", made), cwd=ROOT, env=said, check=True)
    for language, theme in (("en", "light"), ("zh-hans", "dark")):
        page = visit("/accounts/log-in/", language=language, theme=theme)
        page.locator("#id_username").fill(name)
        page.locator("#id_password").fill("correct-horse-battery")
        page.locator("main form button").click()
        page.goto("/lti/")
        expect(page.locator("table").first).to_contain_text(school.base)
        assert barriers(page) == []
        shoot(page, f"lti-platforms-{language}")
