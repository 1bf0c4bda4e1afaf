"""Jumps of the clock: on by a time, to the next thing that happens, until something changes, until a Pod is as it is wanted.

A jump stands in the row ({kind, from, until, namespace, pod, state}; times are virtual microseconds), so that it goes on from
turn to turn, a bounded slice in each; whoever watches is told how far it has come, and can stop it. While nobody watches, it waits.
"""

from collections.abc import Callable, Sequence
from typing import Any

from labsite.console.tables import visible
from labsite.sandboxes import clock
from simulator.lab import Change, Lab

Jump = dict[str, Any]

LONGEST = 30 * 86_400  # seconds
PATIENCE = 86_400 * clock.SECOND  # how far ahead is looked for what is waited for
SLICE = 500  # wake-ups between two looks at the processor's clock
QUIET = ("failure", "stream", "probe", "hook", "signal")  # what nobody sees at the console
BORING = ("events", "leases.coordination.k8s.io")  # no change of what the learner has made


def planned(lab: Lab, wish: dict[str, Any]) -> Jump | str:
    """The jump that *wish* {to, seconds, namespace, pod, state} asks for, from where the cluster stands; or why there is none."""
    kind = wish["to"]
    if kind == "time":
        if not 1 <= wish["seconds"] <= LONGEST:
            return f"A jump goes on by 1 to {LONGEST} seconds."
        return {"kind": kind, "from": lab.now, "until": lab.now + wish["seconds"] * clock.SECOND}
    jump = {"kind": kind, "from": lab.now, "until": lab.now + PATIENCE}
    if kind != "pod":
        return jump
    wanted = {key: wish[key] for key in ("pod", "state")} | {"namespace": wish["namespace"] or "default"}
    return {**jump, **wanted} if wanted["pod"] and wanted["state"] else "Which Pod, and what is it to be?"


def go_on(lab: Lab, jump: Jump, may: Callable[[], bool], seen: list[Change]) -> str:
    """Go on with *jump* while *may* says so; what the cluster tells goes into *seen*. How it ended: "reached", "limit" (what was
    waited for did not come in time), "idle" (it will never come by itself); empty if it is to be gone on with."""
    if jump["kind"] == "time":
        return to_time(lab, jump["until"], may)
    if (jump["kind"] == "pod" and lab.now == jump["from"]) and pod_is(lab, jump):
        return "reached"
    while may():
        due = lab.next_at()
        if due is None:
            return "" if waits(lab, jump) else "idle"
        if due > jump["until"]:
            lab.advance(jump["until"])
            return "limit"
        lab.advance(due, steps=1)
        news = lab.drain()
        seen += news
        if REACHED[jump["kind"]](lab, jump, news):
            lab.advance(lab.now)  # all else that is due at this instant happens too
            return "reached"
    return ""


def waits(lab: Lab, jump: Jump) -> bool:
    """Whether the jump is to a Pod that is not made yet, and nothing happens by itself: it goes on when somebody does something."""
    waited_for = jump["kind"] == "pod" and jump["state"] != "Deleted" and not pods(lab, jump)
    return waited_for and lab.next_at() is None


def to_time(lab: Lab, until: int, may: Callable[[], bool]) -> str:
    """Go on to *until*."""
    while may():
        if lab.advance(until, steps=SLICE):
            return "reached"
    return ""


def something(lab: Lab, jump: Jump, news: Sequence[Change]) -> bool:
    """Whether anything happened that can be seen."""
    return any(
        change.kind not in QUIET and (change.kind != "object" or visible(change.data["object"])) for change in news
    )


def changed(lab: Lab, jump: Jump, news: Sequence[Change]) -> bool:
    """Whether an object has changed, events and the cluster's own machinery left out."""
    return any(
        change.kind == "object" and change.data["resource"] not in BORING and visible(change.data["object"])
        for change in news
    )


def reached(lab: Lab, jump: Jump, news: Sequence[Change]) -> bool:
    """Whether the Pod is as it is wanted; it can only have become so if it changed."""
    return any(concerns(change, jump) for change in news) and pod_is(lab, jump)


def concerns(change: Change, jump: Jump) -> bool:
    """Whether the Pod that is waited for has changed."""
    if change.kind != "object" or change.data["resource"] != "pods":
        return False
    metadata: dict[str, Any] = change.data["object"]["metadata"]
    return metadata.get("namespace") == jump["namespace"] and is_meant(metadata["name"], jump)


def is_meant(name: str, jump: Jump) -> bool:
    """Whether a Pod's name is the one that is waited for; `web-*` means all that begin like this."""
    wanted = str(jump["pod"])
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


def pods(lab: Lab, jump: Jump) -> list[dict[str, Any]]:
    """The Pods that are waited for, as far as they are there."""
    return [pod for pod in lab.objects("pods", jump["namespace"]) if is_meant(pod["metadata"]["name"], jump)]


def pod_is(lab: Lab, jump: Jump) -> bool:
    """Whether one of the Pods is as it is wanted: Ready, or with this word as its STATUS; or whether all are Deleted."""
    found = pods(lab, jump)
    return not found if jump["state"] == "Deleted" else any(is_so(lab, pod, jump["state"]) for pod in found)


def is_so(lab: Lab, pod: dict[str, Any], state: str) -> bool:
    """Whether a Pod is in a state."""
    if state == "Ready":
        conditions = pod.get("status", {}).get("conditions") or []
        return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    return lab.printed("pods", pod).get("Status") == state


REACHED: dict[str, Callable[[Lab, Jump, Sequence[Change]], bool]] = {
    "step": something,
    "change": changed,
    "pod": reached,
}
