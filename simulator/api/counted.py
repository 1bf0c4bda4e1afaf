"""What a Pod counts for while it is resized: as much as is wanted, set aside or in force (component-helpers resource/helpers.go)."""

from collections.abc import Iterable
from typing import Any

from simulator.api.quantities import compare

Obj = dict[str, Any]
Amounts = dict[str, str]
STATUSES = {"containers": "containerStatuses", "initContainers": "initContainerStatuses"}


def counted(pod: Obj) -> Obj:
    """The spec of *pod* with the requests that schedulers and quotas count; the spec itself where nothing differs.

    A spec that was never changed needs no look at the status: a resize raises the generation."""
    spec: Obj = pod["spec"]
    status = pod.get("status") or {}
    if pod["metadata"].get("generation", 1) == 1 or not status:
        return spec
    wanted = () if is_infeasible(status) else (spec,)
    changed = {
        field: [_with_requests(each, by_name.get(each["name"]), bool(wanted)) for each in spec[field]]
        for field, statuses in STATUSES.items()
        if spec.get(field) and (by_name := {each["name"]: each for each in status.get(statuses) or ()})
    }
    if spec.get("resources"):
        changed["resources"] = _with_requests(spec, status, bool(wanted))["resources"]
    return {**spec, **changed} if any(spec[field] != value for field, value in changed.items()) else spec


def is_infeasible(status: Obj) -> bool:
    """Whether the node can never give the Pod what it wants."""
    conditions = status.get("conditions") or ()
    return any(each["type"] == "PodResizePending" and each.get("reason") == "Infeasible" for each in conditions)


def _with_requests(container: Obj, status: Obj | None, wanted: bool) -> Obj:
    """A container, or a spec with resources of its own, with what is counted for it as its requests."""
    resources = container.get("resources") or {}
    inside = ((status or {}).get("resources") or {}).get("requests") or {}
    aside = (status or {}).get("allocatedResources") or {}
    if not inside and not aside:
        return container
    requests = largest((resources.get("requests") or {}, inside, aside) if wanted else (inside, aside))
    return (
        container
        if requests == resources.get("requests")
        else {**container, "resources": {**resources, "requests": requests}}
    )


def largest(amounts: Iterable[Amounts]) -> Amounts:
    """The largest amount of each resource."""
    found: Amounts = {}
    for each in amounts:
        for name, value in each.items():
            if name not in found or compare(value, found[name]) > 0:
                found[name] = value
    return found
