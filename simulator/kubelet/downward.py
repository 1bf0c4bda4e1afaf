"""What a Pod may be told of itself: fieldRef and resourceFieldRef (pkg/fieldpath, pkg/api/v1/resource/helpers.go)."""

from collections.abc import Callable
from typing import Any

from simulator.api.quantities import nano
from simulator.api.requests import Obj
from simulator.kubelet.naming import quoted

ALLOCATABLE = ("cpu", "memory", "ephemeral-storage")


def escaped_lines(values: dict[str, str]) -> str:
    """`key="value"` on a line each, by key."""
    return "\n".join(f"{key}={quoted(values[key])}" for key in sorted(values))


def first_ip(pod: Obj) -> str:
    return str((pod.get("status") or {}).get("podIP") or "")


def all_ips(pod: Obj, field: str) -> str:
    return ",".join(entry["ip"] for entry in (pod.get("status") or {}).get(field) or ())


FIELDS: dict[str, Callable[[Obj], str]] = {
    "metadata.name": lambda pod: str(pod["metadata"]["name"]),
    "metadata.namespace": lambda pod: str(pod["metadata"]["namespace"]),
    "metadata.uid": lambda pod: str(pod["metadata"]["uid"]),
    "metadata.labels": lambda pod: escaped_lines(pod["metadata"].get("labels") or {}),
    "metadata.annotations": lambda pod: escaped_lines(pod["metadata"].get("annotations") or {}),
    "spec.nodeName": lambda pod: str(pod["spec"].get("nodeName", "")),
    "spec.serviceAccountName": lambda pod: str(pod["spec"].get("serviceAccountName", "")),
    "status.hostIP": lambda pod: str((pod.get("status") or {}).get("hostIP") or ""),
    "status.hostIPs": lambda pod: all_ips(pod, "hostIPs"),
    "status.podIP": first_ip,
    "status.podIPs": lambda pod: all_ips(pod, "podIPs"),
}


def field_value(pod: Obj, path: str) -> str:
    """The value of a fieldRef, such as `metadata.labels['app']`; what is not set is empty."""
    if path.endswith("']") and "['" in path:
        table, _, key = path[:-2].partition("['")
        return str((pod["metadata"].get(table.removeprefix("metadata.")) or {}).get(key, ""))
    read = FIELDS.get(path)
    return read(pod) if read else ""


def resource_value(pod: Obj, ref: dict[str, Any], container: Obj, allocatable: dict[str, str]) -> str:
    """The value of a resourceFieldRef: rounded up to the divisor; a limit that is not set is the Pod's, or what the node has."""
    kind, _, resource = ref["resource"].partition(".")
    if ref.get("containerName"):
        entries = (*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"])
        container = next((entry for entry in entries if entry["name"] == ref["containerName"]), container)
    amount = ((container.get("resources") or {}).get(kind) or {}).get(resource)
    if amount is None and kind == "limits" and resource in ALLOCATABLE:
        whole = (pod["spec"].get("resources") or {}).get("limits") or {}
        amount = whole.get(resource) or allocatable.get(resource)
    divisor = nano(str(ref.get("divisor") or "1")) or nano("1")
    return str(-(-nano(str(amount or "0")) // divisor))
