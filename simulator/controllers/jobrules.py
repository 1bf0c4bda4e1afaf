"""The rules of Jobs as pure functions: what counts, when it is over, how long to rest (pkg/controller/job)."""

from typing import NamedTuple

from simulator.api import meta, timestamps
from simulator.client.api import Obj
from simulator.client.pods import is_ready, phase, with_transition
from simulator.controllers import jobpolicy
from simulator.controllers.jobpolicy import INDEX
from simulator.kernel.units import MINUTE, SECOND

FIRST_BACKOFF, LAST_BACKOFF = 10 * SECOND, 10 * MINUTE
TRACKING = "batch.kubernetes.io/job-tracking"
ENDINGS = ("SuccessCriteriaMet", "FailureTarget")
MOST_PODS = 500  # that a Job makes in one look


class Counts(NamedTuple):
    """What has ended so far; *indexes* are those that are done, for an indexed Job."""

    succeeded: int
    failed: int
    indexes: list[int]
    lost: list[int] = []  # noqa: RUF012 - never changed: the indexes that have failed for good


class Verdict(NamedTuple):
    """How a Job ends."""

    succeeded: bool
    reason: str
    message: str

    @property
    def target(self) -> str:
        """The condition that says that the end is in sight."""
        return ENDINGS[0] if self.succeeded else ENDINGS[1]

    @property
    def end(self) -> str:
        """The condition that says that it has come."""
        return "Complete" if self.succeeded else "Failed"


COMPLETED = Verdict(True, "CompletionsReached", "Reached expected number of succeeded pods")
BACKOFF_EXCEEDED = Verdict(False, "BackoffLimitExceeded", "Job has reached the specified backoff limit")
TOO_MANY_FAILED = Verdict(
    False, "MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes"
)
SOME_FAILED = Verdict(False, "FailedIndexes", "Job has failed indexes")
DEADLINE_EXCEEDED = Verdict(False, "DeadlineExceeded", "Job was active longer than specified deadline")


def backoff(failures: int) -> int:
    """How long a Job rests after so many failures in a row."""
    return min(FIRST_BACKOFF << min(max(failures - 1, 0), 10), LAST_BACKOFF) if failures else 0


def is_finished(job: Obj) -> bool:
    """Whether the Job is complete or has failed."""
    return meta.is_true(job, "Complete") or meta.is_true(job, "Failed")


def is_indexed(job: Obj) -> bool:
    """Whether each Pod has a number of its own."""
    return bool(job["spec"].get("completionMode") == "Indexed")


def index_of(pod: Obj) -> int | None:
    """The completion index of a Pod."""
    text = meta.annotations(pod).get(INDEX, "")
    return int(text) if text.isdigit() and len(text) < 10 else None


def ended_at(pod: Obj) -> int:
    """When the last container of a Pod ended, in Unix microseconds; else when it was made."""
    times = []
    for each in (pod.get("status") or {}).get("containerStatuses") or ():
        finished = ((each.get("state") or {}).get("terminated") or {}).get("finishedAt")
        if finished:
            times.append(timestamps.parse(finished))
    return max(times, default=timestamps.parse(pod["metadata"]["creationTimestamp"]))


def counted(job: Obj, pods: list[Obj]) -> tuple[Counts, list[Obj]]:
    """What ended, those included that were counted before and are gone since; and the Pods that have ended."""
    status = job.get("status") or {}
    ended = [pod for pod in pods if TRACKING in (pod["metadata"].get("finalizers") or ()) and has_ended(job, pod)]
    good = by_phase(ended, "Succeeded")
    bad = [pod for pod in ended if phase(pod) != "Succeeded" and jobpolicy.outcome(job, pod).action != "Ignore"]
    failed = status.get("failed", 0) + len(bad)
    if not is_indexed(job):
        return Counts(status.get("succeeded", 0) + len(good), failed, []), ended
    done = {*set_of(status.get("completedIndexes", "")), *(each for each in map(index_of, good) if each is not None)}
    lost = [index_of(pod) for pod in pods if jobpolicy.failed_index(job, pod)]
    gone = {*set_of(status.get("failedIndexes", "")), *(each for each in lost if each is not None)} - done
    return Counts(len(done), failed, sorted(done), sorted(gone)), ended


def has_ended(job: Obj, pod: Obj) -> bool:
    """Whether a Pod counts as ended: one that is being deleted does, unless only failed ones are to be replaced."""
    deleted = meta.deleting(pod) and job["spec"].get("podReplacementPolicy") != "Failed"
    return phase(pod) in ("Succeeded", "Failed") or deleted


def by_phase(pods: list[Obj], wanted: str) -> list[Obj]:
    """The Pods in a phase."""
    return [pod for pod in pods if phase(pod) == wanted]


def set_of(text: str) -> list[int]:
    """The numbers in a text such as `0-2,5`."""
    found: list[int] = []
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def ranges(numbers: list[int]) -> str:
    """Sorted numbers as a text such as `0-2,5`; two in a row are written `0,1`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)


def restarts(pods: list[Obj]) -> int:
    """How often containers of Pods that have not ended were restarted, together."""
    return sum(
        each.get("restartCount", 0)
        for pod in pods
        if phase(pod) in ("Running", "Pending")
        for field in ("initContainerStatuses", "containerStatuses")
        for each in (pod.get("status") or {}).get(field) or ()
    )


def judge(job: Obj, pods: list[Obj], counts: Counts, unix: int) -> Verdict | None:
    """How the Job ends, if it is over."""
    spec, status = job["spec"], job.get("status") or {}
    decided = next((each for each in status.get("conditions") or () if each["type"] in ENDINGS), None)
    if decided is not None:
        return Verdict(decided["type"] == ENDINGS[0], decided.get("reason", ""), decided.get("message", ""))
    if message := failing_pod(job, pods):
        return Verdict(False, "PodFailurePolicy", message)
    limit = spec.get("backoffLimit", 6)
    again = restarts(pods) if spec["template"]["spec"].get("restartPolicy") == "OnFailure" else 0
    if counts.failed > limit or (again and again >= limit):
        return BACKOFF_EXCEEDED
    seconds, started = spec.get("activeDeadlineSeconds"), status.get("startTime")
    if (
        seconds is not None
        and started
        and unix - timestamps.parse(started) >= seconds * SECOND
        and not spec.get("suspend")
    ):
        return DEADLINE_EXCEEDED
    return judge_indexes(job, counts) or (COMPLETED if is_complete(job, pods, counts) else None)


def failing_pod(job: Obj, pods: list[Obj]) -> str:
    """Why the first Pod that may not fail makes the Job fail; empty if there is none."""
    outcomes = [jobpolicy.outcome(job, pod) for pod in by_phase(pods, "Failed")]
    return next((each.message for each in outcomes if each.action == "FailJob"), "")


def judge_indexes(job: Obj, counts: Counts) -> Verdict | None:
    """How an indexed Job ends by the indexes that have failed, or by those that are enough."""
    spec = job["spec"]
    if counts.lost and len(counts.lost) > spec.get("maxFailedIndexes", len(counts.lost)):
        return TOO_MANY_FAILED
    if counts.lost and len(counts.lost) + counts.succeeded >= spec.get("completions", 0):
        return SOME_FAILED
    texts = [
        rule["succeededIndexes"]
        for rule in (spec.get("successPolicy") or {}).get("rules") or ()
        if "succeededIndexes" in rule
    ]
    message = jobpolicy.success(job, counts.indexes, {text: set_of(text) for text in texts})
    return Verdict(True, "SuccessPolicy", message) if message else None


def is_complete(job: Obj, pods: list[Obj], counts: Counts) -> bool:
    """Whether enough Pods have ended well; without a number, one is enough when no other runs any more."""
    completions = job["spec"].get("completions")
    if completions is not None:
        return counts.succeeded >= int(completions)
    return counts.succeeded > 0 and not any(phase(pod) in ("Running", "Pending") for pod in pods)


def wanted_active(job: Obj, counts: Counts, active: int) -> int:
    """How many Pods should run now."""
    spec = job["spec"]
    parallelism: int = spec.get("parallelism", 1)
    if spec.get("completions") is None:
        wanted = active if counts.succeeded else parallelism
    else:
        wanted = min(spec["completions"] - counts.succeeded - len(counts.lost), parallelism)
    return max(min(wanted, active + MOST_PODS, parallelism), 0)


def next_index(job: Obj, counts: Counts, taken: list[int | None]) -> int | None:
    """The lowest index that is neither done nor lost nor under way."""
    used = {*counts.indexes, *counts.lost, *taken}
    return next((index for index in range(job["spec"].get("completions") or 0) if index not in used), None)


def with_index(job: Obj, pod: Obj, index: int, failures: int) -> Obj:
    """A Pod that carries its completion index in label, annotation, name, host name and environment, and how often the
    index has failed, where that is limited."""
    metadata = pod["metadata"]
    counted = {jobpolicy.FAILURES: str(failures)} if "backoffLimitPerIndex" in job["spec"] else {}
    noted = {
        "generateName": f"{meta.name(job)}-{index}-",
        "labels": {**(metadata.get("labels") or {}), INDEX: str(index)},
        "annotations": {**(metadata.get("annotations") or {}), INDEX: str(index), **counted},
    }
    source = {"fieldRef": {"fieldPath": f"metadata.labels['{INDEX}']"}}
    variable = {"name": "JOB_COMPLETION_INDEX", "valueFrom": source}
    spec = {**pod["spec"], "hostname": f"{meta.name(job)}-{index}"}
    for part in ("initContainers", "containers"):
        if spec.get(part):
            spec[part] = [{**each, "env": [*(each.get("env") or ()), variable]} for each in spec[part]]
    return {**pod, "metadata": {**metadata, **noted}, "spec": spec}


def status(job: Obj, active: list[Obj], counts: Counts, terminating: int) -> Obj:
    """The numbers of a Job, without its conditions."""
    old = job.get("status") or {}
    numbers = {"active": len(active), "succeeded": counts.succeeded, "failed": counts.failed}
    return {
        **{name: old[name] for name in ("startTime", "completionTime") if name in old},
        **{name: number for name, number in numbers.items() if number},
        **({"completedIndexes": ranges(counts.indexes)} if counts.indexes else {}),
        **({"failedIndexes": ranges(counts.lost)} if "backoffLimitPerIndex" in job["spec"] else {}),
        "ready": sum(is_ready(pod) for pod in active),
        "terminating": terminating,
        "uncountedTerminatedPods": {},
    }


def condition(type: str, verdict: Verdict, now: str) -> Obj:
    """A condition with which a Job ends."""
    times = {"lastProbeTime": now, "lastTransitionTime": now}
    return {"type": type, "status": "True", **times, "reason": verdict.reason, "message": verdict.message}


def suspended(job: Obj, conditions: list[Obj], now: str) -> list[Obj]:
    """*conditions* with what is to be said of a suspension."""
    there = any(each["type"] == "Suspended" for each in conditions)
    if job["spec"].get("suspend"):
        new = {"type": "Suspended", "status": "True", "reason": "JobSuspended", "message": "Job suspended"}
    elif there:
        new = {"type": "Suspended", "status": "False", "reason": "JobResumed", "message": "Job resumed"}
    else:
        return conditions
    return with_transition(
        conditions, {"lastProbeTime": now, **new} if not there else {**_kept(conditions), **new}, now
    )


def _kept(conditions: list[Obj]) -> Obj:
    """The condition of a suspension as it is."""
    return next(each for each in conditions if each["type"] == "Suspended")
