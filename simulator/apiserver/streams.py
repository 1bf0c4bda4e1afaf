"""Watches: what a client that watches is sent (apiserver/pkg/endpoints/handlers/watch.go)."""

from typing import Any

from simulator.apiserver import conversion
from simulator.apiserver.backend import Backend
from simulator.apiserver.tables import table
from simulator.apiserver.tables.columns import Printer
from simulator.apiserver.watch import WatchEvent

Obj = dict[str, Any]


def events_since(backend: Backend, watch: Obj, revision: int) -> tuple[list[Obj], int]:
    """The events after *revision* for a watch (Response.upgrade), as {"type", "object"}, and the revision they lead to.

    Revision 0 begins with what there is, as ADDED. Raises Expired when the history does not reach back that far.
    """
    now = backend.store.revision
    if revision == 0:
        first = [("ADDED", obj) for obj in backend.list(watch["resource"], watch["namespace"], **_selectors(watch))]
        return [_dressed(backend, watch, kind, obj) for kind, obj in first], now
    matches = backend.matcher(watch["resource"], watch["labels"], watch["fields"])
    project = backend.projections.get(watch["resource"])
    sent = []
    for event in backend.changes_since(watch["resource"], revision):
        kind = _seen_as(event, watch, matches)
        if kind:
            obj = project(event.object) if project else event.object
            sent.append(_dressed(backend, watch, kind, obj))
    return sent, now


def _selectors(watch: Obj) -> dict[str, str]:
    return {"labels": watch["labels"], "fields": watch["fields"]}


def _seen_as(event: WatchEvent, watch: Obj, matches: Any) -> str:
    """What the event is for the watcher: an object that begins to match is ADDED, one that ceases to is DELETED."""
    if watch["namespace"] is not None and event.object["metadata"].get("namespace") != watch["namespace"]:
        return ""
    before = event.old is not None and matches(event.old)
    after = event.type != "DELETED" and matches(event.object)
    if before and after:
        return "MODIFIED"
    return "ADDED" if after else "DELETED" if before else ""


def _printer(backend: Backend, watch: Obj) -> Printer:
    return table.printer_of(backend.catalogue, watch["resource"], version_of(watch))


def version_of(watch: Obj) -> str:
    """The version in which objects are sent."""
    return str(watch["version"]).rpartition("/")[2]


def _dressed(backend: Backend, watch: Obj, kind: str, obj: Obj) -> Obj:
    found = backend.catalogue.get(watch["resource"])
    if found is not None:  # not so when its definition went in the meantime
        obj = conversion.seen(backend.catalogue, found, version_of(watch), obj)
    if not watch["table"]:
        return {"type": kind, "object": obj}
    metadata = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
    return {
        "type": kind,
        "object": table.table(_printer(backend, watch), [obj], backend.world.unix, metadata, watch["include"]),
    }


def bookmark(backend: Backend, watch: Obj, *, initial: bool = False) -> Obj:
    """An event that says how far a watch has come; *initial* marks the end of what there was at its beginning."""
    metadata: Obj = {"resourceVersion": str(backend.store.revision)}
    if initial:
        metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
    if watch["table"]:
        return {
            "type": "BOOKMARK",
            "object": table.table(_printer(backend, watch), [], backend.world.unix, metadata),
        }
    return {
        "type": "BOOKMARK",
        "object": {
            "kind": watch["objects"],
            "apiVersion": watch["version"],
            "metadata": metadata,
        },
    }
