"""One lesson of each chapter is done from start to debrief, and a good part of the exam, in both languages, on a desktop and a tablet."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lessons import catalogue, transcripts
from lessons.catalogue import Lesson
from lessons.transcripts import Command
from tests.browser.bench import Bench, barriers
from tests.browser.player import Player

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SLEEPS = re.compile(r"(?m)^\$ sleep (\d+)")
PLACES = [
    ("en", "light", 1280, 860),
    ("zh-hans", "dark", 834, 1112),
    ("zh-hans", "light", 1280, 860),
    ("en", "dark", 834, 1112),
]


def toil(lesson: Lesson) -> int:
    """How long a lesson keeps a browser busy, roughly in tenths of a second."""
    pieces = transcripts.parse(lesson.solution).steps
    return 4 * len(pieces) + sum(int(seconds) for seconds in SLEEPS.findall(lesson.solution))


def playable(lesson: Lesson) -> bool:
    """Whether the solution is the same for everybody, and all typed in one terminal."""
    pieces = transcripts.parse(lesson.solution).steps
    return not lesson.values and not any(isinstance(piece, Command) and piece.host for piece in pieces)


def one_of_each_chapter() -> list[Lesson]:
    """The lesson of each chapter that is done soonest."""
    chosen: dict[int, Lesson] = {}
    for lesson in sorted(catalogue.lessons().values(), key=toil):
        if playable(lesson):
            chosen.setdefault(lesson.chapter, lesson)
    return [chosen[chapter] for chapter in sorted(chosen)]


@pytest.mark.parametrize(
    ("lesson", "place"),
    [(lesson, PLACES[number % len(PLACES)]) for number, lesson in enumerate(one_of_each_chapter())],
    ids=lambda value: value.slug if isinstance(value, Lesson) else f"{value[0]}-{value[2]}",
)
def test_a_lesson_is_done_as_its_solution_says(
    start: Callable[..., Bench], lesson: Lesson, place: tuple[str, str, int, int]
) -> None:
    language, theme, width, height = place
    bench = start(f"/lessons/{lesson.slug}/", language=language, theme=theme, width=width, height=height)
    Player(bench).play(lesson)
    expect(bench.page.locator("#debrief")).to_be_visible()
    expect(bench.page.locator(".step[data-state=done]")).to_have_count(len(lesson.steps))
    assert barriers(bench.page) == []
    bench.page.locator("#debrief").scroll_into_view_if_needed()
    bench.shoot(f"done-{lesson.chapter}-{language}-{width}")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-hans", 834)])
def test_a_good_part_of_the_exam_is_done_in_any_order_and_handed_in(
    visit: Callable[..., Page], language: str, width: int
) -> None:
    page = visit("/", language=language, width=width, height=1000)
    page.locator(".hero form button").click()
    page.wait_for_url("**/lessons/")
    page.goto("/lessons/final-exam/")
    page.locator("main form button").click()  # it begins when one says so
    bench = Bench(page).ready()
    expect(page.locator("#exam-clock")).to_have_text(re.compile(r"^(60:00|59:\d\d)$"))
    assert page.locator(".hints:visible, [data-skip]").count() == 0
    player = Player(bench)

    word = page.locator("[data-step=update] .prose code").last.text_content()  # drawn for this learner
    port = re.search(r"front:(\d+)", page.locator("[data-step=door] .prose").first.text_content() or "")
    assert port
    player.command("kubectl set selector service front app=front,tier=web")
    player.command(f'kubectl patch service front -p \'{{"spec":{{"ports":[{{"port":{port[1]},"targetPort":80}}]}}}}\'')
    bench.reached("door")
    player.command("kubectl set image pod/poster web=nginx:1.27")
    bench.reached("picture")
    player.command(
        "kubectl get pod riddle -o jsonpath='code={.status.containerStatuses[0].lastState.terminated.exitCode}{\"\\n\"}'"
    )
    code = re.findall(r"^code=(\d+)$", bench.text(), re.MULTILINE)[-1]
    player.answer("code", (code,))
    player.answer("policy", ("never",))
    expect(page.locator("[data-question=policy]")).to_have_attribute("data-state", "kept")
    assert page.locator("[data-question=policy] .replies .prose").count() == 0
    player.command('kubectl patch deployment site -p \'{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":0}}}}\'')
    player.command("kubectl set image deployment/site web=nginx:1.27")
    player.command(f"kubectl annotate deployment/site kubernetes.io/change-cause={word}")
    player.command("kubectl rollout status deployment/site")
    bench.reached("update").shoot(f"exam-{language}-{width}")
    expect(page.locator(".step[data-state=done]")).to_have_count(3)

    page.locator("[data-dialog=end-dialog]").click()
    page.locator("[data-end-exam]").click()
    expect(page.locator("#debrief")).to_be_visible()
    expect(page.locator("#score")).to_contain_text(re.compile(r"\d"))
    expect(page.locator("[data-question=policy]")).to_have_attribute("data-state", "wrong")
    expect(page.locator("[data-exam-only]").first).to_be_hidden()
    page.locator("#debrief").scroll_into_view_if_needed()
    bench.shoot(f"exam-over-{language}-{width}")
    bench.reload()
    expect(page.locator("#debrief")).to_be_visible()
