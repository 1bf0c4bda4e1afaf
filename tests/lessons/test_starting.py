"""A lesson may begin where something has been done already: `start.md`."""

from pathlib import Path

import pytest

from lessons import catalogue, proof, skeleton, starting
from lessons.catalogue import Lesson
from lessons.players import EPOCH

START = """```yaml file=/root/web.yaml
apiVersion: v1
kind: Pod
metadata: {name: old}
spec: {containers: [{name: web, image: "nginx:1.27"}]}
```

```console
$ kubectl apply -f web.yaml
pod/old created
$ sleep 30
```
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    folder = skeleton.create(tmp_path, "begun")
    (folder / "start.md").write_text(START)
    return catalogue.load(folder)


def test_the_learner_finds_what_was_done_and_no_trace_of_who_did_it(lesson: Lesson) -> None:
    lab = starting.begin(lesson, seed=5, epoch=EPOCH)
    found = lab.find("pods", "default", "old")
    assert found is not None
    assert found["status"]["phase"] == "Running"
    assert lab.read_file(lab.home, "/root/web.yaml")
    assert lab.terminals() == {}
    assert lab.drain() == []


def test_a_lesson_that_begins_so_is_proved_from_there(lesson: Lesson) -> None:
    assert proof.problems(lesson) == []


def test_the_same_seed_gives_the_same_start(lesson: Lesson) -> None:
    first, second = (starting.begin(lesson, seed=5, epoch=EPOCH).snapshot() for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("```console\n$ kubectl get pods\nweb\n```\n", "begun/start.md:2: `kubectl get pods` printed something else"),
        ("```console\n$ true\n", "begun/start.md:1: the block is not closed"),
    ],
)
def test_a_start_that_goes_otherwise_is_reported(lesson: Lesson, text: str, complaint: str) -> None:
    (lesson.folder / "start.md").write_text(text)
    assert any(problem.startswith(complaint) for problem in proof.problems(catalogue.load(lesson.folder)))
