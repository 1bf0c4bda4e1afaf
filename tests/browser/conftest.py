"""A Chromium, the site with the simulator behind it, and somebody who learns."""

import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.bench import Bench, Watched
from tests.labsite.site import ROOT, Site

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PAGES = pytest.StashKey[list[Watched]]()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; CHROMIUM may name one")
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running site, with static files under their hashed names; it may reach servers that tests begin on this machine."""
    profile = {"DJANGO_SETTINGS_MODULE": "tests.browser.settings", "PRIVATE_TARGETS": "1"}
    site = Site(tmp_path_factory.mktemp("site"), profile)
    for command in (["compile_texts"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run(
            site.command("manage.py", *command), cwd=ROOT, env=site.env, check=True, stdout=subprocess.DEVNULL
        )
    try:
        yield site.start()
    finally:
        site.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Whoever reads of a failure is told what the pages showed then."""
    report = yield
    if report.when == "call" and report.failed:
        report.sections += [(f"page {each.page.url}", each.shown()) for each in item.stash.get(PAGES, [])]
    return report


@pytest.fixture
def visit(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens pages in browsers of their own; at the end, none of them may have broken the policy or thrown anything."""
    watched = request.node.stash.setdefault(PAGES, [])

    def open_page(
        path: str = "/", *, language: str = "en", theme: str = "light", width: int = 1280, height: int = 800
    ) -> Page:
        context = browser.new_context(
            base_url=site.base,
            locale={"en": "en-US", "zh-hans": "zh-CN"}[language],
            color_scheme=theme,  # type: ignore[arg-type]
            viewport={"width": width, "height": height},
        )
        page = context.new_page()
        watched.append(Watched(page))
        page.goto(path)
        return page

    yield open_page
    for each in watched:
        each.page.context.close()
    assert [fault for each in watched for fault in each.faults] == []


@pytest.fixture
def start(visit: Callable[..., Page]) -> Callable[..., Bench]:
    """Starts as a guest and opens a lesson, or the free lab."""

    def begin(path: str = "/lab/", **how: Any) -> Bench:
        page = visit("/", **how)
        page.locator(".hero form button").click()
        page.wait_for_url("**/lessons/")
        page.goto(path)
        return Bench(page).ready()

    return begin
