"""The recorder of the newer events API (client-go tools/events/event_broadcaster.go), which the scheduler uses.

Events that agree in everything but their note are one series: the first one's note stands, the second occurrence makes the
series, and later ones are only counted in memory until six minutes have passed.
"""

from simulator.api.errors import ApiError, NotFound
from simulator.api.timestamps import rfc3339_micro
from simulator.client.api import API, Obj
from simulator.client.correlator import digest, forget
from simulator.client.recorder import create_event, event_namespace, reference
from simulator.kernel.units import MINUTE
from simulator.kernel.world import World

SERIES_TIME = 6 * MINUTE  # a series ends when nothing was added to it for so long


class SeriesRecorder:
    """Records events about objects as *controller*, running as *instance*."""

    def __init__(self, world: World, api: API, controller: str, instance: str) -> None:
        self.world = world
        self.api = api
        self.controller = controller
        self.instance = instance
        self.series: dict[str, Obj] = world.section(f"events/{controller}").setdefault("series", {})
        api.sweepers.append(self.forget)

    def forget(self, now: int) -> None:
        """Drop the series that have ended."""
        forget(self.series, lambda old: now - int(old["last"]) > SERIES_TIME)

    def event(self, obj: Obj, type: str, reason: str, action: str, note: str) -> None:
        """Record that *reason* happened to *obj* while doing *action*."""
        about = reference(obj)
        key = digest(
            *(about.get(part, "") for part in ("kind", "namespace", "name", "uid")),
            type,
            reason,
            action,
        )
        entry = self.series.pop(key, None)
        self.forget(self.world.now)
        try:
            entry = (entry and self.again(about, entry)) or self.first(about, type, reason, action, note)
        except ApiError:
            return
        self.series[key] = entry

    def first(self, about: Obj, type: str, reason: str, action: str, note: str) -> Obj:
        """Store the first event of what may become a series."""
        body = {
            "involvedObject": about,
            "reason": reason,
            "message": note,
            "source": {},
            "firstTimestamp": None,
            "lastTimestamp": None,
            "type": type,
            "eventTime": rfc3339_micro(self.world.unix),
            "action": action,
            "reportingComponent": self.controller,
            "reportingInstance": self.instance,
        }
        name = create_event(self.world, self.api, body)
        return {
            "name": name,
            "count": 1,
            "last": self.world.now,
            "written": self.world.now,
        }

    def again(self, about: Obj, entry: Obj) -> Obj | None:
        """Count one more; None if the series has ended and a new event is due."""
        now = self.world.now
        if now - entry["last"] > SERIES_TIME:
            return None
        entry = {**entry, "count": entry["count"] + 1, "last": now}
        if entry["count"] > 2 and now - entry["written"] < SERIES_TIME:
            return entry
        try:
            event = self.api.get("events", event_namespace(about), entry["name"])
        except NotFound:
            return None
        series = {
            "count": entry["count"],
            "lastObservedTime": rfc3339_micro(self.world.unix),
        }
        self.api.update("events", {**event, "series": series})
        return {**entry, "written": now}
