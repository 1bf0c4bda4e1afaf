"""One object in each of its served versions; it is stored in one of them (pkg/apis/*/v*/conversion.go, apiextensions)."""

from collections.abc import Callable
from typing import Any

import msgspec

from simulator.api import meta, schema_rules, structural
from simulator.api.custom import Custom
from simulator.api.resources import Resource
from simulator.apiserver.catalogue import Catalogue
from simulator.apiserver.registry.generic import refuse

Obj = dict[str, Any]
ALPHA = "autoscaling.alpha.kubernetes.io"
# What an Event is called in events.k8s.io, and in the core group.
EVENT_NAMES = (
    ("regarding", "involvedObject"),
    ("note", "message"),
    ("reportingController", "reportingComponent"),
    ("deprecatedSource", "source"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedCount", "count"),
)


def stored(catalogue: Catalogue, resource: Resource, obj: Obj) -> Obj:
    """An object that a client wrote, in the version in which it is stored; raises Invalid, by the rules of its own version."""
    custom = catalogue.customs.get(resource.name)
    if custom is not None:
        return _custom_stored(custom, obj)
    form = FORMS.get((resource.name, obj["apiVersion"]))
    return form[1](obj) if form else obj


def seen(catalogue: Catalogue, resource: Resource, version: str, obj: Obj) -> Obj:
    """A stored object in *version* (empty: the preferred one)."""
    version = version or resource.version
    custom = catalogue.customs.get(resource.name)
    if custom is not None:
        return _custom_seen(custom, version, obj)
    form = FORMS.get((resource.name, f"{resource.group}/{version}"))
    return form[0](obj) if form else obj


def _custom_stored(custom: Custom, obj: Obj) -> Obj:
    version = f"{custom.resource.group}/{custom.storage}"
    if obj["apiVersion"] == version:
        return obj
    own = custom.schema(str(obj["apiVersion"]).rpartition("/")[2])
    whole = structural.defaulted(obj, own)
    refuse(custom.resource, str((obj.get("metadata") or {}).get("name", "")), schema_rules.validate(whole, own))
    return {**whole, "apiVersion": version}


def _custom_seen(custom: Custom, version: str, obj: Obj) -> Obj:
    """As stored objects may be older than the schema, they are pruned and filled in whenever they are read."""
    schema = custom.schema(version)
    found, _ = structural.pruned({**obj, "apiVersion": f"{custom.resource.group}/{version}"}, schema)
    return structural.defaulted(found, schema)


# --- autoscaling/v1


def _is_cpu(metric: Obj) -> bool:
    resource = metric.get("resource") or {}
    return resource.get("name") == "cpu" and (resource.get("target") or {}).get("type") == "Utilization"


def _scaler_v1(obj: Obj) -> Obj:
    """A HorizontalPodAutoscaler as v1 tells it: one target for the CPU, the rest in annotations."""
    spec, status = {**obj["spec"]}, {**(obj.get("status") or {})}
    metrics = spec.pop("metrics", None) or []
    spec.pop("behavior", None)
    cpu = next((each for each in metrics if _is_cpu(each)), None)
    if cpu is not None:
        spec["targetCPUUtilizationPercentage"] = cpu["resource"]["target"].get("averageUtilization")
    current = status.pop("currentMetrics", None) or []
    now = next((each["resource"] for each in current if (each.get("resource") or {}).get("name") == "cpu"), None)
    if now is not None and "averageUtilization" in (now.get("current") or {}):
        status["currentCPUUtilizationPercentage"] = now["current"]["averageUtilization"]
    told = {
        f"{ALPHA}/metrics": [_alpha(each, "target") for each in metrics if each is not cpu and each.get("resource")],
        f"{ALPHA}/current-metrics": [_alpha(each, "current") for each in current if each.get("resource")],
        f"{ALPHA}/conditions": status.pop("conditions", None),
    }
    notes = {key: msgspec.json.encode(value).decode() for key, value in told.items() if value}
    annotations = {**meta.annotations(obj), **notes}
    shown = meta.with_metadata(obj, annotations=annotations or None)
    return {**shown, "apiVersion": "autoscaling/v1", "spec": spec, "status": status}


def _alpha(metric: Obj, part: str) -> Obj:
    """A metric of a resource, as the annotations of v1 have it."""
    said = metric["resource"].get(part) or {}
    values = {f"{part}{key[0].upper()}{key[1:]}": value for key, value in said.items() if key != "type"}
    return {"type": metric["type"], "resource": {"name": metric["resource"]["name"], **values}}


def _scaler_v2(obj: Obj) -> Obj:
    """And back: what the annotations say was made from the object, and is not read."""
    spec, status = {**(obj.get("spec") or {})}, {**(obj.get("status") or {})}
    target = spec.pop("targetCPUUtilizationPercentage", None)
    if target is not None:
        goal = {"type": "Utilization", "averageUtilization": target}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": goal}}]
    status.pop("currentCPUUtilizationPercentage", None)
    kept = {key: value for key, value in meta.annotations(obj).items() if not key.startswith(f"{ALPHA}/")}
    shown = meta.with_metadata(obj, annotations=kept or None)
    return {**shown, "apiVersion": "autoscaling/v2", "spec": spec} | ({"status": status} if status else {})


# --- events.k8s.io/v1


def _event_v1(obj: Obj) -> Obj:
    names = {core: own for own, core in EVENT_NAMES}
    return {names.get(key, key): value for key, value in obj.items()} | {"apiVersion": "events.k8s.io/v1"}


def _event_core(obj: Obj) -> Obj:
    names = dict(EVENT_NAMES)
    return {names.get(key, key): value for key, value in obj.items()} | {"apiVersion": "v1"}


# For a resource and a version: how what is stored is seen in it, and back.
FORMS: dict[tuple[str, str], tuple[Callable[[Obj], Obj], Callable[[Obj], Obj]]] = {
    ("horizontalpodautoscalers.autoscaling", "autoscaling/v1"): (_scaler_v1, _scaler_v2),
    ("events.events.k8s.io", "events.k8s.io/v1"): (_event_v1, _event_core),
}
