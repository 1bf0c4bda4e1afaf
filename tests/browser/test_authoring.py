"""A lesson made by doing: set up at the prompt, played, written in both languages, checked, mended."""

import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.bench import Bench, barriers, shoot
from tests.labsite.site import ROOT, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PASSWORD = "correct-horse-battery"
NAME = "the-shop-without-an-image"
ENGLISH, CHINESE = "en", "zh-hans"


def author(site: Site, visit: Callable[..., Page], name: str, **how: str) -> Page:
    """The page of somebody who may make lessons."""
    env = site.env | {"AUTHOR": name, "PASSWORD": PASSWORD}
    make = (
        "import os; from labsite.accounts.models import User;"
        "User.objects.create_user(os.environ['AUTHOR'], password=os.environ['PASSWORD'], role='instructor')"
    )
    subprocess.run(site.command("manage.py", "shell", "-v0", "-c", make), cwd=ROOT, env=env, check=True)
    page = visit("/accounts/log-in/", **how)
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator(".sheet button").click()
    page.wait_for_url("**/lessons/")
    return page


def field(page: Page, path: str) -> Locator:
    """The field of a form that a path names."""
    return page.locator(f'[data-field="{path}"]').first


def saved(page: Page) -> None:
    """Wait until everything is stored."""
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")


def write(page: Page, **texts: str) -> None:
    """Fill fields in; `__` stands for a dot, and an English or Chinese text ends with the language."""
    for name, text in texts.items():
        field(page, name.replace("__", ".").replace("zh_hans", "zh-hans")).fill(text)


def play(page: Page) -> None:
    """Set the cluster up, say so, play the solution, say so."""
    bench = Bench(page).ready()
    expect(page.get_by_role("button", name="This is the start")).to_be_visible()
    assert barriers(page) == []
    shoot(page, "draft-set-up")
    bench.run("kubectl run shop --image=nginx:1.72", "pod/shop created")
    bench.run("sleep 6; echo now", "^now")
    page.get_by_role("button", name="This is the start").click()
    expect(page.get_by_role("button", name="This is the solution")).to_be_visible()
    expect(page.locator("#draft-differences")).to_be_hidden()
    bench.run("kubectl get pods", "shop")
    bench.run("kubectl set image pod/shop shop=nginx:1.27", "image updated")
    bench.run("kubectl wait --for=condition=Ready pod/shop --timeout=120s", "condition met")
    assert barriers(page) == []
    shoot(page, "draft-play")
    page.get_by_role("button", name="This is the solution").click()
    page.wait_for_url("**/drafts/*/")


def test_an_author_makes_a_lesson_by_doing(site: Site, visit: Callable[..., Page]) -> None:
    page = author(site, visit, "maker")
    page.goto("/drafts/")
    assert barriers(page) == []
    shoot(page, "drafts")
    page.locator("#base").select_option("one-node")
    page.get_by_role("button", name="Begin", exact=True).click()
    play(page)
    checks = page.locator(".step-part .parts > li")
    expect(page.locator(".check-head code", has_text="nginx:1.27")).to_be_visible()
    expect(page.locator(".check-head code", has_text="status.conditions[type=Ready].status")).to_be_visible()
    before = checks.count()
    page.get_by_role("button", name="Drop this check").last.click()
    expect(checks).to_have_count(before - 1)
    write(page, title__en="The shop without an image", title__zh_hans="没有镜像的商店", slug=NAME)
    write(page, intro__en="The Pod `shop` does not start.", intro__zh_hans="Pod `shop` 起不来。")
    write(page, steps__0__title__en="Mend it", steps__0__title__zh_hans="修好它")
    write(page, steps__0__body__en="Give the Pod an image that exists: nginx 1.27.")
    write(page, debrief__en="An image's tag is part of its name.", debrief__zh_hans="标签是镜像名的一部分。")
    page.get_by_role("button", name="Add a hint").click()
    write(page, steps__0__hints__0__text__en="`kubectl set image` changes it.")
    write(page, steps__0__hints__0__text__zh_hans="`kubectl set image` 可以修改它。")
    expect(page.locator("#preview h1")).to_have_text("The shop without an image")
    page.locator("[data-preview=zh-hans]").click()
    expect(page.locator("#preview h1")).to_have_text("没有镜像的商店")
    assert barriers(page) == []
    shoot(page, "draft-desk")
    page.get_by_role("button", name="Check", exact=True).click()
    wrong = page.locator("#report .problem-link", has_text="has no text")
    expect(wrong).to_be_visible()
    assert barriers(page) == []
    shoot(page, "draft-problems")
    wrong.click()
    expect(field(page, "steps.0.body.zh-hans")).to_be_focused()
    page.keyboard.type("给 Pod 一个存在的镜像:nginx 1.27。")
    field(page, "compared").check()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#report .good")).to_be_visible()
    assert barriers(page) == []
    shoot(page, "draft-right")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator("#published a")).to_have_attribute("href", f"/lessons/{NAME}/")
    assert barriers(page) == []
    shoot(page, "draft-published")
    in_the_other_language(page)
    learn(visit)


def in_the_other_language(page: Page) -> None:
    """The same desk in Chinese, in the dark, on a tablet."""
    page.locator("[data-theme-toggle]").click()
    page.locator(".languages button[value=zh-hans]").click()
    expect(page.locator(".step-part")).to_be_visible()
    assert barriers(page) == []
    shoot(page, "draft-desk-zh")
    page.set_viewport_size({"width": 820, "height": 1180})
    page.locator(".step-part").scroll_into_view_if_needed()
    page.locator(".step-part .parts details summary").first.click()
    page.locator(".offers summary").first.click()
    assert barriers(page) == []
    shoot(page, "draft-desk-tablet")


def learn(visit: Callable[..., Page]) -> None:
    """Somebody finds the lesson, does it and finishes."""
    page = visit("/", language=CHINESE)
    page.locator(".hero form button").click()
    page.wait_for_url("**/lessons/")
    page.locator("input[name=q]").fill("没有镜像")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="没有镜像的商店").click()
    bench = Bench(page).ready()
    expect(page.locator("#lesson-title")).to_have_text("没有镜像的商店")
    expect(page.locator(".missing:not([hidden])")).to_contain_text("nginx:1.72")
    bench.run("kubectl get pods", "shop")
    shoot(page, "draft-learnt")
    bench.run("kubectl set image pod/shop shop=nginx:1.27", "image updated")
    expect(page.locator("#debrief")).to_be_visible()
    expect(page.locator("#debrief")).to_contain_text("标签是镜像名的一部分")
    assert barriers(page) == []
    shoot(page, "draft-finished")


def test_two_windows_do_not_write_over_each_other(site: Site, visit: Callable[..., Page]) -> None:
    page = author(site, visit, "maker-of-two", language="zh-hans", theme="dark")
    page.goto("/drafts/")
    page.locator("#base").select_option("lesson:what-a-pod-is")
    page.locator("form[action$='/drafts/new/'] .button").click()
    Bench(page).ready()
    shoot(page, "draft-set-up-zh")
    page.goto(page.url.replace("bench/", ""))
    other = page.context.new_page()
    other.goto(page.url)
    write(page, title__en="First")
    saved(page)
    write(other, title__en="Second")
    expect(other.locator("#stale")).to_be_visible()
    assert barriers(other) == []
    shoot(other, "draft-stale")
    other.locator("#take-theirs").click()
    expect(field(other, "title.en")).to_have_value("First")
    write(other, title__zh_hans="第三")
    saved(other)
    page.reload()
    expect(field(page, "title.zh-hans")).to_have_value("第三")
    files = page.locator("#as-files")
    files.locator("summary").click()
    page.locator("#file-name").select_option("lesson.yaml")
    text = page.locator("#file-text").input_value()
    page.locator("#file-text").fill(text.replace("minutes: 10", "minutes: many"))
    page.locator("#save-files").click()
    expect(page.locator("#file-problem")).to_contain_text("lesson.yaml:3")
    expect(page.locator("#only-files")).to_be_visible()
    assert barriers(page) == []
    shoot(page, "draft-files")
    page.locator("#file-text").fill(text.replace("minutes: 10", "minutes: 25"))
    page.locator("#save-files").click()
    expect(field(page, "minutes")).to_have_value("25")


def test_what_was_played_is_cut_into_steps(site: Site, visit: Callable[..., Page]) -> None:
    page = author(site, visit, "maker-of-steps")
    page.goto("/drafts/")
    page.get_by_role("button", name="Begin", exact=True).click()
    bench = Bench(page).ready()
    page.get_by_role("button", name="This is the start").click()
    expect(page.get_by_role("button", name="This is the solution")).to_be_visible()
    bench.run("kubectl create namespace north", "north created")
    bench.run("kubectl label node node01 disk=ssd", "node01 labeled")
    bench.run("kubectl get nodes -w", "node02")
    page.keyboard.press("Control+c")
    bench.run("kubectl -n north create configmap c --from-literal=a=b", "c created")
    page.get_by_role("button", name="This is the solution").click()
    page.wait_for_url("**/drafts/*/")
    expect(page.locator("#draft-lost")).to_contain_text("kubectl get nodes -w: was interrupted")
    expect(page.locator(".step-part")).to_have_count(1)
    write(page, steps__0__title__en="A place of its own")
    played = page.locator(".playing-list > li")
    for text in ("label node", "configmap"):
        played.filter(has_text=text).get_by_label("A step begins here").check()
    page.get_by_role("button", name="Cut into these steps").click()
    expect(page.locator(".step-part")).to_have_count(3)
    expect(field(page, "steps.0.title.en")).to_have_value("A place of its own")
    for number, about in enumerate(("namespaces//north", "metadata.labels.disk", "configmaps/north/c")):
        heads = page.locator(".step-part").nth(number).locator(".check-head")
        expect(heads.first).to_contain_text(about)
        expect(heads).to_have_count(2 if number == 2 else 1)
    assert barriers(page) == []
    shoot(page, "draft-steps")
