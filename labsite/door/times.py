"""Times on their way out: a cluster's clock may run ahead of the wall or behind it, and real clients reckon with their own."""

import re
from datetime import datetime, timedelta
from typing import Any

from labsite.sandboxes.clock import SECOND

# Below this nobody sees a difference, and all stays as the cluster said it.
TOLERANCE = 2 * SECOND
FIELDS = frozenset(
    (
        "acquireTime",
        "completionTime",
        "creationTimestamp",
        "deletionTimestamp",
        "eventTime",
        "expirationTimestamp",
        "finishedAt",
        "firstTimestamp",
        "lastHeartbeatTime",
        "lastObservedTime",
        "lastProbeTime",
        "lastScaleTime",
        "lastScheduleTime",
        "lastSuccessfulTime",
        "lastTimestamp",
        "lastTransitionTime",
        "lastUpdateTime",
        "renewTime",
        "startTime",
        "startedAt",
        "time",
        "timestamp",
    )
)
# What is the learner's own text, whatever its keys are called.
OPAQUE = frozenset(("annotations", "labels", "data", "stringData", "binaryData", "fieldsV1", "env", "cells"))
NEVER = "1970-01-01"  # a container that never started did so when Unix began
TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?Z")


def offset(wall: int, unix: int) -> int:
    """By how many whole seconds times are moved when the wall shows *wall* and the cluster *unix* (microseconds)."""
    return 0 if abs(wall - unix) < TOLERANCE else round((wall - unix) / SECOND)


def moved(value: Any, seconds: int) -> Any:
    """*value* with all its times moved; itself where nothing is to be done."""
    if not seconds:
        return value
    if isinstance(value, dict):
        return {key: field(key, item, seconds) for key, item in value.items()}
    return [moved(item, seconds) for item in value] if isinstance(value, list) else value


def field(key: str, value: Any, seconds: int) -> Any:
    """One field of an object."""
    if key in OPAQUE:
        return value
    if isinstance(value, str):
        return stamp(value, seconds) if key in FIELDS else value
    return moved(value, seconds)


def stamp(text: str, seconds: int) -> str:
    """A time, moved; anything else as it is."""
    found = TIME.fullmatch(text)
    return text if found is None or text.startswith(NEVER) else f"{shifted(found[1], seconds)}{found[2] or ''}Z"


def shifted(text: str, seconds: int) -> str:
    """`2026-11-20T09:00:00`, moved; as it is at the ends of the calendar."""
    try:
        return (datetime.fromisoformat(text) + timedelta(seconds=seconds)).isoformat()
    except (ValueError, OverflowError):
        return text


def log(text: str, seconds: int) -> str:
    """A log whose lines begin with their times."""
    return "".join(line(each, seconds) for each in text.splitlines(keepends=True)) if seconds else text


def line(text: str, seconds: int) -> str:
    """A line that begins with its time."""
    first, blank, rest = text.partition(" ")
    return f"{stamp(first, seconds)}{blank}{rest}"
