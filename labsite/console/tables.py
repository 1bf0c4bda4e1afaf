"""The tables beside the console: the rows that the API server prints, with ages as points in time that a browser counts on from."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from simulator.lab import Lab

TABLES = ("pods", "services", "events")
# The cluster's own machinery would bury what the learner makes.
HIDDEN = ("kube-system", "kube-node-lease", "kube-public")
AGO = re.compile(r"\([0-9a-z]{1,16} ago\)")

Cell = str | dict[str, Any]


def table(lab: Lab, resource: str) -> dict[str, Any]:
    """The whole table: {columns, rows: [{key, cells}]}."""
    printed = lab.table(resource)
    return {
        "columns": [printed["columnDefinitions"][at]["name"] for at in shown(printed)],
        "rows": rows(lab, resource, printed),
    }


def changed_rows(lab: Lab, resource: str, changes: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """What `rows.changed` says after *changes* of objects of *resource*; None if they are all hidden ones."""
    kinds = {key_of(change["object"]["metadata"]): change["type"] for change in changes if visible(change["object"])}
    if not kinds:
        return None
    put = [row for row in rows(lab, resource, lab.table(resource)) if row["key"] in kinds]
    gone = sorted(kinds.keys() - {row["key"] for row in put})
    return {"type": "rows.changed", "table": resource, "put": put, "gone": gone}


def visible(obj: dict[str, Any]) -> bool:
    """Whether the learner is shown *obj*."""
    return obj["metadata"].get("namespace") not in HIDDEN


def key_of(metadata: dict[str, Any]) -> str:
    """namespace/name."""
    return f"{metadata.get('namespace', '')}/{metadata['name']}"


def shown(printed: dict[str, Any]) -> list[int]:
    """The numbers of the columns that are printed without `-o wide`."""
    return [at for at, column in enumerate(printed["columnDefinitions"]) if not column.get("priority")]


def rows(lab: Lab, resource: str, printed: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that are shown."""
    columns, names = shown(printed), [column["name"].lower() for column in printed["columnDefinitions"]]
    return [
        {"key": key_of(row["object"]["metadata"]), "cells": [cell(lab, resource, row, names[at], at) for at in columns]}
        for row in printed["rows"]
        if visible(row["object"])
    ]


def cell(lab: Lab, resource: str, row: dict[str, Any], column: str, at: int) -> Cell:
    """One cell; an age becomes the moment from which it counts."""
    value, metadata = row["cells"][at], row["object"]["metadata"]
    if column == "age":
        return since(metadata.get("creationTimestamp")) or str(value)
    if column == "last seen":
        return since(last_seen(whole(lab, resource, metadata))) or str(value)
    if column == "restarts" and AGO.search(str(value)):
        moment = since(last_restart(whole(lab, resource, metadata)))
        return {"text": AGO.sub("({} ago)", str(value)), **moment} if moment else str(value)
    return str(value)


def whole(lab: Lab, resource: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """The object behind a row, of which the table has the metadata only."""
    return lab.find(resource, metadata.get("namespace"), metadata["name"]) or {}


def last_seen(event: dict[str, Any]) -> str | None:
    """When an event was seen last (printEvent in pkg/printers/internalversion)."""
    series = event.get("series") or {}
    return series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")


def last_restart(pod: dict[str, Any]) -> str | None:
    """When a container of the Pod ended last before it was started again."""
    status = pod.get("status", {})
    containers = [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]
    ends = [(entry.get("lastState") or {}).get("terminated", {}).get("finishedAt") for entry in containers]
    return max((end for end in ends if end), default=None)


def since(timestamp: str | None) -> dict[str, int] | None:
    """Unix milliseconds of a time as the API writes it."""
    return {"since": int(datetime.fromisoformat(timestamp).timestamp() * 1000)} if timestamp else None
