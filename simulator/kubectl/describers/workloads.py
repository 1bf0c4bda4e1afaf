"""Controllers of Pods in a description (models the describers of apps and batch)."""

from collections.abc import Mapping
from typing import Any

from simulator.api import durations, timestamps
from simulator.api.meta import controller_of
from simulator.kubectl.describers.events import describe_events_of
from simulator.kubectl.describers.page import Obj, Page, Reader, label_query, moment, selector_text, title, truth
from simulator.kubectl.describers.pods import describe_template, phases, pods_of

HASH = "pod-template-hash"


def describe_deployment(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a Deployment."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    page.head(obj, labels=False)
    page.field("CreationTimestamp", moment(obj["metadata"].get("creationTimestamp")))
    page.labels(obj)
    page.field("Selector", selector_text(spec.get("selector")))
    page.field(
        "Replicas",
        f"{spec.get('replicas', 1)} desired | {status.get('updatedReplicas', 0)} updated | {status.get('replicas', 0)} total | "
        f"{status.get('availableReplicas', 0)} available | {status.get('unavailableReplicas', 0)} unavailable",
    )
    strategy = spec.get("strategy") or {}
    page.field("StrategyType", strategy.get("type", ""))
    page.field("MinReadySeconds", spec.get("minReadySeconds", 0))
    rolling = strategy.get("rollingUpdate")
    if rolling:
        text = f"{rolling.get('maxUnavailable', '25%')} max unavailable, {rolling.get('maxSurge', '25%')} max surge"
        page.field("RollingUpdateStrategy", text)
    describe_template(page, spec.get("template") or {})
    conditions = status.get("conditions") or []
    if conditions:
        page.line(0, "Conditions:")
        page.line(1, "Type\tStatus\tReason")
        page.line(1, "----\t------\t------")
    for each in conditions:
        page.line(1, f"{each.get('type', '')} \t{each.get('status', '')}\t{each.get('reason', '')}")
    _replica_sets(page, reader, obj)
    describe_events_of(page, reader, obj)


def _replica_sets(page: Page, reader: Reader, deployment: Obj) -> None:
    spec, metadata = deployment.get("spec") or {}, deployment["metadata"]
    selector = _query(spec.get("selector"))
    all_sets = reader.list("replicasets.apps", metadata.get("namespace"), labels=selector)
    own = [each for each in all_sets if (controller_of(each) or {}).get("uid") == metadata.get("uid")]
    own.sort(key=lambda each: (each["metadata"].get("creationTimestamp", ""), each["metadata"]["name"]))
    new = new_replica_set(own, spec.get("template") or {})
    old = [each for each in own if each is not new]
    page.field("OldReplicaSets", _sets_text(old))
    page.field("NewReplicaSet", _sets_text([new] if new else []))


def new_replica_set(sets: list[Obj], template: Obj) -> Obj | None:
    """The ReplicaSet, the oldest if there are several, whose template is *template*."""
    wanted = _without_hash(template)
    return next(
        (each for each in sets if _without_hash((each.get("spec") or {}).get("template") or {}) == wanted), None
    )


def _without_hash(template: Obj) -> Obj:
    metadata = template.get("metadata") or {}
    labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key != HASH}
    kept = {key: value for key, value in metadata.items() if key not in ("labels", "creationTimestamp") and value}
    return {"spec": template.get("spec"), "metadata": {**kept, "labels": labels}}


def _sets_text(sets: list[Obj]) -> str:
    texts = []
    for each in sets:
        have, wanted = (each.get("status") or {}).get("replicas", 0), (each.get("spec") or {}).get("replicas", 0)
        texts.append(f"{each['metadata']['name']} ({have}/{wanted} replicas created)")
    return ", ".join(texts) or "<none>"


def _query(selector: Mapping[str, Any] | None) -> str:
    """A label selector as the parameter of a list."""
    return selector_text(selector, "")


def _controlled(page: Page, obj: Obj) -> None:
    controller = controller_of(obj)
    if controller:
        page.field("Controlled By", f"{controller.get('kind', '')}/{controller.get('name', '')}")


def describe_replica_set(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a ReplicaSet."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    page.head(obj, labels=False)
    page.field("Selector", selector_text(spec.get("selector")))
    page.labels(obj)
    _controlled(page, obj)
    page.field("Replicas", f"{status.get('replicas', 0)} current / {spec.get('replicas', 1)} desired")
    page.field("Pods Status", phases(pods_of(reader, obj["metadata"]["namespace"], obj, _query(spec.get("selector")))))
    describe_template(page, spec.get("template") or {})
    _conditions(page, status)
    describe_events_of(page, reader, obj)


def _conditions(page: Page, status: Obj) -> None:
    if status.get("conditions"):
        page.line(0, "Conditions:")
        page.line(1, "Type\tStatus\tReason")
        page.line(1, "----\t------\t------")
    for each in status.get("conditions") or []:
        page.line(1, f"{each.get('type', '')} \t{each.get('status', '')}\t{each.get('reason', '')}")


def describe_replication_controller(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a ReplicationController."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    page.head(obj, labels=False)
    page.field("Selector", label_query(spec.get("selector")))
    page.labels(obj)
    page.field("Replicas", f"{status.get('replicas', 0)} current / {spec.get('replicas', 1)} desired")
    page.field(
        "Pods Status", phases(pods_of(reader, obj["metadata"]["namespace"], obj, label_query(spec.get("selector"))))
    )
    describe_template(page, spec.get("template") or {})
    _conditions(page, status)
    describe_events_of(page, reader, obj)


def describe_stateful_set(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a StatefulSet."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    page.head(obj, labels=False)
    page.field("CreationTimestamp", moment(obj["metadata"].get("creationTimestamp")))
    page.field("Selector", selector_text(spec.get("selector")))
    page.labels(obj)
    page.field("Replicas", f"{spec.get('replicas', 1)} desired | {status.get('replicas', 0)} total")
    strategy = spec.get("updateStrategy") or {}
    page.field("Update Strategy", strategy.get("type", ""))
    if strategy.get("rollingUpdate"):
        page.field("Partition", strategy["rollingUpdate"].get("partition", 0), 1)
    page.field("Pods Status", phases(pods_of(reader, obj["metadata"]["namespace"], obj, _query(spec.get("selector")))))
    describe_template(page, spec.get("template") or {})
    _claims(page, spec.get("volumeClaimTemplates") or [])
    describe_events_of(page, reader, obj)


def _claims(page: Page, claims: list[Obj]) -> None:
    page.line(0, "Volume Claims:" if claims else "Volume Claims:\t<none>")
    for claim in claims:
        spec, metadata = claim.get("spec") or {}, claim.get("metadata") or {}
        page.field("Name", metadata.get("name", ""), 1)
        page.field("StorageClass", spec.get("storageClassName") or "", 1)
        page.pairs("Labels", metadata.get("labels"), 1)
        inner = Page()
        inner.annotations(metadata.get("annotations"))
        for line in inner.lines:
            page.line(1, line)
        capacity = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "<default>")
        page.field("Capacity", capacity, 1)
        page.field("Access Modes", f"[{' '.join(spec.get('accessModes') or [])}]", 1)


def describe_daemon_set(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a DaemonSet."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    template = spec.get("template") or {}
    page.head(obj, labels=False)
    page.field("Selector", selector_text(spec.get("selector")))
    page.field("Node-Selector", label_query((template.get("spec") or {}).get("nodeSelector")) or "<none>")
    page.labels(obj)
    for label, field in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        page.line(0, f"{label}: {status.get(field, 0)}")
    page.field("Pods Status", phases(pods_of(reader, obj["metadata"]["namespace"], obj, _query(spec.get("selector")))))
    describe_template(page, template)
    describe_events_of(page, reader, obj)


def describe_job(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a Job."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    page.head(obj, labels=False)
    page.field("Selector", selector_text(spec.get("selector")))
    page.labels(obj)
    _controlled(page, obj)
    page.field("Parallelism", spec.get("parallelism", "<unset>"))
    page.field("Completions", spec.get("completions", "<unset>"))
    page.options([("Completion Mode", spec.get("completionMode"))])
    if spec.get("suspend") is not None:
        page.field("Suspend", truth(spec["suspend"]))
    if spec.get("backoffLimit") is not None:
        page.field("Backoff Limit", spec["backoffLimit"])
    if spec.get("ttlSecondsAfterFinished") is not None:
        page.field("TTL Seconds After Finished", spec["ttlSecondsAfterFinished"])
    _job_times(page, spec, status)
    ready = f" ({status['ready']} Ready)" if status.get("ready") is not None else ""
    page.field(
        "Pods Statuses",
        f"{status.get('active', 0)} Active{ready} / {status.get('succeeded', 0)} Succeeded / {status.get('failed', 0)} Failed",
    )
    if spec.get("completionMode") == "Indexed":
        page.field("Completed Indexes", status.get("completedIndexes") or "<none>")
    describe_template(page, spec.get("template") or {})
    describe_events_of(page, reader, obj)


def _job_times(page: Page, spec: Obj, status: Obj) -> None:
    start, end = status.get("startTime"), status.get("completionTime")
    if start:
        page.field("Start Time", moment(start))
    if end:
        page.field("Completed At", moment(end))
    if start and end:
        page.field("Duration", durations.human(timestamps.parse(end) - timestamps.parse(start)))
    if spec.get("activeDeadlineSeconds") is not None:
        page.field("Active Deadline Seconds", f"{spec['activeDeadlineSeconds']}s")


def describe_cron_job(page: Page, reader: Reader, obj: Obj) -> None:
    """Write all about a CronJob."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    page.head(obj)
    page.field("Schedule", spec.get("schedule", ""))
    page.field("Time Zone", spec.get("timeZone") or "<unset>")
    page.field("Concurrency Policy", spec.get("concurrencyPolicy", ""))
    page.field("Suspend", title(spec.get("suspend")))
    for label, value in (
        ("Successful Job History Limit", spec.get("successfulJobsHistoryLimit")),
        ("Failed Job History Limit", spec.get("failedJobsHistoryLimit")),
        ("Starting Deadline Seconds", _seconds(spec.get("startingDeadlineSeconds"))),
        ("Selector", selector_text(job["selector"]) if job.get("selector") else None),
        ("Parallelism", job.get("parallelism")),
        ("Completions", job.get("completions")),
    ):
        page.field(label, "<unset>" if value is None else value)
    if job.get("activeDeadlineSeconds") is not None:
        page.field("Active Deadline Seconds", f"{job['activeDeadlineSeconds']}s")
    describe_template(page, job.get("template") or {})
    last = status.get("lastScheduleTime")
    page.field("Last Schedule Time", moment(last) if last else "<unset>")
    active = ", ".join(each.get("name", "") for each in status.get("active") or [])
    page.field("Active Jobs", active or "<none>")
    describe_events_of(page, reader, obj)


def _seconds(value: int | None) -> str | None:
    return None if value is None else f"{value}s"
