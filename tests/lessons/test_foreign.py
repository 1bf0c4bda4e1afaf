"""Scenarios and labs of other platforms: what is taken over works here, and what is not is named with file, line and reason."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lessons import catalogue, checks, proof, starting, transcripts
from lessons.apart import works
from lessons.carrying import ckx, fetching, killercoda, prose, solving, zips
from lessons.carrying.parcels import Parcel
from lessons.catalogue import Lesson
from lessons.players import EPOCH, Player
from lessons.refusals import Refused
from lessons.stamps import write
from lessons.transcripts import Command
from simulator.lab import Lab

INDEX = """{
  "title": "The lost lantern",
  "description": "A lighthouse keeper looks for a lantern.",
  "details": {
    "intro": {"text": "intro.md", "background": "light.sh", "foreground": "hello.sh"},
    "steps": [
      {"title": "Find it", "text": "find/text.md", "verify": "find/verify.sh", "background": "find/wind.sh"},
      {"title": "Find it", "text": "read.md"}
    ],
    "finish": {"text": "end.md"},
    "assets": {
      "host01": [
        {"file": "*.yaml", "target": "/root/lamps", "chmod": "+x"},
        {"file": "keeper.conf", "target": "/etc/lighthouse"},
        {"file": "gone.txt", "target": "/root"}
      ],
      "node01": [{"file": "keeper.conf", "target": "/root"}]
    }
  },
  "backend": {"imageid": "kubernetes-kubeadm-1node"},
  "interface": {"layout": "terminal"}
}
"""
TEXT = """# Look around

The lantern `lantern` is a Pod. Start with `kubectl get pods`{{exec}}<br>

```
# everything
kubectl get nodes
kubectl get pods -A
```{{exec}}

```yaml
kind: Pod
```{{copy}}

```
cat > x <<EOF
x
EOF
```{{exec}}

![a lamp](./lamp.png) and [the page]({{TRAFFIC_HOST1_80}}) or [docs](https://kubernetes.io/docs/), <u>soon</u>

<details>
<summary>Tip</summary>

Make it with `kubectl run`.
</details>
"""
SCENARIO: dict[str, str] = {
    "index.json": INDEX,
    "intro.md": "It is dark.",
    "light.sh": "#!/bin/bash\nkubectl create namespace harbour\nkubectl run beacon -n harbour --image=nginx:1.27\n",
    "hello.sh": "echo hello",
    "find/text.md": TEXT,
    "find/verify.sh": "#!/bin/bash\nif kubectl get pod lantern >/dev/null 2>&1; then exit 0; fi\necho No lantern burns yet\nexit 1\n",
    "find/wind.sh": "kubectl delete pod --all",
    "read.md": "Read `cat /root/lamps/a.yaml`{{exec}} aloud.",
    "end.md": "Light at last.",
    "assets/a.yaml": "lamp: a\n",
    "assets/b.yaml": "lamp: b\n",
    "assets/keeper.conf": "keeper=1\n",
    "notes.txt": "for me",
}


def raw(files: dict[str, str], below: str = "") -> dict[str, bytes]:
    return {f"{below}{name}": text.encode() for name, text in files.items()}


@pytest.fixture
def scenario() -> Parcel:
    (found,) = killercoda.lessons(raw(SCENARIO, "course/lantern/"), "course")
    return found


def loaded(parcel: Parcel, place: Path, **more: str) -> Lesson:
    """The lesson as a folder, with a solution of our own."""
    folder = place / parcel.slug
    for name, text in {"solution.md": "---\ntitle: x\n---\n", **parcel.files, **more}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    write(folder, catalogue.LANGUAGES)
    return catalogue.load(folder)


# --- Killercoda -------------------------------------------------------------------------------------------------------


def test_a_scenario_becomes_a_lesson_whose_script_passes_when_the_work_is_done(
    scenario: Parcel, tmp_path: Path
) -> None:
    lesson = loaded(scenario, tmp_path)
    assert (lesson.slug, lesson.text("en").title) == ("lantern", "The lost lantern")
    assert lesson.text("en").intro == "A lighthouse keeper looks for a lantern.\n\nIt is dark."
    assert lesson.text("en").debrief == "Light at last."
    assert [step.id for step in lesson.steps] == ["find-it", "find-it-2"]
    lab = starting.begin(lesson, seed=1, epoch=EPOCH)
    assert lab.find("pods", "harbour", "beacon")
    assert lab.read_file("controlplane", "/root/lamps/b.yaml") == "lamp: b\n"
    assert lab.read_file("controlplane", "/etc/lighthouse/keeper.conf") == "keeper=1\n"
    assert lab.read_file("controlplane", "/tmp/light.sh") is None
    check = lesson.steps[0].checks["verified"]
    assert not checks.holds(check, lab, lab.home)
    Player(lab).type("kubectl run lantern --image=nginx:1.27")
    assert checks.holds(check, lab, lab.home)
    assert not list(starting.problems(lesson, seed=1, epoch=EPOCH))


def test_the_only_node_takes_pods(scenario: Parcel, tmp_path: Path) -> None:
    lab = starting.begin(loaded(scenario, tmp_path), seed=1, epoch=EPOCH)
    Player(lab).type("kubectl wait --for=condition=Ready pod/beacon -n harbour --timeout=120s")
    pod = lab.find("pods", "harbour", "beacon")
    assert pod
    assert (pod["spec"]["nodeName"], pod["status"]["phase"]) == ("controlplane", "Running")


def test_texts_are_as_lessons_have_them(scenario: Parcel, tmp_path: Path) -> None:
    text = loaded(scenario, tmp_path).text("en").steps["find-it"]
    assert text.body.startswith("**Look around**\n\nThe lantern `lantern` is a Pod. Start with `kubectl get pods`\n")
    assert "```console\n$ kubectl get nodes\n$ kubectl get pods -A\n```" in text.body
    assert "```yaml\nkind: Pod\n```" in text.body
    assert "a lamp and the page or [docs](https://kubernetes.io/docs/), soon" in text.body
    assert "{{" not in text.body
    assert [hint.split() for hint in text.hints] == [["**Tip**", "Make", "it", "with", "`kubectl", "run`."]]
    assert text.missing == {"verified": "{found}"}


def test_what_could_not_be_taken_over_is_named(scenario: Parcel) -> None:
    assert sorted(str(note) for note in scenario.left) == sorted(
        [
            "index.json:21: 'interface' has no place here",
            "index.json:13: files come without the right to be run: they are run with `bash FILE`",
            "index.json:15: there is no file 'gone.txt'",
            "index.json:17: files of other machines have no place here",
            "index.json:8: a step without verify: it is done when its last command was typed, or any where it has none",
            "find/wind.sh:1: scripts are run before the lesson only, not when a step begins or at its end",
            "hello.sh:1: it is run before the learner comes, not before their eyes",
            "find/text.md:15: a click ran these lines, which go together; now they are to be typed",
            "find/text.md:21: the address of a page outside the cluster: {{TRAFFIC_HOST1_80}}",
            "find/text.md:21: a picture: ./lamp.png",
            "find/text.md:21: a link that leads nowhere here: {{TRAFFIC_HOST1_80}}",
            "find/text.md:21: HTML is not taken over: <u>",
            "notes.txt:1: nothing speaks of this file",
        ]
    )


def test_a_scenario_that_was_given_a_solution_is_proved(scenario: Parcel, tmp_path: Path) -> None:
    chinese = dict.fromkeys(("zh-hans.md",), scenario.files["en.md"])
    solution = "---\ntitle: The solution\n---\n\n```console\n$ kubectl run lantern --image=nginx:1.27\npod/lantern created\n$ cat /root/lamps/a.yaml\nlamp: a\n```\n"
    lesson = loaded(scenario, tmp_path, **chinese, **{"solution.md": solution})
    assert proof.all_problems(lesson) == []


def test_what_the_texts_offer_becomes_the_solution_as_far_as_it_runs(tmp_path: Path) -> None:
    answer = """
<details><summary>Solution</summary>

```bash
# in a loop
for name in a b; do
  kubectl create configmap $name
done
vim lantern.yaml
brew install lantern
kubectl get pods --watch
kubectl run lantern \\
  --image=nginx:1.27
```

```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: wick}
```

```yaml
spec: {}
```
</details>

```bash
not a part of it
```
"""
    files = raw({**SCENARIO, "find/text.md": TEXT + answer, "read.md": "Be happy. `cat /nowhere`{{exec}}"})
    (parcel,) = killercoda.lessons(files, "lantern")
    question = {"slug": "x", "files": dict(parcel.files), "tries": [each._asdict() for each in parcel.tries]}
    found = works.solve(question)
    played = [piece.text for piece in transcripts.parse(found["solution"]).steps if isinstance(piece, Command)]
    assert played == [
        "kubectl get pods",
        "kubectl get nodes",
        "kubectl get pods -A",
        "cat > x <<EOF\nx\nEOF",
        "for name in a b; do\n  kubectl create configmap $name\ndone",
        "kubectl run lantern \\\n  --image=nginx:1.27",
        "kubectl apply -f - <<'MANIFEST'\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: wick}\nMANIFEST",
    ]
    left = [f"{what}: {why}" for why, what in found["left"]]
    assert left[0].startswith("find/text.md:36: vim lantern.yaml")
    assert left[1].startswith("find/text.md:37: brew install lantern → ")
    assert "command not found" in left[1]
    assert left[2] == f"find/text.md:38: kubectl get pods --watch: {solving.ENDLESS}"
    assert left[3].startswith("read.md:1: cat /nowhere → cat: /nowhere: No such file or directory")
    assert left[4] == f"read.md: find-it-2: {solving.SHORT}"
    assert len(left) == 5
    solved = {"solution.md": found["solution"], "zh-hans.md": parcel.files["en.md"]}
    lesson = loaded(replace(parcel, files={**parcel.files, **solved}), tmp_path)
    assert not list(starting.problems(lesson, seed=1, epoch=EPOCH))
    assert [problem for problem in proof.all_problems(lesson) if "find-it-2" not in problem] == []


def test_what_there_is_no_time_for_is_named() -> None:
    (parcel,) = killercoda.lessons(raw(SCENARIO), "lantern")
    clock = iter((0.0, 1.0, 60.0))
    text, left = solving.solved("x", parcel.files, parcel.tries, lambda: next(clock))
    assert "kubectl get pods" in text
    assert left[-1] == (solving.MORE, "read.md:1: cat /root/lamps/a.yaml")


def test_a_lesson_that_cannot_be_read_is_not_played() -> None:
    tries = [{"step": "x", "file": "a.md", "line": 1, "text": "ls"}]
    found = works.solve({"slug": "x", "files": {"lesson.yaml": "minutes: 1"}, "tries": tries})
    assert found["solution"] == ""
    assert [why for why, _what in found["left"]] == [solving.NO_LESSON]


def test_every_image_has_a_cluster() -> None:
    for image, nodes in (("kubernetes-kubeadm-2nodes", 2), ("ubuntu", 2), ("kubernetes-kubeadm-1node", 1)):
        data = json.loads(INDEX) | {"backend": {"imageid": image}}
        (found,) = killercoda.lessons(raw({**SCENARIO, "index.json": json.dumps(data)}), "x")
        assert found.files["lesson.yaml"].count("name: ") >= nodes
        noted = any("a cluster of two nodes" in note.why for note in found.left)
        assert noted == (image == "ubuntu")


# --- CK-X -------------------------------------------------------------------------------------------------------------

LAB: dict[str, Any] = {
    "config.json": json.dumps(
        {"lab": "harbour-001", "workerNodes": 2, "answers": "assets/exams/x/001/answers.md", "lowScore": 50}
    ),
    "assessment.json": json.dumps(
        {
            "questions": [
                {
                    "id": "1",
                    "namespace": "harbour",
                    "machineHostname": "desk",
                    "question": "Run a Pod `lantern` there.\n\n1. Image: `nginx:1.27`",
                    "concepts": ["pods", "namespaces"],
                    "verification": [
                        {
                            "id": "1",
                            "description": "The namespace is there",
                            "verificationScriptFile": "ns.sh",
                            "expectedOutput": "0",
                            "weightage": "1",
                        },
                        {
                            "id": "2",
                            "description": "The Pod is there",
                            "verificationScriptFile": "pod.sh",
                            "expectedOutput": "0",
                            "weightage": 3,
                        },
                        {"id": "3", "verificationScriptFile": "none.sh", "weightage": 1},
                    ],
                },
                {"id": "2", "question": "Think.", "verification": []},
            ]
        },
        indent=1,
    ),
    "scripts/setup/q1_setup.sh": "kubectl create namespace harbour\n",
    "scripts/validation/ns.sh": "#!/bin/bash\nkubectl get namespace harbour\n",
    "scripts/validation/pod.sh": "#!/bin/bash\nkubectl get pod lantern -n harbour || exit 1\n",
    "answers.md": "kubectl run",
}
LABS = {
    "labs": [
        {
            "assetPath": "assets/exams/x/001",
            "name": "Harbour",
            "examDurationInMinutes": 40,
            "difficulty": "Hard",
            "description": "By night.",
        }
    ]
}


def test_a_lab_becomes_an_exam(tmp_path: Path) -> None:
    files = {**raw(LAB, "ckx/assets/exams/x/001/"), "ckx/assets/exams/labs.json": json.dumps(LABS).encode()}
    (parcel,) = ckx.lessons(files, "ckx")
    lesson = loaded(parcel, tmp_path)
    assert (lesson.slug, lesson.kind, lesson.limit, lesson.difficulty) == ("harbour-001", "exam", 40, 3)
    assert (lesson.text("en").title, lesson.text("en").intro) == ("Harbour", "By night.")
    (step,) = lesson.steps
    assert dict(step.weights) == {"check-1": 1, "check-2": 3}
    assert lesson.text("en").steps[step.id].title == "1. pods, namespaces"
    lab: Lab = starting.begin(lesson, seed=1, epoch=EPOCH)
    assert [node["metadata"]["name"] for node in lab.objects("nodes")] == ["master", "node01", "node02"]
    assert [checks.holds(check, lab, lab.home) for check in step.checks.values()] == [True, False]
    Player(lab).type("kubectl run lantern -n harbour --image=nginx:1.27")
    assert [checks.holds(check, lab, lab.home) for check in step.checks.values()] == [True, True]
    assert [str(note) for note in parcel.left] == [
        "config.json:1: 'lowScore' has no place here",
        "answers.md:1: no commands were found below the numbers of questions",
        "assessment.json:6: machineHostname: here everything is done on the host of the control plane",
        "assessment.json:27: there is no file 'scripts/validation/none.sh'",
        "assessment.json:34: a question that nothing verifies is left out",
        "solution.md:1: no solution was found: write one",
    ]


ANSWERS = """# Answers

`kubectl` first.

## Question 1: a Pod

Make it:

```bash
$ kubectl run lantern -n harbour --image=nginx:1.27
```

```text
pod/lantern created
```

```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: wick, namespace: harbour}
```

```bash
kubectl apply -f wick.yaml
```

## Question 2

```bash
echo left out with its question
```
"""


def test_the_answers_of_a_lab_are_its_solution(tmp_path: Path) -> None:
    (parcel,) = ckx.lessons(raw({**LAB, "answers.md": ANSWERS}), "ckx")
    assert [(each.step, each.file, each.line) for each in parcel.tries] == [
        ("question-1", "answers.md", line) for line in (10, 18, 24)
    ]
    found = works.solve({"slug": "x", "files": dict(parcel.files), "tries": [each._asdict() for each in parcel.tries]})
    assert found["left"] == []
    assert "cat > wick.yaml <<'MANIFEST'" in found["solution"]
    text = parcel.files["en.md"] + "\n## Over\n\nIt is lit.\n"
    solved = {"solution.md": found["solution"], "en.md": text, "zh-hans.md": text}
    lesson = loaded(replace(parcel, files={**parcel.files, **solved}), tmp_path)
    assert proof.all_problems(lesson) == []


# --- wherever they come from ------------------------------------------------------------------------------------------


def test_the_format_is_found_out_and_can_be_said(tmp_path: Path) -> None:
    for files, kind in ((SCENARIO, "killercoda"), (LAB, "ck-x")):
        data = zips.packed(files, "a-folder")
        (found,) = fetching.from_zip(data, "x.zip")
        assert fetching.from_zip(data, "x.zip", kind) == [found]
        with pytest.raises(Refused, match=r"no lesson in it: no folder with a lesson\.yaml"):
            fetching.from_zip(data, "x.zip", "podlab")
    (tmp_path / "lantern").mkdir()
    for name, text in SCENARIO.items():
        (tmp_path / "lantern" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "lantern" / name).write_text(text)
    out = io.StringIO()
    call_command(
        "lessons",
        "import",
        "--from",
        "killercoda",
        str(tmp_path / "lantern"),
        "--to",
        str(tmp_path / "out"),
        stdout=out,
    )
    assert "lantern: not taken over: index.json:21: 'interface' has no place here" in out.getvalue()
    assert (tmp_path / "out" / "lantern" / "lesson.yaml").is_file()
    with pytest.raises(CommandError, match="no CK-X lab in it"):
        call_command("lessons", "import", "--from", "ck-x", str(tmp_path / "lantern"))


@pytest.mark.parametrize(
    "index",
    [
        '{"details": ',
        '{"details": []}',
        '{"details": {"steps": 5}}',
        '{"details": {"steps": [5]}}',
        "[" * 100_000 + '"details"',
    ],
)
def test_an_index_that_is_none_is_refused(index: str) -> None:
    with pytest.raises(Refused, match=r"^index\.json:\d+: "):
        killercoda.lessons(raw({"index.json": index}), "x")


@pytest.mark.parametrize(
    "index",
    [
        {"details": {"steps": [{"text": "../../../etc/passwd", "verify": "/etc/shadow"}]}},
        {
            "details": {
                "steps": [{"text": ["a"], "verify": {"a": 1}, "title": 5}],
                "assets": {"host01": [{"file": "../../**", "target": "../../etc"}, 5]},
            }
        },
        {
            "details": {"steps": [{"title": "x" * 5000, "text": "t.md"}], "assets": [], "intro": 5, "finish": []},
            "backend": 7,
        },
        {"details": {"steps": [{}] * 40}, "title": {"a": "b"}},
        {"details": {"steps": [{"text": "t.md", "verify": "v.sh", "{{x}}": "\u0000"}]}},
    ],
)
def test_an_odd_index_takes_nothing_from_outside_and_breaks_nothing(index: dict[str, Any], tmp_path: Path) -> None:
    files = {"index.json": json.dumps(index), "t.md": "# {#x}\n## y {#z}\n```\nunclosed", "v.sh": "```\nexit 0"}
    try:
        (found,) = killercoda.lessons(raw(files), "odd")
    except Refused:
        return
    assert "root:" not in "".join(found.files.values())
    loaded(found, tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "```", "<details>", "</details></details>", "`a`{{exec}}`b`{{exec}}", "{{}}", "![](", "[](x)", "<summary>"],
)
def test_any_text_is_converted(text: str) -> None:
    assert prose.convert(text, lambda line, why: None)
