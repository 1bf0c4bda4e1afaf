"""Kinds that make Pods as rows: apps, batch, autoscaling, policy (pkg/printers/internalversion/printers.go)."""

from typing import Any

from simulator.api import durations, meta, timestamps
from simulator.api.selectors import BadSelector, from_label_selector, render
from simulator.apiserver.tables.columns import (
    AGE,
    NAME,
    NONE,
    UNKNOWN,
    Column,
    Obj,
    Printer,
    age,
    age_of,
    containers_and_images,
    integer,
    labels_text,
    name_of,
    part,
    wide,
)

CONTAINERS, IMAGES, SELECTOR = wide("Containers"), wide("Images"), wide("Selector")
MAX_METRICS = 2


def selector_text(spec: Obj) -> str:
    """A LabelSelector as `a=b,c in (d,e)`; `<none>` for none."""
    try:
        requirements = from_label_selector(spec.get("selector"))
    except BadSelector:
        return "<error>"
    return render(requirements) if requirements else NONE


def _images(spec: Obj) -> list[str]:
    return containers_and_images(part(spec, "template"))


def _deployment(obj: Obj, now: int) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    ready = f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}"
    numbers = [status.get("updatedReplicas", 0), status.get("availableReplicas", 0)]
    return [name_of(obj), ready, *numbers, age_of(obj, now), *_images(spec), selector_text(spec)]


def _replica_set(obj: Obj, now: int) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    numbers = [spec.get("replicas", 0), status.get("replicas", 0), status.get("readyReplicas", 0)]
    return [name_of(obj), *numbers, age_of(obj, now), *_images(spec), selector_text(spec)]


def _stateful_set(obj: Obj, now: int) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    ready = f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 0)}"
    return [name_of(obj), ready, age_of(obj, now), *_images(spec)]


DAEMONS = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled")


def _daemon_set(obj: Obj, now: int) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    numbers = [status.get(name, 0) for name in (*DAEMONS, "numberAvailable")]
    nodes = labels_text(part(part(spec, "template"), "spec").get("nodeSelector"))
    return [name_of(obj), *numbers, nodes, age_of(obj, now), *_images(spec), selector_text(spec)]


# The first of these conditions that is True says how a Job is.
JOB_STATES = (
    ("Suspended", "Suspended"),
    ("FailureTarget", "FailureTarget"),
    ("SuccessCriteriaMet", "SuccessCriteriaMet"),
)


def _job_status(job: Obj) -> str:
    if meta.is_true(job, "Complete"):
        return "Complete"
    if meta.is_true(job, "Failed"):
        return "Failed"
    if meta.deleting(job):
        return "Terminating"
    return next((word for kind, word in JOB_STATES if meta.is_true(job, kind)), "Running")


def _completions(spec: Obj, status: Obj) -> str:
    done = status.get("succeeded", 0)
    if spec.get("completions") is not None:
        return f"{done}/{spec['completions']}"
    parallel = spec.get("parallelism", 0)
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _duration(status: Obj, now: int) -> str:
    if not status.get("startTime"):
        return ""
    end = timestamps.parse(status["completionTime"]) if status.get("completionTime") else now
    return durations.human(end - timestamps.parse(status["startTime"]))


def _job(obj: Obj, now: int) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    cells = [name_of(obj), _job_status(obj), _completions(spec, status), _duration(status, now), age_of(obj, now)]
    return [*cells, *_images(spec), selector_text(spec)]


def _cron_job(obj: Obj, now: int) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    last = age(status["lastScheduleTime"], now) if status.get("lastScheduleTime") else NONE
    suspended = "True" if spec.get("suspend") else "False"
    cells = [name_of(obj), spec.get("schedule", ""), spec.get("timeZone") or NONE, suspended]
    job = part(part(spec, "jobTemplate"), "spec")
    return [*cells, len(status.get("active") or ()), last, age_of(obj, now), *_images(job), selector_text(job)]


def _metric(spec: Obj, current: Obj) -> str:
    """One target of an autoscaler, with what is measured."""
    kind = spec.get("type", "")
    source = {"Resource": "resource", "ContainerResource": "containerResource"}.get(kind)
    if source is None:
        return "<unknown>/<unknown>"
    wanted, measured = part(spec, source), part(current, source).get("current") or {}
    target = wanted.get("target") or {}
    if target.get("averageValue") is not None:
        return f"{wanted.get('name')}: {measured.get('averageValue', UNKNOWN)}/{target['averageValue']}"
    now = f"{measured['averageUtilization']}%" if measured.get("averageUtilization") is not None else UNKNOWN
    goal = f"{target['averageUtilization']}%" if target.get("averageUtilization") is not None else "<auto>"
    return f"{wanted.get('name')}: {now}/{goal}"


def _autoscaler(obj: Obj, now: int) -> list[Any]:
    spec, status = part(obj, "spec"), part(obj, "status")
    metrics, current = spec.get("metrics") or [], status.get("currentMetrics") or []
    texts = [_metric(each, current[at] if at < len(current) else {}) for at, each in enumerate(metrics)]
    shown = ", ".join(texts[:MAX_METRICS]) or NONE
    if len(texts) > MAX_METRICS:
        shown += f" + {len(texts) - MAX_METRICS} more..."
    target = spec.get("scaleTargetRef") or {}
    limits = [
        str(spec["minReplicas"]) if spec.get("minReplicas") is not None else "<unset>",
        spec.get("maxReplicas", 0),
    ]
    reference = f"{target.get('kind')}/{target.get('name')}"
    return [name_of(obj), reference, shown, *limits, status.get("currentReplicas", 0), age_of(obj, now)]


def _budget(obj: Obj, now: int) -> list[Any]:
    spec = part(obj, "spec")
    limits = [str(spec[name]) if spec.get(name) is not None else "N/A" for name in ("minAvailable", "maxUnavailable")]
    return [name_of(obj), *limits, part(obj, "status").get("disruptionsAllowed", 0), age_of(obj, now)]


def _revision(obj: Obj, now: int) -> list[Any]:
    owner = meta.controller_of(obj)
    controller = NONE
    if owner:
        group = owner.get("apiVersion", "").rpartition("/")[0]
        controller = f"{owner.get('kind', '').lower()}{'.' + group if group else ''}/{owner.get('name')}"
    return [name_of(obj), controller, obj.get("revision", 0), age_of(obj, now)]


SIZES = (integer("Desired"), integer("Current"), integer("Ready"))
PRINTERS: dict[str, Printer] = {
    "deployments.apps": Printer(
        (NAME, Column("Ready"), Column("Up-to-date"), Column("Available"), AGE, CONTAINERS, IMAGES, SELECTOR),
        _deployment,
    ),
    "replicasets.apps": Printer((NAME, *SIZES, AGE, CONTAINERS, IMAGES, SELECTOR), _replica_set),
    "statefulsets.apps": Printer((NAME, Column("Ready"), AGE, CONTAINERS, IMAGES), _stateful_set),
    "daemonsets.apps": Printer(
        (
            NAME,
            *SIZES,
            integer("Up-to-date"),
            integer("Available"),
            Column("Node Selector"),
            AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR,
        ),
        _daemon_set,
    ),
    "jobs.batch": Printer(
        (NAME, Column("Status"), Column("Completions"), Column("Duration"), AGE, CONTAINERS, IMAGES, SELECTOR), _job
    ),
    "cronjobs.batch": Printer(
        (
            NAME,
            Column("Schedule"),
            Column("Timezone"),
            Column("Suspend", "boolean"),
            integer("Active"),
            Column("Last Schedule"),
            AGE,
            CONTAINERS,
            IMAGES,
            SELECTOR,
        ),
        _cron_job,
    ),
    "horizontalpodautoscalers.autoscaling": Printer(
        (NAME, Column("Reference"), Column("Targets"), Column("MinPods"), Column("MaxPods"), Column("Replicas"), AGE),
        _autoscaler,
    ),
    "poddisruptionbudgets.policy": Printer(
        (NAME, Column("Min Available"), Column("Max Unavailable"), integer("Allowed Disruptions"), AGE), _budget
    ),
    "controllerrevisions.apps": Printer((NAME, Column("Controller"), Column("Revision"), AGE), _revision),
}
