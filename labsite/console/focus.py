"""A thing that is looked at: its describe text, its log, and the view of it that is open, kept up to date. Who looks at what:
focuses.py."""

from collections.abc import Sequence
from typing import Any

from labsite.console import views
from simulator.lab import Change, Lab

Focus = dict[str, Any]
Message = dict[str, Any]
LINES = 500
# What can be looked at; True where it lies in a namespace.
RESOURCES = {
    "pods": True,
    "services": True,
    "persistentvolumeclaims": True,
    "deployments.apps": True,
    "replicasets.apps": True,
    "statefulsets.apps": True,
    "daemonsets.apps": True,
    "jobs.batch": True,
    "cronjobs.batch": True,
    "nodes": False,
}


def moved(lab: Lab, wish: dict[str, Any]) -> Focus:
    """The focus after *wish* {namespace, pod, container, resource?, view?, path?}; empty if nothing is named."""
    if not wish["pod"]:
        return {}
    resource = wish.get("resource") or "pods"
    resource = resource if resource in RESOURCES else "pods"
    focus = {"resource": resource, "pod": wish["pod"], "container": wish["container"]}
    focus |= {"namespace": (wish["namespace"] or "default") if RESOURCES[resource] else ""}
    focus |= {"view": wish.get("view") or "", "path": wish.get("path") or "/"}
    names = containers(lab, focus)
    if focus["container"] not in names:
        focus["container"] = main_container(lab, focus) or next(iter(names), "")
    return focus


def resource_of(focus: Focus) -> str:
    """What kind of thing is looked at."""
    return str(focus.get("resource", "pods"))


def pod_of(lab: Lab, focus: Focus) -> dict[str, Any]:
    """The Pod's spec, if a Pod is looked at."""
    found = lab.find("pods", focus["namespace"], focus["pod"]) if resource_of(focus) == "pods" else None
    return dict((found or {}).get("spec") or {})


def containers(lab: Lab, focus: Focus) -> list[str]:
    """The names of the Pod's containers, init containers first."""
    spec = pod_of(lab, focus)
    return [entry["name"] for entry in [*(spec.get("initContainers") or []), *(spec.get("containers") or [])]]


def main_container(lab: Lab, focus: Focus) -> str:
    """The first container that is no init container; empty if there is no such Pod."""
    return next((str(entry["name"]) for entry in pod_of(lab, focus).get("containers") or []), "")


def described(lab: Lab, focus: Focus) -> Message:
    """`focus.changed`."""
    resource = resource_of(focus)
    return {
        "type": "focus.changed",
        "resource": resource,
        "namespace": focus["namespace"],
        "pod": focus["pod"],
        "containers": containers(lab, focus),
        "container": focus["container"],
        "view": focus.get("view", ""),
        "describe": lab.describe(resource, focus["namespace"] or None, focus["pod"]),
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
    if not focus:
        return {}
    return described(lab, focus) | {"log": log(lab, focus)["lines"], "look": look(lab, focus)}


def look(lab: Lab, focus: Focus) -> Message:
    """What the open view shows: `look.shown`; {} where none is open that has to be asked for."""
    view = str(focus.get("view", ""))
    if view not in views.VIEWS:
        return {}
    where = {"resource": resource_of(focus)} | {key: focus[key] for key in ("namespace", "pod", "container", "path")}
    return {"type": "look.shown", **where, "view": view, **views.VIEWS[view](lab, where)}


def refreshed(lab: Lab, focus: Focus) -> tuple[Focus, list[Message]]:
    """The focus, and what its open view shows if that is something else than was told last."""
    seen = look(lab, focus) if focus else {}
    if not seen or (sign := views.sign(seen)) == focus.get("sign"):
        return focus, []
    return {**focus, "sign": sign}, [seen]


def follow(lab: Lab, focus: Focus, changes: Sequence[Change]) -> tuple[Focus, list[Message]]:
    """The focus after *changes*, and what is to be told of it."""
    if not focus:
        return focus, []
    messages = []
    if any(concerns(change, focus) for change in changes):
        if not focus["container"] and resource_of(focus) == "pods":  # the Pod was looked at before it was there
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
    return bool(focus["container"]) and all(entry[key] == focus[key] for key in ("namespace", "pod", "container"))


def concerns(change: Change, focus: Focus) -> bool:
    """Whether the describe text may be another after *change*: it was the thing itself, or an event about it."""
    if change.kind != "object":
        return False
    obj, place = change.data["object"], (focus["namespace"], focus["pod"])
    if change.data["resource"] == resource_of(focus):
        return place == (obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
    if change.data["resource"] == "pods":  # a node's Pods and a Service's endpoints stand in their descriptions
        return resource_of(focus) in ("nodes", "services")
    about = obj.get("involvedObject") or {}
    return change.data["resource"] == "events" and views.is_about(about, resource_of(focus), *place)
