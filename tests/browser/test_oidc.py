"""Into the lab with an account of a school's own, and out again."""

import subprocess
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.bench import Watched, barriers, shoot
from tests.labsite.oidc.provider import Provider
from tests.labsite.site import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def school() -> Iterator[Provider]:
    """A provider that runs."""
    school = Provider()
    yield school
    school.stop()


@pytest.fixture(scope="module")
def lab(school: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that knows it."""
    profile = {"DJANGO_SETTINGS_MODULE": "tests.browser.settings", "PRIVATE_TARGETS": "1", **school.settings()}
    roles = {"OIDC_ROLE_CLAIM": "realm_access.roles", "OIDC_INSTRUCTORS": "teachers"}
    lab = Site(tmp_path_factory.mktemp("oidc"), profile | roles)
    for command in (["compile_texts"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run(lab.command("manage.py", *command), cwd=ROOT, env=lab.env, check=True, stdout=subprocess.DEVNULL)
    try:
        yield lab.start()
    finally:
        lab.stop()


@pytest.fixture
def enter(browser: Browser, lab: Site) -> Iterator[Callable[..., Page]]:
    """Opens the site in a browser of its own; none of them may have broken the policy or thrown anything."""
    watched: list[Watched] = []

    def open_page(language: str = "en", theme: str = "light") -> Page:
        locale = {"en": "en-US", "zh-hans": "zh-CN"}[language]
        context = browser.new_context(base_url=lab.base, locale=locale, color_scheme=theme)  # type: ignore[arg-type]
        watched.append(Watched(context.new_page()))
        return watched[-1].page

    yield open_page
    for each in watched:
        each.page.context.close()
    faults = [fault for each in watched for fault in each.faults]
    assert [fault for fault in faults if "400 (Bad Request)" not in fault] == []  # the page that says why not


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_a_guest_comes_in_with_the_schools_account_and_logs_out_of_both(
    enter: Callable[..., Page], school: Provider, lab: Site, language: str, theme: str
) -> None:
    page = enter(language, theme)
    page.goto("/")
    page.locator(".hero form button").click()
    page.wait_for_url("**/lessons/")
    page.goto("/accounts/log-in/?next=/classes/")
    assert barriers(page) == []
    shoot(page, f"oidc-log-in-{language}")
    page.locator("a[href*='/accounts/oidc/']").click()
    page.locator("#tina").click()
    page.wait_for_url("**/classes/")
    expect(page.locator("a.who")).to_have_text("tina")
    expect(page.locator("input[name=name]")).to_be_visible()  # who teaches makes classes
    page.locator("form[action='/accounts/log-out/'] button").click()
    assert barriers(page) == []
    shoot(page, f"oidc-left-{language}")
    page.locator(f"a[href^='{school.base}/end']").click()
    page.wait_for_url(f"{lab.base}/")
    expect(page.locator("a.who")).to_have_count(0)
    assert school.ended[-1]["id_token_hint"].count(".") == 2


def test_an_account_of_the_site_is_connected(enter: Callable[..., Page], lab: Site) -> None:
    page = enter()
    page.goto("/accounts/sign-up/")
    page.locator("#id_username").fill("olive")
    page.locator("#id_password1").fill("correct-horse-battery")
    page.locator("#id_password2").fill("correct-horse-battery")
    page.locator("main form button").click()
    page.goto("/accounts/me/")
    assert barriers(page) == []
    page.locator("form[action$='/connect/'] button").click()
    assert barriers(page) == []
    shoot(page, "oidc-connect")
    page.locator("main a.button").click()
    page.locator("#alice").click()
    page.wait_for_url("**/accounts/me/")
    expect(page.locator("main")).to_contain_text("You can come in by School.")
    again = enter()
    again.goto("/accounts/oidc/")
    again.locator("#alice").click()
    expect(again.locator("a.who")).to_have_text("olive")


def test_who_does_not_come_in_sees_why(enter: Callable[..., Page], school: Provider) -> None:
    page = enter()
    school.lies = {"aud": "another-client"}
    page.goto("/accounts/oidc/")
    page.locator("#alice").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    assert barriers(page) == []
    shoot(page, "oidc-refused")
    school.lies = {}
