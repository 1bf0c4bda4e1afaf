"""Why a Job is not done or has given up, and why a CronJob starts none: its plan, its suspension, its policies, what is refused."""

from collections.abc import Callable
from typing import TypeVar

from simulator.api import meta, timestamps, zones
from simulator.api.requests import Obj
from simulator.client.pods import phase
from simulator.controllers import jobpolicy, jobrules
from simulator.controllers.controller import Controller
from simulator.controllers.cronjob import MOST_MISSED, CronJobController
from simulator.controllers.job import JobController
from simulator.controllers.manager import ControllerManager
from simulator.controllers.schedule import next_time
from simulator.kernel.units import SECOND
from simulator.why import admission, pods
from simulator.why.chain import Chain, Link, Path, Values
from simulator.why.clock import clock_of, span
from simulator.why.inquiry import Inquiry, condition_evidence, describe, ref, within

C = TypeVar("C", bound=Controller)
JOBS, CRON_JOBS = "jobs.batch", "cronjobs.batch"


def count(obj: Obj, field: str) -> int:
    """A number of the status."""
    return int((obj.get("status") or {}).get(field) or 0)


def started(obj: Obj) -> str:
    """When an object was made."""
    return str(obj["metadata"].get("creationTimestamp", ""))


def resume(resource: str, obj: Obj) -> tuple[str, ...]:
    """The command that lets a suspended Job or CronJob go on."""
    name, namespace = meta.name(obj), meta.namespace(obj)
    return (f'kubectl patch {resource} {name}{within(namespace)} -p \'{{"spec":{{"suspend":false}}}}\'',)


def job(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a Job."""
    about, spec = ref(JOBS, obj), obj["spec"]
    failed = meta.condition(obj, "Failed") or {}
    if meta.is_true(obj, "Complete"):
        return Chain([Link("job.complete", {"done": count(obj, "succeeded")}, about)])
    mine = inquiry.owned("pods", obj)
    bad = [pod for pod in mine if phase(pod) == "Failed"]
    newest = max(bad, key=started, default=None)
    rest = pods.pod(inquiry, newest) if newest else pods.behind(inquiry, mine)
    if failed.get("status") == "True":
        kind, values, path = JOB_ENDS.get(str(failed.get("reason")), ended)(obj, bad)
        return rest.after(Link(kind, values, about, path, condition_evidence(obj, "Failed"), (describe(about),)))
    if spec.get("suspend"):
        return Chain([Link("job.suspended", {}, about, ("spec", "suspend"), next=resume("job", obj))])
    if not mine and (refused := admission.not_made(inquiry, JOBS, obj)):
        return Chain(refused)
    values = {
        "done": count(obj, "succeeded"),
        "wanted": int(spec.get("completions") or 1),
        "failed": count(obj, "failed"),
    }
    runs = Link("job.runs", {**values, "limit": backoff_limit(obj)}, about, ("spec", "backoffLimit"))
    return rest.after(runs, *resting(inquiry, obj, mine))


def resting(inquiry: Inquiry, obj: Obj, mine: list[Obj]) -> list[Link]:
    """How long the controller rests after failures before it makes the next Pod; none if it does not."""
    if any(not jobrules.has_ended(obj, pod) for pod in mine):
        return []
    left = JobController.resting(controller(inquiry, JobController), obj, mine)
    failures = sum(phase(pod) == "Failed" for pod in mine)
    values: Values = {"failures": failures, "next": clock_of(inquiry, inquiry.now + left), "left": span(max(left, 0))}
    most = span(jobrules.LAST_BACKOFF)
    return [Link("job.rests", {**values, "most": most}, ref(JOBS, obj), ("spec", "backoffLimit"))] if left > 0 else []


def controller(inquiry: Inquiry, kind: type[C]) -> C:
    """One of the cluster's controllers."""
    manager = next(part for part in inquiry.cluster.parts if isinstance(part, ControllerManager))
    return next(each for each in manager.controllers.values() if isinstance(each, kind))


# --- how a Job ended ------------------------------------------------------------------------------------------------------

Ended = tuple[str, Values, Path]


def backoff_limit(obj: Obj) -> int:
    """How many failures the Job takes."""
    limit = obj["spec"].get("backoffLimit")
    return 6 if limit is None else int(limit)


def ended(obj: Obj, bad: list[Obj]) -> Ended:
    """For another reason."""
    return "job.failed", {"reason": str((meta.condition(obj, "Failed") or {}).get("reason", ""))}, ("spec",)


def limit_reached(obj: Obj, bad: list[Obj]) -> Ended:
    """Too many failures: of Pods, or, where the kubelet restarts them, of their containers."""
    path: Path = ("spec", "backoffLimit")
    if obj["spec"]["template"]["spec"].get("restartPolicy") == "OnFailure":
        return "job.restarts_limit", {"limit": backoff_limit(obj)}, path
    return "job.backoff_limit", {"failed": count(obj, "failed"), "limit": backoff_limit(obj)}, path


def by_policy(obj: Obj, bad: list[Obj]) -> Ended:
    """The first rule of the failure policy that a failed Pod matched and that fails the Job."""
    rules = (obj["spec"].get("podFailurePolicy") or {}).get("rules") or ()
    for at, rule in enumerate(rules):
        alone = {**obj, "spec": {**obj["spec"], "podFailurePolicy": {"rules": [rule]}}}
        if rule["action"] == "FailJob" and any(jobpolicy.outcome(alone, pod).action == "FailJob" for pod in bad):
            return "job.policy", {"rule": at}, ("spec", "podFailurePolicy", "rules", at)
    return ended(obj, bad)


def too_many_indexes(obj: Obj, bad: list[Obj]) -> Ended:
    """More indexes have failed than may."""
    values = {"indexes": str((obj.get("status") or {}).get("failedIndexes", ""))}
    return (
        "job.max_indexes",
        {**values, "limit": int(obj["spec"].get("maxFailedIndexes") or 0)},
        ("spec", "maxFailedIndexes"),
    )


def lost_indexes(obj: Obj, bad: list[Obj]) -> Ended:
    """Some indexes have failed as often as each may."""
    values = {"indexes": str((obj.get("status") or {}).get("failedIndexes", ""))}
    limit = int(obj["spec"].get("backoffLimitPerIndex") or 0)
    return "job.indexes", {**values, "limit": limit}, ("spec", "backoffLimitPerIndex")


JOB_ENDS: dict[str, Callable[[Obj, list[Obj]], Ended]] = {
    "BackoffLimitExceeded": limit_reached,
    "DeadlineExceeded": lambda obj, bad: (
        "job.deadline",
        {"seconds": int(obj["spec"].get("activeDeadlineSeconds") or 0)},
        ("spec", "activeDeadlineSeconds"),
    ),
    "PodFailurePolicy": by_policy,
    "MaxFailedIndexesExceeded": too_many_indexes,
    "FailedIndexes": lost_indexes,
}


# --- CronJobs -------------------------------------------------------------------------------------------------------------


def cron_job(inquiry: Inquiry, obj: Obj) -> Chain:
    """The chain for a CronJob: its plan, what keeps it from starting a Job, and the newest Job."""
    about, zone = ref(CRON_JOBS, obj), str(obj["spec"].get("timeZone") or "UTC")
    mine = sorted(inquiry.owned(JOBS, obj), key=started)
    if obj["spec"].get("suspend"):
        first = Link("cronjob.suspended", {}, about, ("spec", "suspend"), next=resume("cronjob", obj))
        return Chain([first, *missed(inquiry, obj, zone)])
    if zones.problem(zone):
        evidence = inquiry.told(obj, "UnknownTimeZone")
        return Chain([Link("cronjob.zone", {"zone": zone}, about, ("spec", "timeZone"), evidence)])
    links = [plan(inquiry, obj, zone), *missed(inquiry, obj, zone), *held_up(inquiry, obj)]
    if not mine:
        return Chain([*links, *admission.not_made(inquiry, CRON_JOBS, obj)])
    newest = Link("cronjob.newest", {"jobs": len(mine), "job": meta.name(mine[-1])}, about)
    return job(inquiry, mine[-1]).after(*links, newest)


def plan(inquiry: Inquiry, obj: Obj, zone: str) -> Link:
    """When the next Job is due, if ever."""
    about, schedule = ref(CRON_JOBS, obj), str(obj["spec"]["schedule"])
    at, path = next_time(schedule, inquiry.unix, zone), ("spec", "schedule")
    if at is None:
        return Link("cronjob.never", {"schedule": schedule}, about, path)
    left = at - inquiry.unix
    when = timestamps.strftime(at, "%m-%d %H:%M") if left > 86_400 * SECOND else clock_of(inquiry, inquiry.now + left)
    values: Values = {"schedule": schedule, "zone": zone, "next": when, "left": span(left)}
    return Link("cronjob.plan", values, about, path, next=(f"kubectl get jobs{within(about.namespace)}",))


def missed(inquiry: Inquiry, obj: Obj, zone: str) -> list[Link]:
    """Times that have passed without their Jobs; by what may be made up for and what is lost."""
    if zones.problem(zone):
        return []
    about, deadline = ref(CRON_JOBS, obj), obj["spec"].get("startingDeadlineSeconds")
    due, times = controller(inquiry, CronJobController).most_recent(obj, obj.get("status") or {}, zone)
    path: Path = ("spec", "startingDeadlineSeconds")
    if times > MOST_MISSED:
        return [Link("cronjob.too_many", {"most": MOST_MISSED}, about, path, inquiry.told(obj, "TooManyMissedTimes"))]
    late = inquiry.told(obj, "MissSchedule")
    if due is not None and obj["spec"].get("suspend"):
        return [Link("cronjob.overdue", {"times": times}, about, ("spec", "suspend"))]
    if deadline is not None and late:
        return [Link("cronjob.missed", {"seconds": int(deadline)}, about, path, late)]
    return []


def held_up(inquiry: Inquiry, obj: Obj) -> list[Link]:
    """The Job before still runs, and the policy says what that means for the next one."""
    active = (obj.get("status") or {}).get("active") or []
    about, path = ref(CRON_JOBS, obj), ("spec", "concurrencyPolicy")
    kind = HELD.get(str(obj["spec"].get("concurrencyPolicy")))
    if not active or kind is None:
        return []
    return [Link(kind, {"job": str(active[0]["name"])}, about, path, inquiry.told(obj, "JobAlreadyActive"))]


HELD = {"Forbid": "cronjob.forbid", "Replace": "cronjob.replace"}
