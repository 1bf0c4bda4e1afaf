"""CronJobs (pkg/controller/cronjob): a Job whenever the schedule says so."""

from simulator.api import meta, timestamps, zones
from simulator.api.errors import AlreadyExists, ApiError, NotFound
from simulator.client.api import Obj
from simulator.client.informer import key_of
from simulator.controllers.controller import Controller, Keys, its_controller, itself
from simulator.controllers.job import JOBS
from simulator.controllers.schedule import next_time
from simulator.kernel.units import MILLISECOND, MINUTE, SECOND

CRON_JOBS = "cronjobs.batch"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
LATENESS = 100 * MILLISECOND  # by which the controller wakes up late
MOST_MISSED = 100
NAME_LENGTH = 52
TOO_MANY = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"


class CronJobController(Controller):
    """Starts Jobs on time and removes old ones."""

    name = "cronjob"
    source = "cronjob-controller"

    def watches(self) -> dict[str, Keys]:
        return {CRON_JOBS: itself, JOBS: its_controller("CronJob")}

    def sync(self, key: str) -> None:
        cron = self.find(CRON_JOBS, key)
        if cron is None:
            return
        jobs = [job for job in self.in_namespace(JOBS, meta.namespace(cron)) if belongs(job, cron)]
        status = self.seen(cron, jobs)
        self.clean_up(cron, jobs)
        if not meta.deleting(cron) and not cron["spec"].get("suspend"):
            status = self.start_due(cron, status)
        latest = self.find(CRON_JOBS, key)
        if latest is not None and status != (latest.get("status") or {}):
            self.api.update_status(CRON_JOBS, {**latest, "status": status})

    # --- what runs

    def seen(self, cron: Obj, jobs: list[Obj]) -> Obj:
        """The status with the Jobs that run; those that ended since are told of."""
        status = dict(cron.get("status") or {})
        active: list[Obj] = list(status.get("active") or [])
        known = [each["uid"] for each in active]
        for job in jobs:
            ended = finished_as(job)
            if meta.uid(job) in known and ended:
                active = [each for each in active if each["uid"] != meta.uid(job)]
                message = f"Saw completed job: {meta.name(job)}, condition: {ended}"
                self.recorder.event(cron, "Normal", "SawCompletedJob", message)
            elif meta.uid(job) not in known and not ended:
                message = f"Saw a job that the controller did not create or forgot: {meta.name(job)}"
                self.recorder.event(cron, "Warning", "UnexpectedJob", message)
        there = [meta.uid(job) for job in jobs]
        for gone in [each for each in active if each["uid"] not in there]:
            self.recorder.event(cron, "Normal", "MissingJob", f"Active job went missing: {gone['name']}")
            active.remove(gone)
        succeeded = [job["status"]["completionTime"] for job in jobs if finished_as(job) == "Complete"]
        if succeeded:  # also of Jobs that somebody made by hand
            status["lastSuccessfulTime"] = max(status.get("lastSuccessfulTime", ""), *succeeded)
        return with_active(status, active)

    def clean_up(self, cron: Obj, jobs: list[Obj]) -> None:
        """Delete the oldest Jobs that ended beyond what is to be kept."""
        for ended, field, limit in (
            ("Complete", "successfulJobsHistoryLimit", 3),
            ("Failed", "failedJobsHistoryLimit", 1),
        ):
            kept = cron["spec"].get(field)
            old = sorted((job for job in jobs if finished_as(job) == ended), key=started)
            for job in old[: max(len(old) - (limit if kept is None else kept), 0)]:
                self.delete_job(cron, job)

    def delete_job(self, cron: Obj, job: Obj) -> None:
        """Delete a Job and its Pods."""
        try:
            self.api.delete(JOBS, meta.namespace(job), meta.name(job), propagation="Background")
        except NotFound:
            return
        self.recorder.event(cron, "Normal", "SuccessfulDelete", f"Deleted job {meta.name(job)}")

    # --- what is due

    def start_due(self, cron: Obj, status: Obj) -> Obj:
        """Start a Job if one is due, and look again at the next time; the status as it is then."""
        zone = str(cron["spec"].get("timeZone") or "UTC")
        if why := zones.problem(zone):
            self.recorder.event(cron, "Warning", "UnknownTimeZone", f'invalid timeZone: "{zone}": {why}')
            return status
        schedule = cron["spec"]["schedule"]
        due, missed = self.most_recent(cron, status, zone)
        if missed > MOST_MISSED:
            self.recorder.event(cron, "Warning", "TooManyMissedTimes", TOO_MANY)
        upcoming = next_time(schedule, self.world.unix, zone)
        if upcoming is not None:
            self.queue.add(key_of(cron), after=upcoming - self.world.unix + LATENESS)
        return status if due is None else self.start_at(cron, status, due)

    def most_recent(self, cron: Obj, status: Obj, zone: str) -> tuple[int | None, int]:
        """The latest time that has passed without its Job, and how many there were (no more than matters)."""
        earliest = timestamps.parse(status.get("lastScheduleTime") or cron["metadata"]["creationTimestamp"])
        deadline = cron["spec"].get("startingDeadlineSeconds")
        if deadline is not None:
            earliest = max(earliest, self.world.unix - deadline * SECOND)
        due: int | None = None
        missed = 0
        at = next_time(cron["spec"]["schedule"], earliest, zone)
        while at is not None and at <= self.world.unix and missed <= MOST_MISSED:
            due, missed = at, missed + 1
            at = next_time(cron["spec"]["schedule"], at, zone)
        if missed > MOST_MISSED:
            due = self.skip_to_latest(cron["spec"]["schedule"], zone) or due
        return due, missed

    def skip_to_latest(self, schedule: str, zone: str) -> int | None:
        """The latest time before now, found by looking back in growing steps."""
        back = MINUTE
        for _ in range(32):
            at = next_time(schedule, self.world.unix - back, zone)
            if at is not None and at <= self.world.unix:
                return at
            back *= 2
        return None

    def start_at(self, cron: Obj, status: Obj, due: int) -> Obj:
        """Start the Job for a time unless the policy forbids it; the status as it is then."""
        deadline = cron["spec"].get("startingDeadlineSeconds")
        if deadline is not None and due + deadline * SECOND < self.world.unix:
            message = f"Missed scheduled time to start a job: {timestamps.rfc1123z(due)}"
            self.recorder.event(cron, "Warning", "MissSchedule", message)
            return status
        policy, active = cron["spec"].get("concurrencyPolicy"), status.get("active") or []
        if policy == "Forbid" and active:
            message = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self.recorder.event(cron, "Normal", "JobAlreadyActive", message)
            return status
        if policy == "Replace":
            for each in active:
                job = self.find(JOBS, f"{meta.namespace(cron)}/{each['name']}")
                if job is not None:
                    self.delete_job(cron, job)
            active = []
        job = self.create(cron, due)
        if job is not None:
            active = [*active, meta.object_reference(job)]
        return with_active({**status, "lastScheduleTime": timestamps.rfc3339(due)}, active)

    def create(self, cron: Obj, due: int) -> Obj | None:
        """Create the Job for a time; None if it is there already; raises ApiError."""
        template = cron["spec"]["jobTemplate"]
        own = template.get("metadata") or {}
        metadata = {
            "name": f"{meta.name(cron)[:NAME_LENGTH]}-{due // MINUTE}",
            "namespace": meta.namespace(cron),
            "labels": own.get("labels") or {},
            "annotations": {**(own.get("annotations") or {}), SCHEDULED: timestamps.rfc3339(due)},
            "ownerReferences": [meta.owner_reference(cron)],
        }
        try:
            job = self.api.create(JOBS, {"metadata": metadata, "spec": template["spec"]})
        except AlreadyExists:
            return None
        except ApiError as error:
            self.recorder.event(cron, "Warning", "FailedCreate", f"Error creating job: {error}")
            raise
        self.recorder.event(cron, "Normal", "SuccessfulCreate", f"Created job {meta.name(job)}")
        return job


def belongs(job: Obj, cron: Obj) -> bool:
    """Whether a Job is controlled by the CronJob."""
    owner = meta.controller_of(job)
    return owner is not None and bool(owner["uid"] == meta.uid(cron))


def finished_as(job: Obj) -> str:
    """`Complete` or `Failed`; empty while the Job has not ended."""
    return next((kind for kind in ("Complete", "Failed") if meta.is_true(job, kind)), "")


def started(job: Obj) -> tuple[str, str]:
    """When the Job was started, and its name."""
    return (job.get("status") or {}).get("startTime", ""), meta.name(job)


def with_active(status: Obj, active: list[Obj]) -> Obj:
    """A status with the Jobs that run."""
    rest = {name: value for name, value in status.items() if name != "active"}
    return {"active": active, **rest} if active else rest
