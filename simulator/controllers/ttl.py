"""Removing Jobs some time after they ended (pkg/controller/ttlafterfinished)."""

from simulator.api import meta, timestamps
from simulator.api.errors import NotFound
from simulator.client.informer import split_key
from simulator.controllers.controller import Controller, Keys, itself
from simulator.controllers.job import JOBS
from simulator.kernel.units import SECOND


class TTLAfterFinishedController(Controller):
    """Deletes a Job when its ttlSecondsAfterFinished are over."""

    name = "ttl-after-finished"

    def watches(self) -> dict[str, Keys]:
        return {JOBS: itself}

    def sync(self, key: str) -> None:
        job = self.find(JOBS, key)
        seconds = job["spec"].get("ttlSecondsAfterFinished") if job is not None else None
        if job is None or seconds is None or meta.deleting(job):
            return
        ended = meta.condition(job, "Complete") or meta.condition(job, "Failed")
        if ended is None or ended["status"] != "True":
            return
        left = timestamps.parse(ended["lastTransitionTime"]) + seconds * SECOND - self.world.unix
        if left > 0:
            self.queue.add(key, after=left)
            return
        try:
            self.api.delete(JOBS, *split_key(key), propagation="Foreground")
        except NotFound:
            return
