"""Defaults and bookkeeping of the kinds that make Pods (pkg/apis/{apps,batch}/v1/defaults.go, pkg/registry/{apps,batch})."""

from typing import Any

from simulator.api import meta
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry import job_rules, switched_off, workload_rules
from simulator.apiserver.registry.pod_defaults import default_template
from simulator.apiserver.registry.pod_warnings import of_template
from simulator.apiserver.registry.strategy import Strategy

Obj = dict[str, Any]
HISTORY_LIMIT = 10
# Labels that tie the Pods of a Job to it, the old names beside the new ones.
UID_LABELS = ("batch.kubernetes.io/controller-uid", "controller-uid")
NAME_LABELS = ("batch.kubernetes.io/job-name", "job-name")


def _template(spec: Obj) -> None:
    default_template(spec.setdefault("template", {}))


def _rolling(holder: Obj, name: str, **values: int | str) -> None:
    """An update strategy: rolling unless something else is said, with its numbers."""
    strategy = holder.setdefault(name, {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        for key, value in values.items():
            rolling.setdefault(key, value)


def _deployment(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    spec.setdefault("revisionHistoryLimit", HISTORY_LIMIT)
    spec.setdefault("progressDeadlineSeconds", 600)
    _rolling(spec, "strategy", maxSurge="25%", maxUnavailable="25%")
    _template(spec)


def _replica_set(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    _template(spec)


def _replication_controller(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    _template(spec)
    labels = (spec["template"].get("metadata") or {}).get("labels") or {}
    if labels and not spec.get("selector"):
        spec["selector"] = dict(labels)
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)


def _stateful_set(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("replicas", 1)
    spec.setdefault("revisionHistoryLimit", HISTORY_LIMIT)
    spec.setdefault("podManagementPolicy", "OrderedReady")
    _rolling(spec, "updateStrategy", partition=0)
    switched_off.drop_from_stateful_set(spec)
    retention = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    for when in ("whenDeleted", "whenScaled"):
        retention.setdefault(when, "Retain")
    for claim in spec.get("volumeClaimTemplates") or ():
        claim |= {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
        claim.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")
        claim["status"] = {"phase": "Pending"}
    _template(spec)


def _daemon_set(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("revisionHistoryLimit", HISTORY_LIMIT)
    _rolling(spec, "updateStrategy", maxUnavailable=1, maxSurge=0)
    _template(spec)


def _job_spec(spec: Obj) -> None:
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6 if "backoffLimitPerIndex" not in spec else (1 << 31) - 1)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    failed_only = "podFailurePolicy" in spec
    spec.setdefault("podReplacementPolicy", "Failed" if failed_only else "TerminatingOrFailed")
    spec.setdefault("manualSelector", False)
    _template(spec)


def _job(obj: Obj) -> None:
    _job_spec(obj.setdefault("spec", {}))


def _create_job(backend: Backend, job: Obj) -> None:
    job["status"] = {}
    spec, metadata = job["spec"], job["metadata"]
    if spec.get("manualSelector"):
        return
    own = dict.fromkeys(UID_LABELS, metadata["uid"]) | dict.fromkeys(NAME_LABELS, metadata["name"])
    template = spec["template"].setdefault("metadata", {})
    template["labels"] = (template.get("labels") or {}) | own
    metadata["labels"] = (metadata.get("labels") or {}) | own
    selector = spec.get("selector") or {}
    spec["selector"] = {
        **selector,
        "matchLabels": {UID_LABELS[0]: metadata["uid"]} | (selector.get("matchLabels") or {}),
    }


def _cron_job(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)
    template = spec.setdefault("jobTemplate", {}).setdefault("spec", {})
    _template(template)


def _empty_status(backend: Backend, obj: Obj) -> None:
    obj["status"] = {}


def _no_replicas(backend: Backend, obj: Obj) -> None:
    obj["status"] = {"replicas": 0}


def _no_stateful(backend: Backend, obj: Obj) -> None:
    obj["status"] = {"replicas": 0, "availableReplicas": 0}


def _no_daemons(backend: Backend, obj: Obj) -> None:
    numbers = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
    obj["status"] = dict.fromkeys(numbers, 0)
    annotations = meta.annotations(obj) | {"deprecated.daemonset.template.generation": "1"}
    obj["metadata"]["annotations"] = annotations


def _next_daemon(backend: Backend, new: Obj, old: Obj) -> None:
    name = "deprecated.daemonset.template.generation"
    generation = int(meta.annotations(old).get(name, "1"))
    changed = new["spec"].get("template") != old["spec"].get("template")
    new["metadata"]["annotations"] = meta.annotations(new) | {name: str(generation + changed)}


STRATEGIES: dict[str, Strategy] = {
    "deployments.apps": Strategy(
        _deployment,
        _empty_status,
        validate=workload_rules.deployment,
        validate_update=workload_rules.same_selector,
        warn=of_template,
    ),
    "replicasets.apps": Strategy(
        _replica_set,
        _no_replicas,
        validate=workload_rules.replica_set,
        validate_update=workload_rules.same_selector,
        warn=of_template,
    ),
    "replicationcontrollers": Strategy(
        _replication_controller,
        _no_replicas,
        validate=workload_rules.replication_controller,
        warn=of_template,
    ),
    "statefulsets.apps": Strategy(
        _stateful_set,
        _no_stateful,
        validate=workload_rules.stateful_set,
        validate_update=workload_rules.stateful_set_update,
        warn=of_template,
    ),
    "daemonsets.apps": Strategy(
        _daemon_set,
        _no_daemons,
        _next_daemon,
        validate=workload_rules.daemon_set,
        validate_update=workload_rules.same_selector,
        warn=of_template,
    ),
    "jobs.batch": Strategy(
        _job,
        _create_job,
        validate=job_rules.job,
        validate_update=job_rules.job_update,
        warn=of_template,
    ),
    "cronjobs.batch": Strategy(_cron_job, _empty_status, validate=job_rules.cron_job, warn=of_template),
}
