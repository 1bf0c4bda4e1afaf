"""The event recorder of a component (client-go tools/record/event.go): it turns what happened into Event objects."""

from typing import Any

from simulator.api.errors import AlreadyExists, ApiError, NotFound
from simulator.api.timestamps import rfc3339
from simulator.client.api import API, Obj
from simulator.client.correlator import Correlator
from simulator.kernel.world import World

NAME_ATTEMPTS = 8


class Recorder:
    """Records events about objects as *component*, on *host* if it is one of a node."""

    def __init__(self, world: World, api: API, component: str, host: str = "") -> None:
        self.world = world
        self.api = api
        self.component = component
        self.host = host
        self.correlator = Correlator(world.section(f"events/{component}" + (f"/{host}" if host else "")))
        api.sweepers.append(self.correlator.forget)

    def event(self, obj: Obj, type: str, reason: str, message: str, field_path: str = "") -> None:
        """Record that *reason* happened to *obj*: `Normal` or `Warning`. What cannot be recorded is let go, as in client-go."""
        about = reference(obj, field_path)
        now, stamp = self.world.now, rfc3339(self.world.unix)
        kind = (*(about.get(part, "") for part in REFERENCE), type, reason)
        text, key = self.correlator.fold(kind, message, now, str(about.get("fieldPath", "")))
        seen = self.correlator.observe(key, now, stamp)
        admitted = self.correlator.admit((*(about.get(part, "") for part in REFERENCE), type), now)
        self.correlator.forget(now)
        if not admitted:
            return
        times = {"count": seen["count"], "firstTimestamp": seen["first"], "lastTimestamp": stamp, "message": text}
        try:
            if not (seen["name"] and self.count(about, seen["name"], times)):
                seen["name"] = self.record(about, {"type": type, "reason": reason, **times})
        except ApiError:
            return

    def count(self, about: Obj, name: str, times: Obj) -> bool:
        """Write into the event *name* how often and when it happened; whether it is still there."""
        try:
            event = self.api.get("events", event_namespace(about), name)
        except NotFound:
            return False
        self.api.update("events", {**event, **times})
        return True

    def record(self, about: Obj, facts: Obj) -> str:
        """Make a new event; its name."""
        source = {"component": self.component} | ({"host": self.host} if self.host else {})
        reporter = {"reportingComponent": self.component, "reportingInstance": self.host}
        body = {"involvedObject": about, "source": source, **facts, "eventTime": None, **reporter}
        return create_event(self.world, self.api, body)


REFERENCE = ("kind", "namespace", "name", "uid", "apiVersion")


def reference(obj: Obj, field_path: str = "") -> Obj:
    """The ObjectReference to *obj*, which may be one already."""
    meta = obj.get("metadata", obj)
    named: dict[str, Any] = {
        "apiVersion": obj.get("apiVersion", ""),
        "fieldPath": field_path,
        "kind": obj.get("kind", ""),
        "name": meta.get("name", ""),
        "namespace": meta.get("namespace", ""),
        "resourceVersion": meta.get("resourceVersion", ""),
        "uid": meta.get("uid", ""),
    }
    return {key: value for key, value in named.items() if value}


def event_namespace(about: Obj) -> str:
    """Where an event about *about* is kept: what has no namespace has its events in `default`."""
    return str(about.get("namespace") or "default")


def create_event(world: World, api: API, body: Obj) -> str:
    """Store an Event named after its object and the nanosecond in which it happened; its name. No two share a nanosecond."""
    about = body["involvedObject"]
    memory = world.section("events")
    nanoseconds = max(memory.get("last", 0) + 1, world.unix * 1000 + world.dice.below(1000))
    for attempt in range(NAME_ATTEMPTS):
        name = f"{about['name']}.{nanoseconds + attempt:x}"
        meta = {"name": name, "namespace": event_namespace(about)}
        try:
            api.create(
                "events",
                {"apiVersion": "v1", "kind": "Event", "metadata": meta, **body},
            )
        except AlreadyExists:
            continue
        memory["last"] = nanoseconds + attempt
        return name
    raise AlreadyExists(f'events "{name}" already exists')
