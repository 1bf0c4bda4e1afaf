"""What may be wrong with the kinds that make Pods (pkg/apis/{apps,batch}/validation)."""

from typing import Any

from simulator.api import field, names, selectors
from simulator.api.field import FieldError
from simulator.apiserver.registry.cron import problem as cron_problem
from simulator.apiserver.validation import internal, pods
from simulator.apiserver.validation.common import label_selector, not_negative

Obj = dict[str, Any]
Errors = list[FieldError]
IMMUTABLE = "field is immutable"
MISMATCH = "`selector` does not match template `labels`"
PERCENT_LIMIT = "must not be greater than 100%"
# The name of a CronJob leaves room for the times at the end of its Jobs' names.
CRON_NAME_LENGTH = 52
STATEFUL_UPDATE = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
STATEFUL_MUTABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)


def _selector(spec: Obj, kind: str) -> Errors:
    selector = spec.get("selector")
    if selector is None:
        return [field.required("spec.selector")]
    errors = label_selector("spec.selector", selector)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(field.invalid("spec.selector", {}, f"empty selector is invalid for {kind}"))
    return errors


def _matches(spec: Obj) -> Errors:
    """The template's labels must be those that the selector looks for."""
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    try:
        selected = selectors.selects(spec.get("selector"), labels)
    except (selectors.BadSelector, KeyError):
        return []
    return [] if selected else [field.invalid("spec.template.metadata.labels", labels or None, MISMATCH)]


def _template(spec: Obj, *, kind: str) -> Errors:
    template = spec.get("template") or {}
    # What a StatefulSet's Pods are made of shows only when they are made: its claims add volumes.
    check = pods.template_labels if kind == "StatefulSet" else pods.template
    errors = _matches(spec) + check("spec.template", template)
    policy = (template.get("spec") or {}).get("restartPolicy")
    if policy != "Always" and policy in pods.RESTART_POLICIES:
        errors.append(field.not_supported("spec.template.spec.restartPolicy", policy, ("Always",)))
    if (template.get("spec") or {}).get("activeDeadlineSeconds") is not None:
        path = "spec.template.spec.activeDeadlineSeconds"
        errors.append(field.forbidden(path, f"activeDeadlineSeconds in {kind} is not Supported"))
    return errors


def _amount(path: str, value: int | str) -> Errors:
    """A number that is not negative, or a share."""
    if isinstance(value, str):
        errors = [field.invalid(path, value, problem) for problem in names.percent(value)]
        too_much = not errors and int(value[:-1][:9]) > 100
        return errors + (
            [field.invalid(path, value, PERCENT_LIMIT)] if too_much and path.endswith("Unavailable") else []
        )
    return [] if value >= 0 else [field.invalid(path, value, "must be greater than or equal to 0")]


def _is_zero(value: int | str) -> bool:
    return value in (0, "0%")


def _rolling(path: str, rolling: Obj) -> Errors:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    errors = _amount(f"{path}.maxUnavailable", unavailable) + _amount(f"{path}.maxSurge", surge)
    if _is_zero(unavailable) and _is_zero(surge):
        errors.append(field.invalid(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0"))
    return errors


def _strategy(spec: Obj) -> Errors:
    strategy = spec.get("strategy") or {}
    if strategy.get("type") == "Recreate":
        text = "may not be specified when strategy `type` is 'Recreate'"
        return [field.forbidden("spec.strategy.rollingUpdate", text)] if strategy.get("rollingUpdate") else []
    if strategy.get("type") != "RollingUpdate":
        return [field.not_supported("spec.strategy.type", strategy.get("type"), ("Recreate", "RollingUpdate"))]
    return _rolling("spec.strategy.rollingUpdate", strategy.get("rollingUpdate") or {})


def deployment(obj: Obj) -> Errors:
    """What is wrong with a Deployment."""
    spec = obj["spec"]
    errors = not_negative("spec", spec, "replicas") + _selector(spec, "deployment")
    errors += _template(spec, kind="Deployment") + _strategy(spec)
    errors += not_negative("spec", spec, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
        text = "must be greater than minReadySeconds"
        errors.append(field.invalid("spec.progressDeadlineSeconds", deadline, text))
    return errors


def replica_set(obj: Obj) -> Errors:
    """What is wrong with a ReplicaSet."""
    spec = obj["spec"]
    errors = not_negative("spec", spec, "replicas", "minReadySeconds") + _selector(spec, "deployment")
    return errors + _template(spec, kind="ReplicaSet")


def replication_controller(obj: Obj) -> Errors:
    """What is wrong with a ReplicationController."""
    spec = obj["spec"]
    errors = not_negative("spec", spec, "minReadySeconds", "replicas")
    selector = spec.get("selector") or {}
    if not selector:
        return [*errors, field.required("spec.selector")]
    return errors + _template({**spec, "selector": {"matchLabels": selector}}, kind="ReplicationController")


def stateful_set(obj: Obj) -> Errors:
    """What is wrong with a StatefulSet."""
    spec = obj["spec"]
    errors: Errors = []
    policies = ("OrderedReady", "Parallel")
    if spec.get("podManagementPolicy") not in policies:
        text = f"must be '{policies[0]}' or '{policies[1]}'"
        errors.append(field.invalid("spec.podManagementPolicy", spec.get("podManagementPolicy"), text))
    kind = (spec.get("updateStrategy") or {}).get("type")
    if kind not in ("RollingUpdate", "OnDelete"):
        errors.append(
            field.invalid("spec.updateStrategy", spec.get("updateStrategy"), "must be 'RollingUpdate' or 'OnDelete'")
        )
    errors += not_negative("spec", spec, "replicas", "minReadySeconds") + _selector(spec, "statefulset")
    return errors + _template(spec, kind="StatefulSet")


def daemon_set(obj: Obj) -> Errors:
    """What is wrong with a DaemonSet."""
    spec = obj["spec"]
    errors = _selector(spec, "daemonset") + _template(spec, kind="DaemonSet")
    errors += not_negative("spec", spec, "minReadySeconds")
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") == "RollingUpdate":
        rolling = strategy.get("rollingUpdate") or {}
        both = not _is_zero(rolling.get("maxUnavailable", 0)) and not _is_zero(rolling.get("maxSurge", 0))
        if both:
            path, text = "spec.updateStrategy.rollingUpdate.maxSurge", "may not be set when maxUnavailable is non-zero"
            errors.append(field.invalid(path, rolling.get("maxSurge"), text))
        else:
            errors += _rolling("spec.updateStrategy.rollingUpdate", rolling)
    elif strategy.get("type") != "OnDelete":
        errors.append(
            field.not_supported("spec.updateStrategy.type", strategy.get("type"), ("OnDelete", "RollingUpdate"))
        )
    return errors + not_negative("spec", spec, "revisionHistoryLimit")


def _job_spec(path: str, spec: Obj) -> Errors:
    numbers = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
    errors = not_negative(path, spec, *numbers)
    modes = ("NonIndexed", "Indexed")
    if spec.get("completionMode") not in (None, *modes):
        errors.append(field.not_supported(f"{path}.completionMode", spec.get("completionMode"), modes))
    if spec.get("completionMode") == "Indexed" and spec.get("completions") is None:
        errors.append(field.required(f"{path}.completions", "when completion mode is Indexed"))
    template = spec.get("template") or {}
    errors += pods.template(f"{path}.template", template)
    policy = (template.get("spec") or {}).get("restartPolicy")
    inner = f"{path}.template.spec.restartPolicy"
    if policy == "Always":
        errors.append(field.required(inner, 'valid values: "OnFailure", "Never"'))
    elif policy not in ("OnFailure", "Never"):
        errors.append(field.not_supported(inner, policy, ("OnFailure", "Never")))
    return errors


def job(obj: Obj) -> Errors:
    """What is wrong with a Job."""
    spec = obj["spec"]
    errors = _job_spec("spec", spec)
    if spec.get("selector") is None:
        return [field.required("spec.selector"), *errors]
    return errors + (_matches(spec) if spec.get("manualSelector") else [])


def cron_job(obj: Obj) -> Errors:
    """What is wrong with a CronJob."""
    spec, name = obj["spec"], obj["metadata"].get("name", "")
    errors: Errors = []
    if not spec.get("schedule"):
        errors.append(field.required("spec.schedule"))
    elif trouble := cron_problem(spec["schedule"]):
        errors.append(field.invalid("spec.schedule", spec["schedule"], trouble))
    errors += not_negative("spec", spec, "startingDeadlineSeconds")
    policies = ("Allow", "Forbid", "Replace")
    if spec.get("concurrencyPolicy") not in policies:
        errors.append(field.not_supported("spec.concurrencyPolicy", spec.get("concurrencyPolicy"), policies))
    errors += _job_spec("spec.jobTemplate.spec", (spec.get("jobTemplate") or {}).get("spec") or {})
    errors += not_negative("spec", spec, "successfulJobsHistoryLimit", "failedJobsHistoryLimit")
    if len(name) > CRON_NAME_LENGTH:
        errors.append(field.invalid("metadata.name", name, f"must be no more than {CRON_NAME_LENGTH} characters"))
    return errors


def same_selector(new: Obj, old: Obj) -> Errors:
    """The selector of what exists stays."""
    selector = new["spec"].get("selector")
    if selector is None or selector == old["spec"].get("selector"):
        return []
    return [field.invalid("spec.selector", selector, IMMUTABLE)]


def stateful_set_update(new: Obj, old: Obj) -> Errors:
    """Most of a StatefulSet stays as it is."""
    ours = {key: value for key, value in new["spec"].items() if key not in STATEFUL_MUTABLE}
    before = {key: value for key, value in old["spec"].items() if key not in STATEFUL_MUTABLE}
    return [] if ours == before else [field.forbidden("spec", STATEFUL_UPDATE)]


def job_update(new: Obj, old: Obj) -> Errors:
    """Selector, template and completions of a Job stay."""
    errors: Errors = []
    ours, before = new["spec"], old["spec"]
    if ours.get("completions") != before.get("completions") and ours.get("completionMode") != "Indexed":
        errors.append(field.invalid("spec.completions", ours.get("completions"), IMMUTABLE))
    errors += same_selector(new, old)
    if ours.get("template") != before.get("template"):
        shown = internal.template(ours.get("template") or {})
        errors.append(field.invalid("spec.template", shown, IMMUTABLE))
    if ours.get("completionMode") != before.get("completionMode"):
        errors.append(field.invalid("spec.completionMode", ours.get("completionMode"), IMMUTABLE))
    return errors
