"""The rules of the smaller kinds: autoscalers, budgets, nodes, priorities (pkg/registry)."""

from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry import autoscaler_rules
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.validation.common import (
    label_key,
    label_selector,
    maybe_one_of,
    not_over_all,
    one_of,
    problems,
    share,
)

Obj = dict[str, Any]
Errors = list[FieldError]
HIGHEST_USER_PRIORITY = 1_000_000_000


def _autoscaler_default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    spec.setdefault("minReplicas", 1)
    target = spec.pop("targetCPUUtilizationPercentage", None)
    if obj.get("apiVersion") == "autoscaling/v1":
        obj["apiVersion"] = "autoscaling/v2"
    if not spec.get("metrics"):
        goal = {"type": "Utilization", "averageUtilization": target or 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": goal}}]
    if isinstance(spec.get("behavior"), dict):
        spec["behavior"] = {part: {**RULES[part], **(spec["behavior"].get(part) or {})} for part in RULES}


# What the rules of an autoscaler's `behavior` say where they are silent (pkg/apis/autoscaling/v2/defaults.go).
ALL_AT_ONCE = {"type": "Percent", "value": 100, "periodSeconds": 15}
RULES: dict[str, Obj] = {
    "scaleUp": {
        "stabilizationWindowSeconds": 0,
        "selectPolicy": "Max",
        "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}, ALL_AT_ONCE],
    },
    "scaleDown": {"selectPolicy": "Max", "policies": [ALL_AT_ONCE]},
}


def _autoscaler(obj: Obj) -> Errors:
    spec, errors = obj["spec"], []
    low, high = spec.get("minReplicas", 1), spec.get("maxReplicas") or 0
    if low < 1:
        errors.append(field.invalid("spec.minReplicas", low, "must be greater than or equal to 1"))
    if high < 1:
        errors.append(field.invalid("spec.maxReplicas", high, "must be greater than 0"))
    if high < low:
        errors.append(field.invalid("spec.maxReplicas", high, "must be greater than or equal to `minReplicas`"))
    target = spec.get("scaleTargetRef") or {}
    errors += [field.required(f"spec.scaleTargetRef.{name}") for name in ("kind", "name") if not target.get(name)]
    for at, each in enumerate(spec.get("metrics") or ()):
        errors += autoscaler_rules.metric(f"spec.metrics[{at}]", each)
    for direction in RULES:
        errors += autoscaler_rules.rules(f"spec.behavior.{direction}", (spec.get("behavior") or {}).get(direction))
    return errors


def _autoscaler_create(backend: Backend, obj: Obj) -> None:
    obj["status"] = {"desiredReplicas": 0}


def _budget(obj: Obj) -> Errors:
    spec, errors = obj["spec"], []
    least, most, policy = (spec.get(name) for name in ("minAvailable", "maxUnavailable", "unhealthyPodEvictionPolicy"))
    if least is not None and most is not None:
        shown = {"MinAvailable": least, "Selector": spec.get("selector"), "MaxUnavailable": most}
        shown |= {"UnhealthyPodEvictionPolicy": policy}
        errors.append(field.invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set"))
    for name, value in (("minAvailable", least), ("maxUnavailable", most)):
        if value is not None:
            errors += share(f"spec.{name}", value) + not_over_all(f"spec.{name}", value)
    errors += label_selector("spec.selector", spec.get("selector"))
    return errors + maybe_one_of("spec.unhealthyPodEvictionPolicy", policy, ("AlwaysAllow", "IfHealthyBudget"))


def _budget_default(obj: Obj) -> None:
    obj.setdefault("spec", {})


def _node_default(obj: Obj) -> None:
    obj.setdefault("spec", {})
    status = obj.get("status") or {}
    if status.get("capacity") and not status.get("allocatable"):
        status["allocatable"] = status["capacity"]


def _node(obj: Obj) -> Errors:
    errors: Errors = []
    seen: set[tuple[str, str]] = set()
    for at, taint in enumerate((obj.get("spec") or {}).get("taints") or ()):
        # The real messages look for taints in the metadata.
        path, key, effect = f"metadata.taints[{at}]", taint.get("key", ""), taint.get("effect", "")
        errors += label_key(f"{path}.key", key)
        wrong = names.label_value(taint.get("value", ""))
        errors += [field.invalid(f"{path}.value", taint["value"], ";".join(wrong))] if wrong else []
        errors += one_of(f"{path}.effect", effect, ("NoSchedule", "PreferNoSchedule", "NoExecute"))
        if (key, effect) in seen:
            shown = field.duplicate(path, taint)
            errors.append(shown._replace(text=f"{shown.text}: taints must be unique by key and effect pair"))
        seen.add((key, effect))
    return errors


def _node_update(new: Obj, old: Obj) -> Errors:
    had, has = ((each.get("spec") or {}).get("podCIDR") for each in (old, new))
    text = 'node updates may not change podCIDR except from "" to valid'
    return [field.forbidden("spec.podCIDRs", text)] if had and has != had else []


def _priority_default(obj: Obj) -> None:
    obj.setdefault("value", 0)
    obj.setdefault("preemptionPolicy", "PreemptLowerPriority")


def _priority(obj: Obj) -> Errors:
    name, value = obj["metadata"].get("name", ""), obj["value"]
    if name.startswith("system-") and name not in ("system-node-critical", "system-cluster-critical"):
        text = "priority class names with 'system-' prefix are reserved for system use only. error: "
        return [field.forbidden("metadata.name", f"{text}{name} is not a known system priority class")]
    errors = maybe_one_of("preemptionPolicy", obj.get("preemptionPolicy"), ("PreemptLowerPriority", "Never"))
    if value > HIGHEST_USER_PRIORITY and not name.startswith("system-"):
        text = f"maximum allowed value of a user defined priority is {HIGHEST_USER_PRIORITY}"
        return [field.forbidden("value", text), *errors]
    return errors


def _priority_update(new: Obj, old: Obj) -> Errors:
    errors: Errors = []
    if new.get("value") != old.get("value"):
        errors.append(field.forbidden("value", "may not be changed in an update."))
    policy = new.get("preemptionPolicy")
    if policy != old.get("preemptionPolicy"):
        errors.append(field.invalid("preemptionPolicy", policy, "field is immutable"))
    return errors


def _runtime_class(obj: Obj) -> Errors:
    handler = obj.get("handler", "")
    return problems("handler", handler, names.label(handler)) if handler else [field.required("handler")]


STRATEGIES: dict[str, Strategy] = {
    "horizontalpodautoscalers.autoscaling": Strategy(_autoscaler_default, _autoscaler_create, validate=_autoscaler),
    "poddisruptionbudgets.policy": Strategy(_budget_default, validate=_budget),
    "nodes": Strategy(_node_default, validate=_node, validate_update=_node_update),
    "priorityclasses.scheduling.k8s.io": Strategy(
        _priority_default, validate=_priority, validate_update=_priority_update
    ),
    "runtimeclasses.node.k8s.io": Strategy(validate=_runtime_class),
}
