"""The Pod that is looked at: its describe text and its log, kept up to date for all who watch the sandbox."""

from collections.abc import Sequence
from typing import Any

from simulator.lab import Change, Lab

Focus = dict[str, Any]
Message = dict[str, Any]
LINES = 500


def moved(lab: Lab, wish: dict[str, Any]) -> Focus:
    """The focus after *wish* {namespace, pod, container}; empty if no Pod is named."""
    if not wish["pod"]:
        return {}
    focus = {"namespace": wish["namespace"] or "default", "pod": wish["pod"], "container": wish["container"]}
    names = containers(lab, focus)
    if focus["container"] not in names:
        focus["container"] = main_container(lab, focus) or next(iter(names), "")
    return focus


def containers(lab: Lab, focus: Focus) -> list[str]:
    """The names of the Pod's containers, init containers first."""
    pod = lab.find("pods", focus["namespace"], focus["pod"]) or {}
    spec = pod.get("spec", {})
    return [entry["name"] for entry in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]]


def main_container(lab: Lab, focus: Focus) -> str:
    """The first container that is no init container; empty if there is no such Pod."""
    pod = lab.find("pods", focus["namespace"], focus["pod"]) or {}
    return next((str(entry["name"]) for entry in pod.get("spec", {}).get("containers") or []), "")


def described(lab: Lab, focus: Focus) -> Message:
    """`focus.changed`."""
    return {
        "type": "focus.changed",
        "namespace": focus["namespace"],
        "pod": focus["pod"],
        "containers": containers(lab, focus),
        "container": focus["container"],
        "describe": lab.describe("pods", focus["namespace"], focus["pod"]),
    }


def log(lab: Lab, focus: Focus) -> Message:
    """`log.shown` with all that the container's log has."""
    entries = lab.logs(focus["namespace"], focus["pod"], focus["container"], lines=LINES) if focus["container"] else []
    return shown(focus, [text for _, _, text in entries], fresh=True)


def shown(focus: Focus, lines: list[str], *, fresh: bool) -> Message:
    """`log.shown`."""
    where = {key: focus[key] for key in ("namespace", "pod", "container")}
    return {"type": "log.shown", **where, "lines": lines, "fresh": fresh}


def picture(lab: Lab, focus: Focus) -> Message:
    """What `picture` says of the focus."""
    return described(lab, focus) | {"log": log(lab, focus)["lines"]} if focus else {}


def follow(lab: Lab, focus: Focus, changes: Sequence[Change]) -> tuple[Focus, list[Message]]:
    """The focus after *changes*, and what is to be told of it."""
    if not focus:
        return focus, []
    messages = []
    if any(concerns(change, focus) for change in changes):
        if not focus["container"]:  # the Pod was looked at before it was there
            focus = moved(lab, focus)
        messages.append(described(lab, focus))
    return told_of_log(lab, focus, changes, messages)


def told_of_log(
    lab: Lab, focus: Focus, changes: Sequence[Change], messages: list[Message]
) -> tuple[Focus, list[Message]]:
    """The same, with the new lines of the log. Another attempt of the container begins another log."""
    entries = [change.data for change in changes if change.kind == "log" and same_container(change.data, focus)]
    if not entries:
        return focus, messages
    attempt = entries[-1]["attempt"]
    if focus.get("attempt") != attempt:
        return {**focus, "attempt": attempt}, [*messages, log(lab, focus)]
    return focus, [*messages, shown(focus, [entry["text"] for entry in entries], fresh=False)]


def same_container(entry: dict[str, Any], focus: Focus) -> bool:
    """Whether a log entry is of the container that is looked at."""
    return all(entry[key] == focus[key] for key in ("namespace", "pod", "container"))


def concerns(change: Change, focus: Focus) -> bool:
    """Whether the describe text may be another after *change*: it was the Pod itself, or an event about it."""
    if change.kind != "object":
        return False
    obj, place = change.data["object"], (focus["namespace"], focus["pod"])
    if change.data["resource"] == "pods":
        return place == (obj["metadata"].get("namespace"), obj["metadata"]["name"])
    about = obj.get("involvedObject") or {}
    return change.data["resource"] == "events" and place == (about.get("namespace"), about.get("name"))
