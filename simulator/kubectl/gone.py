"""Waiting until objects are gone, one after the other, as `kubectl delete` does (models kubectl/pkg/cmd/wait)."""

from typing import Any

from simulator.kubectl.discovery import named
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step, Wait

Waiting = list[dict[str, Any]]
MAX_EVENTS = 200


def wait_until_gone(session: Session, waiting: Waiting, deadline: int = 0) -> Step:
    """Take a step of waiting for *waiting*, which is kept in the state and shrinks; 0 when all are gone.

    *deadline* is virtual microseconds; 0 for none.
    """
    while waiting:
        target = waiting[0]
        if is_gone(session, target):
            waiting.pop(0)
            continue
        if deadline and session.sys.now >= deadline:
            raise Failure(f"timed out waiting for the condition on {target['resource']}/{target['name']}")
        return Wait(readable=(target["fd"],), until=deadline or None)
    return 0


def is_gone(session: Session, target: dict[str, Any]) -> bool:
    """Whether an object is gone; from the first look on it is watched, by the descriptor `fd` of *target*."""
    if "fd" not in target and not _look(session, target):
        return True
    if not _ended(session, target):
        return False
    session.sys.close(target["fd"])
    return True


def _look(session: Session, target: dict[str, Any]) -> bool:
    """Begin to watch the object; False if it is gone already."""
    resource = named(session, target["resource"])
    try:
        obj = session.get(resource, target["namespace"], target["name"])
    except ServerFailure as failure:
        if failure.reason == "NotFound":
            return False
        raise
    if target["uid"] and obj["metadata"].get("uid") != target["uid"]:
        return False
    target["fd"] = session.watch_one(resource, target["namespace"], target["name"])
    return True


def _ended(session: Session, target: dict[str, Any]) -> bool:
    """Whether the watch has seen the end of the object."""
    for _ in range(MAX_EVENTS):
        event = session.sys.read_event(target["fd"])
        if event is None:
            return False
        if not event or event.get("type") == "ERROR":
            session.sys.close(target["fd"])
            del target["fd"]
            if not _look(session, target):
                target["fd"] = session.sys.open("/dev/null", "r")
                return True
            continue
        if event.get("type") == "DELETED":
            return True
    return False
