"""Hooks that fail, hang or take all the time, and containers that did not end in time: each leads to its line."""

import pytest

from tests.simulator.why.asker import BUSYBOX, SLEEPS, Asker, pod

SLEEP = f"{BUSYBOX}, command: [sleep, '9999']"
LIVENESS = "livenessProbe: {exec: {command: [cat, /x]}, periodSeconds: 2, failureThreshold: 2}"
SHORT = "  terminationGracePeriodSeconds: 3\n"


def hooked(lifecycle: str, rest: str = "") -> str:
    """A container with hooks, each field on a line of its own."""
    return f"\n  - name: c\n    {BUSYBOX}\n    command: [sleep, '9999']\n    lifecycle:\n{lifecycle}{rest}"


def stop(command: str) -> str:
    return f"      preStop:\n        exec:\n          command: {command}\n"


MANIFESTS = {
    "command": pod("command", hooked("      postStart:\n        exec:\n          command: [cat, /nothing]\n"), SHORT),
    "request": pod("request", hooked("      postStart:\n        httpGet:\n          port: 8080\n"), SHORT),
    "hangs": pod("hangs", hooked("      postStart:\n        exec:\n          command: [sleep, '1000']\n")),
    "failing": pod("failing", hooked(stop("['false']"), f"    {LIVENESS}\n"), SHORT),
    "slow": pod("slow", hooked(stop("[sleep, '100']"), f"    {LIVENESS}\n"), SHORT),
    "deaf": pod("deaf", f"[{{name: c, {SLEEP}, {LIVENESS}}}]", SHORT),
    "own": pod(
        "own",
        f"\n  - name: c\n    {BUSYBOX}\n    command: [sleep, '9999']\n    livenessProbe:\n      periodSeconds: 2\n"
        "      failureThreshold: 2\n      terminationGracePeriodSeconds: 1\n      exec: {command: [cat, /x]}",
    ),
    "changed": pod("changed", SLEEPS, SHORT),
}


@pytest.fixture(scope="module")
def asker() -> Asker:
    asker = Asker()
    for name, text in MANIFESTS.items():
        asker.save(f"/root/{name}.yaml", text)
        asker.type(f"kubectl apply -f {name}.yaml")
    asker.wait(30)
    asker.type("kubectl set image pod/changed c=busybox:1.36")
    asker.wait(20)
    return asker


CASES = [
    ("command", ["hook.poststart", "hook.command"], {"asked": "cat /nothing"}, "command: [cat, /nothing]"),
    ("request", ["hook.poststart", "hook.request"], {"asked": ":8080/"}, "port: 8080"),
    ("hangs", ["pod.not_ready", "hook.runs"], {"asked": "sleep 1000"}, "postStart:"),
    ("failing", ["hook.prestop", "end.grace_over"], {"grace": "3s", "code": 137}, "terminationGracePeriodSeconds: 3"),
    ("slow", ["hook.prestop_long", "end.grace_over"], {"code": 137}, "terminationGracePeriodSeconds: 3"),
    ("deaf", ["end.grace_over", "probe.liveness", "probe.command"], {}, "cat, /x"),
    ("own", ["end.grace_over"], {"grace": "1s"}, "terminationGracePeriodSeconds: 1"),
    ("changed", ["container.restarted", "end.grace_over", "end.ordered"], {"code": 137}, ""),
]


@pytest.mark.parametrize(("name", "kinds", "values", "text"), CASES, ids=[case[0] for case in CASES])
def test_a_hook_or_a_grace_period_leads_to_its_line(
    asker: Asker, name: str, kinds: list[str], values: dict[str, object], text: str
) -> None:
    found = asker.kinds("pods", name)
    at = found.index(kinds[0])
    assert found[at : at + len(kinds)] == kinds
    link = asker.link("pods", name, kinds[-1])
    assert values.items() <= link["values"].items()
    assert text in ((link["place"] or {}).get("text") or "")


def test_who_ended_a_run_is_said_in_the_kubelets_own_words(asker: Asker) -> None:
    (said,) = asker.link("pods", "changed", "end.ordered")["evidence"]
    assert said["text"] == "Container c definition changed, will be restarted"


def test_a_pod_that_is_deleted_says_what_came_of_its_hook() -> None:
    asker = Asker()
    for name, command in (("fails", "['false']"), ("takes", "[sleep, '100']")):
        asker.save(f"/root/{name}.yaml", pod(name, hooked(stop(command))))
        asker.type(f"kubectl apply -f {name}.yaml")
    asker.wait(5)
    asker.type("kubectl delete pod fails takes --wait=false")
    asker.wait(5)
    assert asker.kinds("pods", "fails") == ["ending.deleted", "hook.prestop", "ending.signal"]
    assert asker.kinds("pods", "takes") == ["ending.deleted", "ending.hook"]
    asker.wait(25)
    assert asker.kinds("pods", "takes") == ["ending.deleted", "hook.prestop_long", "ending.signal"]
    assert asker.link("pods", "takes", "hook.prestop_long")["place"]["text"] == "preStop:"
