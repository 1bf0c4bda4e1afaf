"""Jobs (pkg/controller/job): Pods that are to end well, so and so often."""

from simulator.api import meta, timestamps
from simulator.api.errors import ApiError, Conflict, NotFound
from simulator.apiserver.watch import WatchEvent
from simulator.client.api import API, Obj
from simulator.client.informer import Informers, key_of
from simulator.client.pods import is_finished, is_ready, phase
from simulator.controllers import jobpolicy, jobrules
from simulator.controllers.controller import Controller, Keys, its_controller, itself
from simulator.controllers.jobrules import TRACKING
from simulator.controllers.podcontrol import PodControl, claimed, pod_from
from simulator.controllers.selecting import selecting
from simulator.kernel.units import SECOND
from simulator.kernel.world import World

JOBS = "jobs.batch"
BATCH_PERIOD = SECOND  # changes to Pods are taken in together (syncJobBatchPeriod)


class JobController(Controller):
    """Keeps as many Pods running as are needed, counts those that ended, and says when all is done or lost."""

    name = "job"
    source = "job-controller"

    def __init__(self, world: World, api: API, informers: Informers) -> None:
        super().__init__(world, api, informers)
        self.pods = PodControl(api, self.recorder)
        self.owners = its_controller("Job")

    def watches(self) -> dict[str, Keys]:
        return {JOBS: itself, "pods": self.concerned}

    def concerned(self, event: WatchEvent) -> list[str]:
        """The Job of a Pod is looked at within a second; one that might adopt it, soon."""
        for key in self.owners(event):
            self.queue.add(key, after=BATCH_PERIOD)
        return selecting(self, JOBS, event)

    def sync(self, key: str) -> None:
        job = self.find(JOBS, key)
        if job is None or meta.deleting(job):
            return
        pods = claimed(self.api, self.informers, "pods", job)
        if jobrules.is_finished(job):
            self.untrack([pod for pod in pods if is_finished(pod)])
            return
        status = dict(job.get("status") or {})
        if "startTime" not in status and not job["spec"].get("suspend"):
            status["startTime"] = self.now()
            job = self.api.update_status(JOBS, {**job, "status": status})
            self.queue.add(key, after=self.deadline(job))
        self.step(job, pods)

    def deadline(self, job: Obj) -> int:
        """After how long the Job must be looked at again."""
        seconds = job["spec"].get("activeDeadlineSeconds")
        started = (job.get("status") or {}).get("startTime")
        if seconds is None or started is None:
            return BATCH_PERIOD
        left: int = timestamps.parse(started) + seconds * SECOND - self.world.unix
        return max(left, 0) + SECOND // 10

    def step(self, job: Obj, pods: list[Obj]) -> None:
        """Count what ended, judge, and make or delete Pods; then write the status."""
        counted, ended = jobrules.counted(job, pods)
        verdict = jobrules.judge(job, pods, counted, self.world.unix)
        active = [pod for pod in pods if not is_finished(pod) and not meta.deleting(pod)]
        failure: ApiError | None = None
        try:
            if verdict is not None or job["spec"].get("suspend"):
                for pod in active:
                    self.pods.delete(job, pod)
                active = []
            else:
                active = self.manage(job, pods, active, counted)
        except ApiError as error:
            failure = error
        self.report(job, pods, active, counted, verdict)
        self.untrack(ended)
        if failure is not None:
            raise failure

    def manage(self, job: Obj, pods: list[Obj], active: list[Obj], counted: jobrules.Counts) -> list[Obj]:
        """Make Pods that are missing, delete those too many; the active ones as they are then; raises ApiError."""
        wanted = jobrules.wanted_active(job, counted, len(active))
        if len(active) > wanted:
            spare = sorted(
                active, key=lambda pod: (phase(pod) == "Running", is_ready(pod), pod["metadata"]["creationTimestamp"])
            )
            for pod in spare[: len(active) - wanted]:
                self.pods.delete(job, pod)
            return spare[len(active) - wanted :]
        if len(active) < wanted:
            rest = self.resting(job, pods)
            if rest > 0:
                self.queue.add(key_of(job), after=rest)
                return active
            leaving = sum(meta.deleting(pod) and not is_finished(pod) for pod in pods)
            if job["spec"].get("podReplacementPolicy") == "Failed":
                wanted -= leaving
            active = [*active, *self.create(job, wanted - len(active), pods, active, counted)]
        if job["spec"].get("activeDeadlineSeconds") is not None:
            self.queue.add(key_of(job), after=self.deadline(job))
        return active

    def resting(self, job: Obj, pods: list[Obj]) -> int:
        """How long the Job must still rest after failures."""
        failed = [pod for pod in pods if phase(pod) == "Failed"]
        if not failed or "backoffLimitPerIndex" in job["spec"]:
            return 0
        last_success = max((jobrules.ended_at(pod) for pod in pods if phase(pod) == "Succeeded"), default=0)
        times = sorted(time for pod in failed if (time := jobrules.ended_at(pod)) > last_success)
        return times[-1] + jobrules.backoff(len(times)) - self.world.unix if times else 0

    def resting_indexes(self, job: Obj, pods: list[Obj]) -> list[int | None]:
        """Indexes that rest on their own after failures, where each has a limit of its own."""
        if "backoffLimitPerIndex" not in job["spec"]:
            return []
        found: list[int | None] = []
        for index in dict.fromkeys(map(jobrules.index_of, jobrules.by_phase(pods, "Failed"))):
            own = of_index(pods, index)
            last = max(jobrules.ended_at(pod) for pod in jobrules.by_phase(own, "Failed"))
            rest = last + jobrules.backoff(jobpolicy.next_failures(job, own)) - self.world.unix
            if rest > 0:
                found.append(index)
                self.queue.add(key_of(job), after=rest)
        return found

    def create(self, job: Obj, count: int, pods: list[Obj], active: list[Obj], counted: jobrules.Counts) -> list[Obj]:
        """Make Pods; raises ApiError."""
        made: list[Obj] = []
        taken = [*(jobrules.index_of(pod) for pod in active), *self.resting_indexes(job, pods)]
        for _ in range(self.may_make(key_of(job), max(count, 0))):
            index = jobrules.next_index(job, counted, taken) if jobrules.is_indexed(job) else None
            if jobrules.is_indexed(job) and index is None:
                break
            taken.append(index)
            pod = self.pods.create(job, pod_of(job, index, jobpolicy.next_failures(job, of_index(pods, index))))
            if pod is not None:
                made.append(pod)
        return made

    def untrack(self, pods: list[Obj]) -> None:
        """Take the finalizer off Pods that have been counted."""
        for pod in pods:
            finalizers = pod["metadata"].get("finalizers") or []
            if TRACKING in finalizers:
                rest = [each for each in finalizers if each != TRACKING]
                try:
                    self.api.update("pods", meta.with_metadata(pod, finalizers=rest or None))
                except (NotFound, Conflict):
                    continue

    # --- status

    def report(
        self, job: Obj, pods: list[Obj], active: list[Obj], counted: jobrules.Counts, verdict: jobrules.Verdict | None
    ) -> None:
        """Write the status: first that the end is in sight, and the end itself when no Pod runs any more."""
        old = job.get("status") or {}
        terminating = sum(meta.deleting(pod) and not is_finished(pod) for pod in pods)
        new = jobrules.status(job, active, counted, terminating)
        conditions = jobrules.suspended(job, old.get("conditions") or [], self.now())
        ending = next((each for each in conditions if each["type"] in jobrules.ENDINGS), None)
        if verdict is not None and ending is None:
            conditions = [*conditions, jobrules.condition(verdict.target, verdict, self.now())]
            self.write(job, {name: value for name, value in old.items() if name != "conditions"}, conditions)
            job = self.find(JOBS, key_of(job)) or job
        if verdict is not None and not active and not self.running(pods):
            self.finish(job, jobrules.status(job, [], counted, 0), conditions, verdict)
            return
        self.write(job, new, conditions)
        self.tell_suspension(job, old.get("conditions") or [], conditions)

    def finish(self, job: Obj, status: Obj, conditions: list[Obj], verdict: jobrules.Verdict) -> None:
        """All Pods have ended: the Job is complete, or has failed."""
        if verdict.succeeded:
            status["completionTime"] = self.now()
        self.write(job, status, [*conditions, jobrules.condition(verdict.end, verdict, self.now())])
        if verdict.succeeded:
            self.recorder.event(job, "Normal", "Completed", "Job completed")
        else:
            self.recorder.event(job, "Warning", verdict.reason, verdict.message)

    @staticmethod
    def running(pods: list[Obj]) -> bool:
        """Whether any Pod has not ended yet."""
        return any(not is_finished(pod) for pod in pods)

    def write(self, job: Obj, status: Obj, conditions: list[Obj]) -> None:
        """Write a status if it is another one."""
        status = {**status, **({"conditions": conditions} if conditions else {})}
        if status != job.get("status"):
            self.api.update_status(JOBS, {**job, "status": status})

    def tell_suspension(self, job: Obj, before: list[Obj], now: list[Obj]) -> None:
        """Tell of a Job that was suspended or goes on."""
        old, new = (
            next((each["status"] for each in side if each["type"] == "Suspended"), "False") for side in (before, now)
        )
        if old != new:
            self.recorder.event(
                job, "Normal", *(("Suspended", "Job suspended") if new == "True" else ("Resumed", "Job resumed"))
            )


def of_index(pods: list[Obj], index: int | None) -> list[Obj]:
    """The Pods of an index."""
    return [pod for pod in pods if jobrules.index_of(pod) == index]


def pod_of(job: Obj, index: int | None, failures: int) -> Obj:
    """A Pod for the Job, with its completion index if it has one."""
    template = job["spec"]["template"]
    finalizers = [*((template.get("metadata") or {}).get("finalizers") or ()), TRACKING]
    pod = pod_from(job, template, finalizers=finalizers)
    return pod if index is None else jobrules.with_index(job, pod, index, failures)
