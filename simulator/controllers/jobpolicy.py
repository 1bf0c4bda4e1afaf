"""What a Job makes of a Pod that failed, and of indexes that succeeded (pkg/controller/job: pod_failure_policy.go,
success_policy.go, backoff_utils.go)."""

from typing import NamedTuple

from simulator.api import meta
from simulator.client.api import Obj
from simulator.client.pods import phase

FAILURES = "batch.kubernetes.io/job-index-failure-count"
INDEX = "batch.kubernetes.io/job-completion-index"


class Outcome(NamedTuple):
    """What a failed Pod means: `Count`, `Ignore`, `FailIndex` or `FailJob`; the last one with its message."""

    action: str
    message: str = ""


COUNTED = Outcome("Count")


def outcome(job: Obj, pod: Obj) -> Outcome:
    """By the first rule that the failed Pod matches."""
    rules = (job["spec"].get("podFailurePolicy") or {}).get("rules") or ()
    for at, rule in enumerate(rules):
        action = rule["action"]
        if action == "FailIndex" and job["spec"].get("backoffLimitPerIndex") is None:
            continue
        if said := _matched(rule, pod):
            return Outcome(action, f"{said} matching {action} rule at index {at}")
    return COUNTED


def _matched(rule: Obj, pod: Obj) -> str:
    """What of the Pod matches the rule, in words; empty if nothing does."""
    name, status = f"{meta.namespace(pod)}/{meta.name(pod)}", pod.get("status") or {}
    codes: Obj = rule.get("onExitCodes") or {}
    for field in ("containerStatuses", "initContainerStatuses") if codes else ():
        for each in status.get(field) or ():
            code = ((each.get("state") or {}).get("terminated") or {}).get("exitCode", 0)
            if codes.get("containerName") in (None, each["name"]) and code and _fits(codes, code):
                return f"Container {each['name']} for pod {name} failed with exit code {code}"
    for pattern in rule.get("onPodConditions") or ():
        for each in status.get("conditions") or ():
            if each["type"] == pattern["type"] and each["status"] == pattern.get("status", "True"):
                return f"Pod {name} has condition {each['type']}"
    return ""


def _fits(codes: Obj, code: int) -> bool:
    return bool(code in codes["values"]) == bool(codes["operator"] == "In")


def failures(pod: Obj) -> int:
    """How often the index of a Pod had failed before it was made."""
    text = meta.annotations(pod).get(FAILURES, "0")
    return int(text) if text.isdigit() and len(text) < 10 else 0


def failed_index(job: Obj, pod: Obj) -> bool:
    """Whether the failure of this Pod is the last one that its index may have."""
    limit = job["spec"].get("backoffLimitPerIndex")
    if limit is None or phase(pod) != "Failed":
        return False
    action = outcome(job, pod).action
    return action == "FailIndex" or (action != "Ignore" and failures(pod) >= limit)


def next_failures(job: Obj, pods: list[Obj]) -> int:
    """How often an index has failed, by its Pods that are there."""
    counts = [failures(pod) + (phase(pod) == "Failed" and outcome(job, pod).action != "Ignore") for pod in pods]
    return max(counts, default=0)


def success(job: Obj, succeeded: list[int], chosen: dict[str, list[int]]) -> str:
    """Which rule says that enough has succeeded, in words; empty if none does. *chosen*: what each text of indexes means."""
    for at, rule in enumerate((job["spec"].get("successPolicy") or {}).get("rules") or ()):
        wanted, count = rule.get("succeededIndexes"), rule.get("succeededCount")
        done = len(succeeded) if wanted is None else len([index for index in chosen[wanted] if index in succeeded])
        if done and done >= (len(chosen[wanted]) if count is None and wanted is not None else count or 0):
            return f"Matched rules at index {at}"
    return ""
