"""Somebody who teaches sees where the class gets stuck, on the screen and as a table."""

import os
import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.bench import barriers, shoot
from tests.labsite.site import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PASSWORD = "correct-horse-battery"
# A teacher whose class has twelve learners at work, each further than the one before.
PLANT = """
from django.utils import timezone
from labsite.accounts.models import User
from labsite.analytics.models import Help, Lack, Stumble
from labsite.classes import assignments
from labsite.classes.models import Classroom, Seat
from labsite.grades.models import Attempt
from labsite.sandboxes.models import Sandbox
from lessons import catalogue
teacher = User.objects.create_user("{name}", password="{password}", role="instructor")
room = Classroom.objects.create(name="Pods 101")
Seat.objects.create(classroom=room, user=teacher, role="instructor", name="Tina")
assignments.choose(room, dict.fromkeys(("what-a-pod-is", "init-containers", "final-exam"), ""))
steps = catalogue.lessons()["what-a-pod-is"].steps
for at in range(12):
    user = User.new_guest()
    Seat.objects.create(classroom=room, user=user, name=f"Learner {{at}}")
    row = Sandbox.objects.create(owner=user, lesson="what-a-pod-is", set_aside=True)
    facts, worked, now = {{}}, 0, timezone.now()
    for number, step in enumerate(steps[: 3 + at // 2]):
        worked += (40 + 25 * at + 60 * (number == 2)) * 1_000_000
        facts[step.id] = {{"reached": [0, 0, 0, 0], "worked": worked, "hints": 0, "skipped": False, "checks": {{}}}}
    done = now if len(facts) == len(steps) else None
    Attempt.objects.create(sandbox=row, started=now, facts=facts, worked=worked, finished=done)
    where = {{"user": user, "lesson": "what-a-pod-is", "step": "create"}}
    Stumble.objects.create(**where, what="kubectl apply -f", why="Invalid", times=at)
    Lack.objects.create(**where, check_id="pod", times=1 + at)
    passed = 2 + 120_000_000 * at
    Help.objects.create(**where, sandbox=row.pk, hint="0", given=1, passed=passed)
print(room.pk)
"""


def planted(site: Site) -> tuple[str, str]:
    """The teacher's name, and the class."""
    name = f"tina-{os.urandom(3).hex()}"
    words = site.command("manage.py", "shell", "-v0", "-c", PLANT.format(name=name, password=PASSWORD))
    said = subprocess.run(words, cwd=ROOT, env=site.env, check=True, capture_output=True, text=True)
    return name, said.stdout.split()[-1]


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("en", "light", 1280), ("zh-hans", "dark", 1280), ("en", "dark", 390)]
)
def test_a_teacher_sees_where_learners_get_stuck(
    visit: Callable[..., Page], site: Site, language: str, theme: str, width: int
) -> None:
    name, room = planted(site)
    page = visit("/accounts/log-in/", language=language, theme=theme, width=width)
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button").click()
    page.goto(f"/classes/{room}/")
    page.locator("a[href$='/analytics/']").click()
    assert barriers(page) == []
    shoot(page, f"analytics-{language}-{width}")
    page.locator("a[href='?lesson=what-a-pod-is']").click()
    expect(page.locator("section[aria-labelledby=times] svg.bar")).to_have_count(
        7
    )  # at the last step there are too few
    expect(page.locator("section[aria-labelledby=hints] tbody tr")).to_have_count(1)
    expect(page.locator("section[aria-labelledby=errors] tbody tr")).to_contain_text("kubectl apply -f")
    assert barriers(page) == []
    shoot(page, f"analytics-lesson-{language}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="print")
    shoot(page, f"analytics-print-{language}-{width}")
    page.emulate_media(media="screen")
    page.go_back()
    with page.expect_download() as found:
        page.locator("a[href$='/analytics.csv']").click()
    assert found.value.suggested_filename == f"analytics-{room}.csv"
    assert "kubectl apply -f: Invalid" in found.value.path().read_text(encoding="utf-8-sig")
