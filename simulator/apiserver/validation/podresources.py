"""Rules for requests and limits of whole Pods, and for how containers are resized (validatePodResources)."""

from simulator.api import field, quantities
from simulator.apiserver.validation.common import Errors, Obj
from simulator.apiserver.validation.resources import HUGE, against_limits, quantity, resource_name

SUPPORTED = ("cpu", "hugepages-", "memory")
RESIZABLE = ("cpu", "memory")
RESTARTS = ("NotRequired", "RestartContainer")
NEVER = "must be 'NotRequired' when `restartPolicy` is 'Never'"


def of_pod(path: str, pod: Obj) -> Errors:
    """What is wrong with the requests and limits that a Pod has as a whole."""
    own = pod.get("resources")
    if not own:
        return []
    limits, requests = own.get("limits") or {}, own.get("requests") or {}
    errors = _amounts(f"{path}.limits", limits) + _amounts(f"{path}.requests", requests)
    errors += against_limits(f"{path}.requests", requests, limits)
    return errors + _enough(f"{path}.requests", pod, requests) + _capped(path, pod, limits)


def _amounts(path: str, amounts: Obj) -> Errors:
    errors: Errors = []
    for name in sorted(amounts):
        inner = f"{path}[{name}]"
        named = resource_name(inner, name)
        if not named and name not in RESIZABLE and not name.startswith(HUGE):
            named = [field.not_supported(inner, name, SUPPORTED)]
        errors += named + quantity(inner, name, amounts[name])
    return errors


def _enough(path: str, pod: Obj, requests: Obj) -> Errors:
    """The containers together may not ask for more than their Pod."""
    errors: Errors = []
    asked: dict[str, list[str]] = {}
    for container in pod.get("containers") or ():
        for name, amount in ((container.get("resources") or {}).get("requests") or {}).items():
            asked.setdefault(name, []).append(amount)
    for name in sorted(asked):
        total = quantities.add(*asked[name])
        if name in requests and quantities.compare(total, requests[name]) > 0:
            text = f"must be greater than or equal to aggregate container requests of {total}"
            errors.append(field.invalid(f"{path}[{name}]", requests[name], text))
    return errors


def _capped(path: str, pod: Obj, limits: Obj) -> Errors:
    """No container may have a higher limit than its Pod."""
    errors: Errors = []
    for at, container in enumerate(pod.get("containers") or ()):
        for name, amount in sorted(((container.get("resources") or {}).get("limits") or {}).items()):
            if name in limits and quantities.compare(amount, limits[name]) > 0:
                text = f"must be less than or equal to pod limits of {limits[name]}"
                errors.append(field.invalid(f"{path}.containers[{at}][{name}].limits", amount, text))
    return errors


def resize_policy(path: str, policies: list[Obj] | None, pod: Obj) -> Errors:
    """What is wrong with what is to happen when a container is resized; the real messages leave the index out."""
    errors: Errors = []
    seen: set[str] = set()
    for at, each in enumerate(policies or ()):
        name, restart = each.get("resourceName", ""), each.get("restartPolicy", "")
        errors += [field.duplicate(f"{path}[{at}]", name)] if name in seen else []
        seen.add(name)
        for value, known in ((name, RESIZABLE), (restart, RESTARTS)):
            if not value:
                errors.append(field.required(path))
            elif value not in known:
                errors.append(field.not_supported(path, value, known))
        if pod.get("restartPolicy") == "Never" and restart != "NotRequired":
            errors.append(field.invalid(path, restart, NEVER))
    return errors
