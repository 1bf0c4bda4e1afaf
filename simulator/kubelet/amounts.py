"""Requests and limits of a Pod: what its status says of them, and what is counted for it (component-helpers/resource/helpers.go)."""

from collections.abc import Iterable

from simulator.api.quantities import add, compare
from simulator.api.requests import Obj
from simulator.kubelet.restarts import is_sidecar

Amounts = dict[str, str]


def plus(amounts: Iterable[Amounts]) -> Amounts:
    """The sum by resource."""
    total: Amounts = {}
    for each in amounts:
        for name, value in each.items():
            total[name] = add(total[name], value) if name in total else value
    return total


def larger(left: Amounts, right: Amounts) -> Amounts:
    """The larger by resource."""
    result = dict(left)
    for name, value in right.items():
        if name not in result or compare(value, result[name]) > 0:
            result[name] = value
    return result


def of_pod(pod: Obj, kind: str) -> Amounts:
    """`requests` or `limits` of a whole Pod: containers together with sidecars, or its hungriest init container, and the overhead."""
    spec = pod["spec"]
    sidecars: list[Amounts] = []
    init: Amounts = {}
    for entry in spec.get("initContainers") or ():
        own = of_container(entry, kind)
        if is_sidecar(entry, "initContainers"):
            sidecars.append(own)
            init = larger(init, plus(sidecars))
        else:
            init = larger(init, plus([*sidecars, own]))
    total = larger(plus([*sidecars, *(of_container(entry, kind) for entry in spec["containers"])]), init)
    total = total | of_container(spec, kind)
    return plus([total, spec.get("overhead") or {}]) if total or kind == "requests" else total


def of_container(container: Obj, kind: str) -> Amounts:
    """`requests` or `limits` of a container, or those that stand in the Pod's spec itself."""
    return dict((container.get("resources") or {}).get(kind) or {})


def in_status(pod: Obj) -> Obj:
    """`status.resources`: what is in force for the whole Pod."""
    found = {kind: of_pod(pod, kind) for kind in ("limits", "requests")}
    return {kind: amounts for kind, amounts in found.items() if amounts}
