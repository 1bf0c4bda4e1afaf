"""An instructor registers a webhook for a class, tries it, and sees what became of it."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import barriers, shoot
from tests.labsite.site import ROOT, Site
from tests.labsite.webhooks.receiver import Receiver

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PASSWORD = "correct-horse-battery"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server to which webhooks lead."""
    receiver = Receiver(time.time)
    yield receiver
    receiver.stop()


def teacher(visit: Callable[..., Page], site: Site, **how: str) -> Page:
    """A page of somebody who has made a class, and stands on its page."""
    name = f"tina-{os.urandom(3).hex()}"
    made = (
        "from labsite.accounts.models import User;"
        f"User.objects.create_user('{name}', password='{PASSWORD}', role='instructor')"
    )
    subprocess.run(site.command("manage.py", "shell", "-v0", "-c", made), cwd=ROOT, env=site.env, check=True)
    page = visit("/accounts/log-in/", **how)
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button").click()
    page.goto("/classes/")
    page.locator("input[name=name]").fill("Pods 101")
    page.locator("form[action$='/new/'] button").click()
    return page


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh-hans", "dark")])
def test_a_webhook_is_registered_tried_and_switched_off(
    visit: Callable[..., Page], site: Site, receiver: Receiver, language: str, theme: str
) -> None:
    page = teacher(visit, site, language=language, theme=theme)
    page.locator("a[href$='/webhooks/']").click()
    assert barriers(page) == []
    page.locator("#id_url").fill(receiver.url)
    page.locator("main form .button").click()
    receiver.secret = page.locator("#secret").inner_text()
    assert receiver.secret.startswith("whsec_")
    assert barriers(page) == []
    shoot(page, f"webhook-secret-{language}")
    page.locator("button[name=test]").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    for _ in range(100):
        if receiver.told:
            break
        page.wait_for_timeout(50)
    assert [told["type"] for told in receiver.told] == ["webhook.test"]
    page.locator("main section a").first.click()
    expect(page.locator("tbody tr td").first).to_contain_text("204")
    assert barriers(page) == []
    page.locator("button[name=off]").click()
    expect(page.locator("button[name=on]")).to_be_visible()
    page.locator("summary").first.click()
    shoot(page, f"webhook-{language}")
    page.locator("#change ~ details summary").click()
    page.locator("button[name=remove]").click()
    expect(page.locator("main table")).to_have_count(0)
