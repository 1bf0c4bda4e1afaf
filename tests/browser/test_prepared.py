"""Prepared states, from the room to one, some and all learners: offered, taken, declined; and nothing that a learner had is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.bench import Bench, barriers, shoot
from tests.browser.teaching import a_class, join, teacher
from tests.labsite.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LESSON = "what-a-pod-is"


def test_prepared_states_reach_one_some_and_all(site: Site, visit: Callable[..., Page]) -> None:
    room = teacher(site, visit, "guide-with-states")
    code = a_class(room, "Prepared")
    address = room.url
    prepare(room)
    room.goto(address)
    ann, bob = join(visit, code, "Ann"), join(visit, code, "Bob", theme="dark")
    wei = join(visit, code, "张伟", language="zh-hans", theme="dark")
    for learner in (ann, bob, wei):
        learner.run("kubectl create namespace mine", "mine created")
        learner.run("echo kept > /root/kept.txt")
    expect(room.locator(".seat")).to_have_count(3)
    to_some(room, ann, wei)
    assert offers(bob.page).count() == 0
    take(ann)
    go_back(ann)
    decline(wei)
    to_one(room, ann)
    to_all(room, (ann, bob, wei))
    begin_again(ann)


def prepare(room: Page) -> None:
    """A cluster of one's own, with something in it."""
    room.goto("/lab/")
    Bench(room).ready().run("kubectl create namespace prepared", "prepared created")


def offers(page: Page) -> Locator:
    """What is offered to a learner."""
    return page.locator("#offers .offer")


def open_help(room: Page, *names: str) -> None:
    """Choose seats, and open what is done for several."""
    for name in ("Ann", "Bob", "张伟"):
        room.get_by_label(f"Choose {name}").set_checked(name in names)
    room.locator("#help-many").click()


def to_some(room: Page, ann: Bench, wei: Bench) -> None:
    """The start of a lesson, and the prepared cluster under a name, to two of three."""
    open_help(room, "Ann", "张伟")
    room.locator("#start-lesson").select_option(LESSON)
    room.locator("#start-form button").click()
    expect(room.locator("#beside-told")).to_have_text("Sent. Learners: 2")
    room.locator("#state-title").fill("With a namespace")
    room.locator("#state-form button").click()
    assert barriers(room) == []
    shoot(room, "states-sent")
    for page in (ann.page, wei.page):
        expect(offers(page)).to_have_count(2)
        expect(offers(page).nth(1)).to_contain_text("With a namespace")
        assert barriers(page) == []
    expect(ann.page.locator("#announcer")).to_contain_text("A prepared cluster: With a namespace")
    expect(offers(ann.page).nth(0)).to_contain_text("What a Pod is")
    shoot(ann.page, "states-offered")
    shoot(wei.page, "states-offered-zh-dark")
    room.get_by_role("button", name="Close").click()


def take(ann: Bench) -> None:
    """The learner goes on from the prepared cluster, on a branch of its name."""
    offers(ann.page).nth(1).get_by_role("button", name="Go on from it").click()
    expect(offers(ann.page)).to_have_count(1)
    ann.ready().run("kubectl get namespaces", "^prepared +Active")
    ann.run("clear").run("kubectl get namespace mine", "not found")
    ann.page.locator("#time-more").click()
    expect(ann.page.locator("#time-branch")).to_have_text("With a namespace")
    branches = ann.page.locator("#branches > li")
    expect(branches).to_have_count(2)
    expect(branches.filter(has_text="With a namespace")).to_have_attribute("aria-current", "true")
    assert barriers(ann.page) == []
    shoot(ann.page, "state-taken")


def go_back(ann: Bench) -> None:
    """What the learner had is there, and so is what was prepared."""
    own = ann.page.locator("#branches > li").filter(has_not_text="With a namespace")
    own.get_by_role("button", name="Come back to it").click()
    ann.ready().run("clear").run("kubectl get namespaces; cat /root/kept.txt", "^kept")
    ann.shows("^mine +Active")
    assert "prepared" not in ann.text()
    there = ann.page.locator("#branches > li").filter(has_text="With a namespace")
    expect(there.get_by_role("button", name="Come back to it")).to_be_visible()
    ann.page.locator("#time-more").click()


def decline(wei: Bench) -> None:
    """Who does not want it goes on as before."""
    for left in (1, 0):
        offers(wei.page).last.get_by_role("button", name="拒绝").click()
        expect(offers(wei.page)).to_have_count(left)
    expect(wei.page.locator("#offers")).to_be_hidden()
    wei.run("clear").run("kubectl get namespaces; cat /root/kept.txt", "^kept")
    wei.shows("^mine +Active")
    wei.page.locator("#time-more").click()
    expect(wei.page.locator("#branches > li")).to_have_count(1)
    wei.page.locator("#time-more").click()


def to_one(room: Page, ann: Bench) -> None:
    """To one alone; without a name it has that of the lab."""
    open_help(room, "Ann")
    room.locator("#state-form button").click()
    expect(room.locator("#beside-told")).to_have_text("Sent. Learners: 1")
    expect(offers(ann.page)).to_have_count(2)
    expect(offers(ann.page).nth(1)).to_contain_text("A prepared cluster: Free lab")
    room.get_by_role("button", name="Close").click()


def to_all(room: Page, learners: tuple[Bench, ...]) -> None:
    """Without any seat chosen, to all."""
    before = [offers(each.page).count() for each in learners]
    open_help(room)
    room.locator("#state-title").fill("For everybody")
    room.locator("#state-form button").click()
    expect(room.locator("#beside-told")).to_have_text("Sent. Learners: 3")
    for each, count in zip(learners, before, strict=True):
        expect(offers(each.page)).to_have_count(count + 1)
        expect(offers(each.page).last).to_contain_text("For everybody")
    room.get_by_role("button", name="Close").click()


def begin_again(ann: Bench) -> None:
    """The start of the lesson: opened, and, once something was done there, begun again; what was done is a branch to come back to."""
    offers(ann.page).first.get_by_role("link", name="Open the lesson").click()
    lesson = Bench(ann.page).ready()
    expect(ann.page.locator("#lesson-title")).to_have_text("What a Pod is")
    lesson.run("kubectl create namespace done", "done created")
    offers(ann.page).first.get_by_role("button", name="Begin again").click()
    expect(offers(ann.page).filter(has_text="What a Pod is")).to_have_count(0)
    lesson.ready().run("clear").run("kubectl get namespace done", "not found")
    ann.page.locator("#time-more").click()
    expect(ann.page.locator("#branches > li")).to_have_count(2)
    shoot(ann.page, "lesson-begun-again")
    ann.page.get_by_role("button", name="Come back to it").click()
    lesson.ready().run("clear").run("kubectl get namespace done", "^done +Active")
