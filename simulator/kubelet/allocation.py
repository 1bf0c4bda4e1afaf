"""What is set aside for the containers of a Pod, and what is in force, where it is other than its spec says (pkg/kubelet/allocation/state).

A worker remembers it only while it differs: `allocated` and `actual` hold resources by the name of the container, those of the Pod
itself under the empty name.
"""

from typing import Any

from simulator.api.quantities import compare
from simulator.api.requests import Obj
from simulator.kubelet.deps import Worker
from simulator.kubelet.naming import all_containers

Table = dict[str, Any]
FIELDS = ("initContainers", "containers")
KINDS = ("limits", "requests")


def overlay(pod: Obj, table: Table | None) -> Obj:
    """The Pod with the resources of *table* in place of its own; the Pod itself if there are none."""
    if not table:
        return pod
    spec = dict(pod["spec"])
    for field in FIELDS:
        if spec.get(field):
            spec[field] = [_with(each, table, each["name"]) for each in spec[field]]
    return {**pod, "spec": _with(spec, table, "")}


def _with(holder: Obj, table: Table, name: str) -> Obj:
    if name not in table:
        return holder
    bare = {key: value for key, value in holder.items() if key != "resources"}
    return bare | {"resources": table[name]} if table[name] else bare


def resources_of(pod: Obj) -> Table:
    """The resources that a Pod's spec names, by container."""
    found = {each["name"]: each.get("resources") or {} for field, each in all_containers(pod) if field in FIELDS}
    return {"": pod["spec"].get("resources") or {}} | found


def applied(worker: Worker, pod: Obj) -> Obj:
    """The Pod as it is set aside for."""
    return overlay(pod, worker.get("allocated"))


def remember(worker: Worker, pod: Obj, old: Obj) -> bool:
    """Keep what was set aside when the spec of a Pod names other resources than before; whether it does."""
    if worker.get("new") or pod["spec"] is old["spec"]:
        return False
    wanted, before = resources_of(pod), resources_of(old)
    changed = {name: each for name, each in before.items() if name in wanted and not same(each, wanted[name])}
    if not changed:
        return False
    kept = changed | worker.get("allocated", {})
    put(worker, "allocated", {name: each for name, each in kept.items() if not same(each, wanted.get(name, {}))})
    return True


def put(worker: Worker, key: str, table: Table) -> None:
    """Keep a table with the worker, or forget it when it is empty."""
    if table:
        worker[key] = table
    else:
        worker.pop(key, None)


def in_force(worker: Worker, name: str) -> None:
    """A container has what is set aside for it."""
    put(worker, "actual", {each: was for each, was in worker.get("actual", {}).items() if each != name})


def same(left: Obj, right: Obj) -> bool:
    """Whether two resources are the same amounts, however they are written."""
    return all(_alike(left.get(kind) or {}, right.get(kind) or {}) for kind in KINDS)


def _alike(left: Obj, right: Obj) -> bool:
    return set(left) == set(right) and not any(compare(value, right[name]) for name, value in left.items())
