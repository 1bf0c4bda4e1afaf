"""Somebody who teaches a class, and those who join it, each in a browser of their own."""

import subprocess
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.bench import Bench
from tests.labsite.site import ROOT, Site

PASSWORD = "correct-horse-battery"


def manage(site: Site, script: str) -> None:
    """Run a script in the site's own shell."""
    subprocess.run(site.command("manage.py", "shell", "-c", script), cwd=ROOT, env=site.env, check=True)


def teacher(site: Site, visit: Callable[..., Page], name: str) -> Page:
    """The page of an administrator, who may teach too."""
    site.make_administrator(name, PASSWORD)
    page = visit("/accounts/log-in/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator(".sheet button").click()
    return page


def a_class(page: Page, name: str) -> str:
    """Make a class and go into its room: its code."""
    page.goto("/classes/")
    page.locator("input[name=name]").fill(name)
    page.get_by_role("button", name="Make the class").click()
    code = page.locator(".code").first.inner_text()
    page.get_by_role("link", name="The room").click()
    return code


def join(visit: Callable[..., Page], code: str, name: str, **how: str) -> Bench:
    """Somebody who has joined, at their free lab."""
    page = visit(f"/join/{code}/", **how)
    page.locator("#name").fill(name)
    page.locator(".sheet form button").click()
    page.goto("/lab/")
    return Bench(page).ready()
