"""Checks that are scripts: they are run on a copy of the cluster, in bounds, and what they say is told."""

import time
from typing import Any

import pytest

from lessons import checks, progress, words
from lessons.catalogue import Step
from lessons.checks import CheckError
from lessons.players import EPOCH, Player
from simulator.lab import LARGEST_SCRIPT, Lab


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A cluster with a Pod."""
    lab = Lab.boot(
        {"nodes": [{"name": "master", "roles": ["control-plane"], "images": ["nginx:1.27"]}]}, seed=1, epoch=EPOCH
    )
    Player(lab).type_all(
        [
            "kubectl taint nodes --all node-role.kubernetes.io/control-plane-",
            "kubectl run web --image=nginx:1.27",
            "sleep 20",
        ]
    )
    lab.drain()
    return lab


PASSING = (
    "kubectl get pod web",
    "#!/bin/bash\n[[ $(kubectl get pod web -o jsonpath='{.status.phase}') == Running ]]",
    "#!/bin/sh\nset -e\nkubectl get pod web -o name | grep -q web\nexit 0\nfalse",
    "test -d /root",
)
FAILING = (
    "exit 1",
    "kubectl get pod nobody",
    "#!/usr/bin/python3\nprint(1)",
    "no-such-program",
    "if",
    "kill -9 $$",
    "",
)


@pytest.mark.parametrize("script", PASSING)
def test_a_script_that_ends_with_status_0_passes(lab: Lab, script: str) -> None:
    assert checks.holds({"script": script}, lab, lab.home)


@pytest.mark.parametrize("script", FAILING[:-1])
def test_any_other_ending_does_not(lab: Lab, script: str) -> None:
    assert not checks.holds({"script": script}, lab, lab.home)


HOSTILE = (
    "while :; do :; done",
    "while true; do kubectl get pods -A; done",
    "yes",
    "cat /dev/zero",
    "rm -f /root/.podlab-answer; mkdir -p /root/.podlab-answer /root/.podlab-ending",
    "sleep 99999",
    ":(){ :|:& };:",
    "rm -rf /* /root/.* 2>/dev/null; kubectl delete pods --all -A --force; kubectl delete node --all",
    "a=x; while :; do a=$a$a; done",
    "for i in $(seq 1 100000); do echo $i; done",
    "kubectl get pods -w",
    "trap '' INT TERM; while :; do sleep 1; done",
    "systemctl stop kubelet",
    "kubectl create ns a; for i in $(seq 1 200); do kubectl create configmap c$i -n a; done",
)


@pytest.mark.parametrize("script", HOSTILE)
def test_a_hostile_script_ends_soon_and_leaves_no_trace(lab: Lab, script: str) -> None:
    before, began = lab.snapshot(), time.process_time()
    result = lab.run_script(script, host=lab.home)
    assert result
    assert len(result["output"]) <= 16 << 10
    assert time.process_time() - began < 3
    assert (lab.snapshot(), lab.drain()) == (before, [])
    assert checks.holds({"script": PASSING[0]}, lab, lab.home)


def test_a_script_is_run_where_it_is_to_be(lab: Lab) -> None:
    assert checks.holds({"script": "test $(hostname) = master", "host": "master"}, lab, lab.home)
    assert not checks.holds({"script": "true", "host": "no-such-host"}, lab, lab.home)
    assert lab.run_script("x" * (LARGEST_SCRIPT + 1), host="master") == {
        "code": None,
        "output": f"the script is longer than {LARGEST_SCRIPT} characters",
    }


@pytest.mark.parametrize(
    ("script", "path", "said"),
    [
        ("echo looking; echo The Pod is too old; exit 1", "", "The Pod is too old"),
        ("exit 3", "", "exit 3"),
        ("exit 3", ":code", "3"),
        ("echo a; echo b; exit 1", ":output", "a b"),
        ("echo '<script>'; exit 1", "", "&lt;script&gt;"),
    ],
)
def test_what_a_script_says_last_is_why_it_fails(lab: Lab, script: str, path: str, said: str) -> None:
    assert words.quoted(f"{{found{path}}}", {"id": "a", "script": script}, lab) == said


def test_the_same_is_tried_once_while_the_cluster_does_not_change(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[Any] = []
    restore = Lab.restore
    monkeypatch.setattr(Lab, "restore", lambda data: copies.append(1) or restore(data))
    script = "kubectl get pod web -o name"
    for _ in range(3):
        assert lab.run_script(script, host="master") == {"code": 0, "output": "pod/web\n"}
        lab.fetch("http://nobody/", host="master")
    assert len(copies) == 2
    fresh = restore(lab.snapshot())
    Player(fresh).type("kubectl delete pod web --force")
    assert fresh.run_script(script, host="master") != lab.run_script(script, host="master")


def test_a_step_runs_its_scripts_only_when_all_else_is_fulfilled(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Lab, "run_script", lambda lab, script, host: asked.append(script) or {"code": 0, "output": ""})
    step = Step("a", {"pod": {"object": "pods/default/nobody"}, "script": {"script": "true"}})
    assert progress.missing(step, progress.begin(), lab) == ["pod", "script"]
    assert asked == []


@pytest.mark.parametrize(
    ("check", "why"),
    [
        ({"script": 5}, "'script' must be text, not 5"),
        ({"script": "true", "host": ["a"]}, "'host' must be text"),
        ({"script": "true", "output": "x"}, "does not belong to a check of the kind 'script'"),
        ({"object": "pods/default/web", "exists": "no"}, "'exists' must be true or false, not 'no'"),
        ({"object": "pods/default/web", "where": ["a"]}, "'where' must be a mapping"),
        ({"all": []}, "a list of 1 to 40 checks"),
        ({"all": "x"}, "'all' must be a list of checks"),
        ({"none": []}, "'none' must be a check"),
        ({"event": "Failed"}, "'event' must be a mapping"),
    ],
)
def test_parts_of_the_wrong_shape_are_refused(check: Any, why: str) -> None:
    with pytest.raises(CheckError, match=why):
        checks.validate(check)
