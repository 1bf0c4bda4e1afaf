"""What may be wrong with the kinds that keep Pods running (pkg/apis/apps/validation)."""

from typing import Any

from simulator.api import field, selectors
from simulator.api.field import FieldError
from simulator.apiserver.validation import pods
from simulator.apiserver.validation.common import (
    is_zero,
    label_selector,
    not_negative,
    not_over_all,
    share,
    shown_map,
    shown_selector,
)

Obj = dict[str, Any]
Errors = list[FieldError]
IMMUTABLE = "field is immutable"
MISMATCH = "`selector` does not match template `labels`"
RETENTION = ("Retain", "Delete")
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


def _readable(selector: Obj | None) -> bool:
    """Whether the selector can be told at all; if not, nobody looks at the template."""
    return not label_selector("", selector)


def _matches(spec: Obj) -> Errors:
    """The template's labels must be those that the selector looks for."""
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    if not _readable(spec.get("selector")):
        return []
    selected = selectors.selects(spec.get("selector"), labels)
    return [] if selected else [field.invalid("spec.template.metadata.labels", shown_map(labels), MISMATCH)]


def _template(spec: Obj, *, kind: str) -> Errors:
    template, selector = spec.get("template") or {}, spec.get("selector")
    if kind in ("Deployment", "ReplicaSet") and not _readable(selector):
        return [field.invalid("spec.selector", shown_selector(selector or {}), "invalid label selector")]
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


def _rolling(path: str, rolling: Obj) -> Errors:
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    errors = share(f"{path}.maxUnavailable", unavailable) + share(f"{path}.maxSurge", surge)
    if is_zero(unavailable) and is_zero(surge):
        errors.append(field.invalid(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0"))
    return errors + not_over_all(f"{path}.maxUnavailable", unavailable)


def _daemon_rolling(path: str, rolling: Obj) -> Errors:
    """One of the two must be zero, and the other one not."""
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    errors = share(f"{path}.maxUnavailable", unavailable) + share(f"{path}.maxSurge", surge)
    errors += not_over_all(f"{path}.maxUnavailable", unavailable) + not_over_all(f"{path}.maxSurge", surge)
    if is_zero(unavailable) and is_zero(surge):
        errors.append(field.required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    elif not is_zero(unavailable) and not is_zero(surge):
        errors.append(field.invalid(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero"))
    return errors


def _strategy(spec: Obj) -> Errors:
    strategy = spec.get("strategy") or {}
    if strategy.get("type") == "Recreate":
        text = "may not be specified when strategy `type` is 'Recreate'"
        return [field.forbidden("spec.strategy.rollingUpdate", text)] if strategy.get("rollingUpdate") else []
    if strategy.get("type") != "RollingUpdate":
        shown = {"Type": strategy.get("type"), "RollingUpdate": strategy.get("rollingUpdate")}
        return [field.not_supported("spec.strategy", shown, ("Recreate", "RollingUpdate"))]
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
    errors += _stateful_strategy("spec.updateStrategy", spec.get("updateStrategy") or {})
    for when, policy in (spec.get("persistentVolumeClaimRetentionPolicy") or {}).items():
        path = f"spec.persistentVolumeClaimRetentionPolicy.{when}"
        errors += [] if policy in RETENTION else [field.not_supported(path, policy, RETENTION)]
    errors += not_negative("spec", spec, "replicas", "minReadySeconds")
    errors += not_negative("spec.ordinals", spec.get("ordinals") or {}, "start")
    return errors + _selector(spec, "statefulset") + _template(spec, kind="StatefulSet")


def _stateful_strategy(path: str, strategy: Obj) -> Errors:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    shown = {"Partition": (rolling or {}).get("partition", 0), "MaxUnavailable": None}  # see switched_off.py
    if kind == "OnDelete":
        text = "only allowed for updateStrategy 'RollingUpdate'"
        return [field.invalid(f"{path}.rollingUpdate", shown, text)] if rolling is not None else []
    if kind != "RollingUpdate":
        text = "must be 'RollingUpdate' or 'OnDelete'"
        return [field.invalid(path, {"Type": kind, "RollingUpdate": shown if rolling is not None else None}, text)]
    return not_negative(f"{path}.rollingUpdate", rolling or {}, "partition")


def daemon_set(obj: Obj) -> Errors:
    """What is wrong with a DaemonSet."""
    spec = obj["spec"]
    errors = _selector(spec, "daemonset") + _template(spec, kind="DaemonSet")
    errors += not_negative("spec", spec, "minReadySeconds")
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") == "RollingUpdate":
        errors += _daemon_rolling("spec.updateStrategy.rollingUpdate", strategy.get("rollingUpdate") or {})
    elif strategy.get("type") != "OnDelete":
        shown = {"Type": strategy.get("type"), "RollingUpdate": strategy.get("rollingUpdate")}
        errors.append(field.not_supported("spec.updateStrategy", shown, ("RollingUpdate", "OnDelete")))
    return errors + not_negative("spec", spec, "revisionHistoryLimit")


def same_selector(new: Obj, old: Obj) -> Errors:
    """The selector of what exists stays."""
    selector = new["spec"].get("selector")
    if selector is None or selector == old["spec"].get("selector"):
        return []
    return [field.invalid("spec.selector", shown_selector(selector), IMMUTABLE)]


def stateful_set_update(new: Obj, old: Obj) -> Errors:
    """Most of a StatefulSet stays as it is."""
    ours = {key: value for key, value in new["spec"].items() if key not in STATEFUL_MUTABLE}
    before = {key: value for key, value in old["spec"].items() if key not in STATEFUL_MUTABLE}
    return [] if ours == before else [field.forbidden("spec", STATEFUL_UPDATE)]
