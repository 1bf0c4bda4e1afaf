"""What a view of the thing that is looked at shows: its YAML, conditions, events, files, processes. Bounded, and nothing is changed by looking."""

import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from labsite.console.tables import last_seen
from simulator.lab import Lab

Message = dict[str, Any]
LARGEST = 100_000  # characters of a text
MOST_EVENTS = 200
MOST_CONDITIONS, LONGEST = 50, 2000
KINDS = {
    "pods": "Pod",
    "nodes": "Node",
    "services": "Service",
    "persistentvolumeclaims": "PersistentVolumeClaim",
    "deployments.apps": "Deployment",
    "replicasets.apps": "ReplicaSet",
    "statefulsets.apps": "StatefulSet",
    "daemonsets.apps": "DaemonSet",
    "jobs.batch": "Job",
    "cronjobs.batch": "CronJob",
}


def is_about(reference: dict[str, Any], resource: str, namespace: str, name: str) -> bool:
    """Whether an event with this involvedObject is about the thing; events about nodes lie in a namespace that says nothing."""
    if reference.get("kind") != KINDS[resource] or reference.get("name") != name:
        return False
    return not namespace or reference.get("namespace") == namespace


def yaml(lab: Lab, where: Message) -> Message:
    """What `kubectl get -o yaml` prints."""
    return {"text": lab.yaml(where["resource"], where["namespace"] or None, where["pod"])[:LARGEST]}


def events(lab: Lab, where: Message) -> Message:
    """The events about it, the newest first, with moments from which ages count."""
    about = (where["resource"], where["namespace"], where["pod"])
    found = lab.objects("events", where["namespace"] or None)
    rows = [event_row(each) for each in found if is_about(each.get("involvedObject") or {}, *about)]
    return {"rows": sorted(rows, key=lambda row: -int(row["since"]))[:MOST_EVENTS]}


def event_row(event: Message) -> Message:
    """One event."""
    seen = last_seen(event) or event["metadata"].get("creationTimestamp") or "1970-01-01T00:00:00Z"
    count = int((event.get("series") or {}).get("count") or event.get("count") or 1)
    row = {key: str(event.get(key) or "") for key in ("type", "reason", "message")}
    row |= {key: str(event["metadata"][key]) for key in ("namespace", "name")}
    return row | {"since": unix(seen), "count": count}


def unix(written: str) -> int:
    """Unix milliseconds of a time as the API writes it."""
    return int(datetime.fromisoformat(written).timestamp() * 1000)


def conditions(lab: Lab, where: Message) -> Message:
    """Its conditions, in the order of its status, with the moments since which they are so (None where that is not kept)."""
    found = lab.find(where["resource"], where["namespace"] or None, where["pod"]) or {}
    entries: list[Message] = (found.get("status") or {}).get("conditions") or []
    return {"rows": [condition_row(each) for each in entries[:MOST_CONDITIONS]]}


def condition_row(condition: Message) -> Message:
    """One condition."""
    row = {key: str(condition.get(key) or "")[:LONGEST] for key in ("type", "status", "reason", "message")}
    since = condition.get("lastTransitionTime")
    return row | {"since": unix(since) if since else None}


def files(lab: Lab, where: Message) -> Message:
    """What is in the folder *path* of the container or of the node; of a file, its text."""
    if where["resource"] == "nodes":
        rows, text = lab.folder(where["pod"], where["path"]), lab.read_file(where["pod"], where["path"])
    elif where["container"]:
        place = (where["namespace"], where["pod"], where["container"], where["path"])
        rows, text = lab.files_in(*place), lab.read_file_in(*place)
    else:
        rows, text = [], None
    return {"rows": rows, "text": text and text[:LARGEST]}


def processes(lab: Lab, where: Message) -> Message:
    """The processes of the container, or of the node without those in containers."""
    if where["resource"] == "nodes":
        found = lab.processes(where["pod"])
    else:
        found = lab.processes_in(where["namespace"], where["pod"], where["container"])
    return {"rows": [{**each, "started": each["started"] // 1000} for each in found]}


VIEWS: dict[str, Callable[[Lab, Message], Message]] = {
    "yaml": yaml,
    "conditions": conditions,
    "events": events,
    "files": files,
    "processes": processes,
}


def sign(seen: Message) -> int:
    """A number that is another when something else is seen."""
    return zlib.crc32(msgspec.json.encode(seen))
