"""Which fields of an object a field selector may name (the field label conversions of pkg/apis/*/v1/conversion.go)."""

from collections.abc import Callable
from typing import Any

from simulator.api.errors import BadRequest
from simulator.api.resources import Resource
from simulator.api.selectors import FieldTerm

Obj = dict[str, Any]

COMMON = ("metadata.name", "metadata.namespace")
FIELDS: dict[str, tuple[str, ...]] = {
    "pods": (
        *COMMON,
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ),
    "nodes": ("metadata.name", "spec.unschedulable"),
    "namespaces": ("metadata.name", "status.phase"),
    "secrets": (*COMMON, "type"),
    "services": (*COMMON, "spec.clusterIP", "spec.type"),
    "replicationcontrollers": (*COMMON, "status.replicas"),
    "replicasets.apps": (*COMMON, "status.replicas"),
    "jobs.batch": (*COMMON, "status.successful"),
    "events": (
        *COMMON,
        *(
            f"involvedObject.{part}"
            for part in (
                "kind",
                "namespace",
                "name",
                "uid",
                "apiVersion",
                "resourceVersion",
            )
        ),
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
}
# The same fields as events.k8s.io names them.
RENAMED = {"regarding": "involvedObject", "reportingController": "reportingComponent"}
FIELDS["events.events.k8s.io"] = (
    *COMMON,
    *(
        f"regarding.{part}"
        for part in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
    ),
    "reason",
    "reportingController",
    "type",
)
# Where the value of a label does not stand at its own path.
ELSEWHERE: dict[str, Callable[[Obj], Any]] = {
    "source": lambda obj: (obj.get("source") or {}).get("component") or obj.get("reportingComponent"),
    "status.successful": lambda obj: (obj.get("status") or {}).get("succeeded", 0),
    "spec.hostNetwork": lambda obj: "true" if (obj.get("spec") or {}).get("hostNetwork") else "false",
    "spec.unschedulable": lambda obj: "true" if (obj.get("spec") or {}).get("unschedulable") else "false",
    "status.replicas": lambda obj: (obj.get("status") or {}).get("replicas", 0),
}


def check(resource: Resource, terms: tuple[FieldTerm, ...], more: list[str]) -> None:
    """Raise BadRequest if a term names a field that objects of the resource cannot be selected by: *more* are its own."""
    for term in terms:
        if term.field not in (*FIELDS.get(resource.name, COMMON), *more):
            raise BadRequest(f"field label not supported: {term.field}")


def value(obj: Obj, field: str) -> str:
    """What stands in *field* of the object, as text; empty if nothing does."""
    if field in ELSEWHERE:
        return str(ELSEWHERE[field](obj) or "")
    found: Any = obj
    head, dot, rest = field.partition(".")
    for part in f"{RENAMED.get(head, head)}{dot}{rest}".split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return "" if found is None else str(found)


def matches(obj: Obj, terms: tuple[FieldTerm, ...]) -> bool:
    """Whether the object fulfils all terms."""
    return all((value(obj, term.field) == term.value) == term.equal for term in terms)
