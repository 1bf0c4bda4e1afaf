"""What is kept of the lives of Pods, and what is told of them, now and in the past."""

from typing import Any

import pytest

from labsite.console import past
from labsite.sandboxes import lives
from labsite.sandboxes.models import Life
from tests.labsite.travelling import Message, Traveller, Wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]

CRASHING = "kubectl run web --image=busybox:1.28 --command -- sh -c 'sleep 1; exit 3'"
PROBED = """apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  terminationGracePeriodSeconds: 5
  initContainers:
  - name: setup
    image: busybox:1.28
    command: [sh, -c, "sleep 2"]
  containers:
  - name: app
    image: busybox:1.28
    command: [sh, -c, "touch /tmp/ok; sleep 20; rm /tmp/ok; sleep 3600"]
    lifecycle:
      postStart:
        exec:
          command: [sh, -c, "sleep 1"]
      preStop:
        exec:
          command: [sleep, "1"]
    livenessProbe:
      exec:
        command: [cat, /tmp/ok]
      periodSeconds: 3
"""


@pytest.fixture
def alice(monkeypatch: pytest.MonkeyPatch) -> Traveller:
    """At her free lab."""
    return Traveller(Wall(monkeypatch))


def ask(alice: Traveller, kind: str, **question: Any) -> Message:
    """The answer to a question about lives."""
    answer = past.answer(alice.id, {"type": kind, "id": "q", "moment": None, **question})
    assert answer is not None
    return answer


def life(alice: Traveller, pod: str = "default/web", **question: Any) -> list[Message]:
    """The facts of the life of the last Pod of that name."""
    found = [each for each in ask(alice, "lives.wanted", **question)["pods"] if each["pod"] == pod]
    facts: list[Message] = ask(alice, "life.wanted", pod=pod, uid=found[-1]["uid"], **question)["facts"]
    return facts


def lane(facts: list[Message], name: str) -> list[tuple[Any, ...]]:
    """State and text of the facts on a lane, with the number where there is one."""
    return [
        (each["state"], each["text"], *([each["n"]] if "n" in each else [])) for each in facts if each["lane"] == name
    ]


def test_a_crash_looping_pod_has_runs_ends_with_their_exit_codes_and_back_off(alice: Traveller) -> None:
    facts = life(alice.type(CRASHING).wait(60))
    runs = lane(facts, "container/web")
    assert runs[:7] == [
        ("waiting", "ContainerCreating"),
        ("running", "", 0),
        ("failed", "Error", 3),
        ("running", "", 1),
        ("failed", "Error", 3),
        ("waiting", "CrashLoopBackOff"),
        ("running", "", 2),
    ]
    assert ("", "CrashLoopBackOff") in lane(facts, "status")
    assert [state for state, *_ in lane(facts, "pull/web")][:2] == ["begun", "done"]
    assert lane(facts, "condition/Ready")[0] == ("False", "ContainersNotReady")


def test_init_containers_probes_hooks_and_signals_have_lanes(alice: Traveller) -> None:
    alice.put({"type": "file.save", "path": "/root/web.yaml", "content": PROBED})
    facts = life(alice.type("kubectl apply -f web.yaml").wait(50))
    assert [state for state, *_ in lane(facts, "init/setup")] == ["waiting", "running", "ended"]
    probes = lane(facts, "probe/app/liveness")
    assert probes[:4] == [
        ("success", "1/1", 1),
        ("failure", "1/3", 1),
        ("failure", "2/3", 2),
        ("failure", "3/3", 3),
    ]
    assert [state for state, _ in lane(facts, "hook/app/preStop")][:2] == ["begun", "success"]
    assert [state for state, _ in lane(facts, "hook/app/postStart")][:2] == ["begun", "success"]
    assert [state for state, _ in lane(facts, "signal/app")][:2] == ["TERM", "KILL"]


def test_what_an_event_tells_names_it_and_can_be_asked_about_as_it_was(alice: Traveller) -> None:
    facts = life(alice.type("kubectl run web --image=nginx:1.1").wait(20))
    failed = next(each for each in facts if each["lane"] == "pull/web" and each["state"] == "failed")
    alice.type("kubectl delete pod web").wait(60)
    question = {"type": "why.wanted", "id": "q", "about": "event", "namespace": "default", "name": failed["event"]}
    then = {"branch": 0, "at": failed["at"] + 1_000_000, "number": 1 << 62}
    answer = past.answer(alice.id, {**question, "moment": then})
    assert answer is not None
    assert answer["links"][0]["kind"] == "event.seen"
    assert answer["links"][-1]["kind"].startswith("image.")


def test_a_condition_can_be_asked_about_as_it_was(alice: Traveller) -> None:
    facts = life(alice.type("kubectl run web --image=nginx:1.1").wait(20))
    unready = next(each for each in facts if each["lane"] == "condition/Ready" and each["state"] == "False")
    alice.type("kubectl set image pod/web web=nginx:1.25").wait(120)
    question = {"type": "why.wanted", "id": "q", "about": "condition", "resource": "pods", "namespace": "default"}
    question |= {"name": "web", "condition": "Ready"}
    then = past.answer(
        alice.id, {**question, "moment": {"branch": 0, "at": unready["at"] + 15_000_000, "number": 1 << 62}}
    )
    assert then is not None
    assert then["links"][0]["evidence"][0]["title"] == "Ready=False"
    assert then["links"][-1]["kind"].startswith("image.")
    now = past.answer(alice.id, {**question, "moment": {"branch": 0, "at": 1 << 59, "number": 1 << 62}})
    assert now is not None
    assert now["links"][0]["evidence"][0]["title"] == "Ready=True"


def test_a_probe_that_goes_on_finding_the_same_is_no_news(alice: Traveller) -> None:
    alice.put({"type": "file.save", "path": "/root/web.yaml", "content": PROBED.replace("sleep 20", "sleep 2000")})
    facts = life(alice.type("kubectl apply -f web.yaml").wait(120))
    assert lane(facts, "probe/app/liveness") == [("success", "1/1", 1)]


def test_a_pod_that_is_gone_is_known_and_another_of_the_same_name_has_a_life_of_its_own(alice: Traveller) -> None:
    alice.type(CRASHING).wait(5).type("kubectl delete pod web --now").wait(40).type(CRASHING).wait(5)
    pods = ask(alice, "lives.wanted")["pods"]
    assert [(each["pod"], each["gone"]) for each in pods] == [("default/web", True), ("default/web", False)]
    first = ask(alice, "life.wanted", pod="default/web", uid=pods[0]["uid"])["facts"]
    assert lane(first, "status")[-1] == ("gone", "gone")
    assert ("gone", "gone") not in lane(life(alice), "status")


def test_the_past_knows_nothing_of_what_came_later_and_a_branch_nothing_of_the_other(alice: Traveller) -> None:
    alice.type(CRASHING).wait(2)
    moment = {"branch": 0, "at": alice.row.now, "number": 1 << 62}
    alice.wait(60)
    assert len(life(alice)) > len(life(alice, moment=moment)) > 0
    assert max(each["at"] for each in life(alice, moment=moment)) <= moment["at"]
    alice.go_back(moment["at"])
    alice.type("kubectl delete pod web --now").wait(20)
    assert lane(life(alice), "status")[-1] == ("gone", "gone")
    assert ("", "CrashLoopBackOff") not in lane(life(alice), "status")
    alice.choose(0)
    assert ("", "CrashLoopBackOff") in lane(life(alice), "status")


def test_whoever_watches_is_told_only_of_what_has_happened_since(alice: Traveller) -> None:
    told = [each for each in alice.type(CRASHING).turn.said if each["type"] == "life.grew"]
    stored = [fact for row in Life.objects.filter(sandbox=alice.id, pod="default/web") for fact in row.facts]
    assert [fact for each in told for grown in each["lives"] for fact in grown["facts"]] == stored


def test_of_too_many_facts_those_of_states_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lives, "MOST", 4)
    found = [
        (1, "default/a", "u", lives.fact(at, lane, "")) for at in range(3) for lane in ("event", "status", "init/a")
    ]
    kept = lives.fewer(found)
    assert [each[3]["lane"] for each in kept] == ["status"] * 3
