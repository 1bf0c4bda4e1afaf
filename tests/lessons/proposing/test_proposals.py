"""Proposed checks are false before their step and true after it, and a lesson that is made of nothing else is proved.

The lessons of the course are the playings: what their solutions do.
"""

from pathlib import Path

import pytest

from lessons import catalogue, proof, solutions, starting
from lessons.apart import works
from lessons.catalogue import Lesson
from lessons.drafting import joining, writing
from lessons.drafting.document import Document
from lessons.players import EPOCH
from lessons.proposing.proposal import Proposal
from lessons.proposing.propose import propose
from lessons.proposing.writing import text
from lessons.transcripts import Answer, Piece
from simulator.lab import Lab

SAYS = {"en": "Do it.", "zh-hans": "做吧。"}
# Lessons in which something is made, mended, broken, scheduled, asked for, written: with steps in which something happens.
SLUGS = [
    "the-silent-sidecar",
    "stuck-at-init",
    "the-image-that-never-comes",
    "crashloopbackoff",
    "the-shop-that-keeps-falling",
    "how-pods-end",
    "configmaps-and-secrets",
    "the-doctor-who-kills",
    "requests-and-limits",
    "powers-and-levels",
    "choosing-a-node",
    "taints-and-tolerations",
    "nobody-answers",
    "rolling-updates",
]


def steps_of(lesson: Lesson) -> list[list[Piece]]:
    """What the solution does for each step, but for answers to questions."""
    cut = solutions.parts(lesson.folder, tuple(lesson.values.items()))
    found = [[piece for piece in cut.get(step.id, ()) if not isinstance(piece, Answer)] for step in lesson.steps]
    return [pieces for pieces in found if pieces]


def proposed(lesson: Lesson) -> tuple[list[list[Proposal]], list[list[Piece]]]:
    """Proposals for what the solution does, steps for which there are none joined to the one before."""
    steps = steps_of(lesson)
    while True:
        found, played = propose(lambda: starting.begin(lesson, seed=1, epoch=EPOCH), steps)
        empty = next((at for at, step in enumerate(found) if not step), None)
        if empty is None:
            return found, played
        into = max(empty - 1, 0)
        steps[into : into + 2] = [steps[into] + steps[into + 1]] if len(steps) > into + 1 else []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_of_proposals_is_proved(slug: str, tmp_path: Path) -> None:
    lesson = catalogue.lessons()[slug]
    found, played = proposed(lesson)
    borders = list(range(len(found)))
    document = joining.joined(
        Document(slug="made"), [], borders, [], [[joining.told(one) for one in step] for step in found]
    )
    document.scenario = dict(lesson.scenario) or None
    document.title = document.intro = document.debrief = SAYS
    document.compared = True
    for step in document.steps:
        step.title = step.body = SAYS
    folder = tmp_path / "made"
    folder.mkdir()
    for name, content in writing.written(document).items():
        (folder / name).write_text(content)
    (folder / "solution.md").write_text(text("The solution", [piece for step in played for piece in step]))
    made = catalogue.load(folder)
    assert len(made.steps) == len(found)
    assert proof.problems(made, clock=lambda: 0.0) == []


def in_a_new_cluster(*lines: str) -> list[Proposal]:
    """What is proposed of command lines in one step."""
    pieces = [piece for line in lines for piece in commands(line)]
    return propose(lambda: Lab.boot({}, seed=1, epoch=EPOCH), [pieces])[0][0]


def commands(line: str) -> list[Piece]:
    """A command line as a piece."""
    return [works.piece({"host": "", "line": line})]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ["kubectl run web --image=nginx:1.27", "sleep 20"],
            {"web": "created", "web-image": "created", "web-ready": "state"},
        ),
        (
            ["kubectl create deployment shop --image=nginx:1.27 --replicas=2", "sleep 20"],
            {"shop": "created", "shop-replicas": "created", "shop-image": "created", "shop-complete": "state"},
        ),
        (["kubectl label node node01 disk=ssd"], {"node01-disk": "changed"}),
        (["kubectl taint node node01 gpu=yes:NoSchedule"], {"node01-value": "changed", "node01-effect": "changed"}),
        (["kubectl -n kube-system delete service kube-dns"], {"kube-dns-gone": "deleted"}),
        (["kubectl get nodes > nodes.txt"], {"nodes-txt": "file"}),
        (["kubectl get nodes"], {"seen-master": "output"}),
        (["kubectl get nope"], {"seen-error-the-server-doesn-t-have-a-resource-type": "output"}),
        (
            ["kubectl run bad --image=nginx:nope", "sleep 60"],
            {"bad": "created", "bad-image": "created", "bad-imagepullbackoff": "state"},
        ),
        (["kubectl cordon node01"], {"node01-unschedulable": "changed"}),
        (["kubectl annotate node node01 seen=2026-01-01T00:00:00Z > /dev/null"], {}),
        (["kubectl describe node master"], {"seen-master": "output"}),
        (["true"], {}),
    ],
)  # fmt: skip
def test_what_is_taken(lines: list[str], expected: dict[str, str]) -> None:
    assert {one.id: one.why for one in in_a_new_cluster(*lines) if one.included} == expected


def test_what_comes_by_itself_is_not_proposed() -> None:
    scenario = {
        "objects": [
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": "early"},
                "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
            }
        ]
    }
    found = propose(lambda: Lab.boot(scenario, seed=1, epoch=EPOCH), [commands("sleep 30")])[0][0]
    assert [one.id for one in found if "early" in one.id and one.why == "state"] == []


def test_every_proposal_says_what_is_missing_in_every_language() -> None:
    found = in_a_new_cluster(
        "kubectl run web --image=nginx:1.27", "sleep 20", "kubectl delete pod web", "kubectl get events"
    )
    assert found
    for one in found:
        assert one.missing.keys() == set(catalogue.LANGUAGES)
        assert all(one.missing.values())
