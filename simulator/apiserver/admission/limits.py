"""LimitRanger: defaults and bounds for what containers ask for (plugin/pkg/admission/limitranger)."""

from collections.abc import Iterator
from typing import Any

from simulator.api import quantities
from simulator.apiserver.admission.attempt import Attempt, forbid
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]
ANNOTATION = "kubernetes.io/limit-ranger"


def _limits(backend: Backend, attempt: Attempt, kind: str) -> Iterator[Obj]:
    """The limits for things of a kind (`Container`, `Pod`, `PersistentVolumeClaim`) in the object's namespace."""
    if not backend.store.count("limitranges"):
        return
    for each in backend.store.scan("limitranges", attempt.namespace):
        for limit in (each.get("spec") or {}).get("limits") or ():
            if limit.get("type") == kind:
                yield limit


def defaults(backend: Backend, attempt: Attempt) -> None:
    """Containers that do not say what they need get what the LimitRange says."""
    if attempt.resource.name != "pods" or attempt.operation != "CREATE":
        return
    notes: list[str] = []
    for limit in _limits(backend, attempt, "Container"):
        for kind in ("containers", "initContainers"):
            for container in attempt.object["spec"].get(kind) or ():
                notes += _fill(container, limit, "init container" if kind == "initContainers" else "container")
    if notes:
        annotations = attempt.object["metadata"].get("annotations") or {}
        text = f"LimitRanger plugin set: {'; '.join(notes)}"
        attempt.object["metadata"]["annotations"] = annotations | {ANNOTATION: text}


def _fill(container: Obj, limit: Obj, word: str) -> list[str]:
    resources = container.setdefault("resources", {})
    ceiling, floor = limit.get("default") or {}, limit.get("defaultRequest") or {}
    notes = []
    for name, source in (("requests", floor), ("limits", ceiling)):
        own = resources.get(name) or {}
        added = {key: source[key] for key in sorted(source) if key not in own}
        if added:
            resources[name] = own | added
            notes.append(f"{', '.join(added)} {name[:-1]} for {word} {container.get('name', '')}")
    return notes


def check(backend: Backend, attempt: Attempt) -> None:
    """What asks for more or less than allowed is refused."""
    if attempt.operation == "DELETE" or attempt.resource.name not in CHECKED:
        return
    if attempt.operation == "UPDATE" and attempt.resource.name == "pods":
        return
    problems = CHECKED[attempt.resource.name](backend, attempt)
    if problems:
        forbid(attempt, problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]")


def _pod_problems(backend: Backend, attempt: Attempt) -> list[str]:
    spec = attempt.object["spec"]
    containers = [each for kind in ("containers", "initContainers") for each in spec.get(kind) or ()]
    problems: list[str] = []
    for limit in _limits(backend, attempt, "Container"):
        for container in containers:
            resources = container.get("resources") or {}
            problems += _bounds("Container", limit, resources.get("requests") or {}, resources.get("limits") or {})
    for limit in _limits(backend, attempt, "Pod"):
        requests, ceilings = (_sum(spec.get("containers") or (), name) for name in ("requests", "limits"))
        problems += _bounds("Pod", limit, requests, ceilings)
    return problems


def _sum(containers: list[Obj] | tuple[()], name: str) -> Obj:
    total: Obj = {}
    for container in containers:
        for key, amount in ((container.get("resources") or {}).get(name) or {}).items():
            total[key] = quantities.add(total[key], amount) if key in total else amount
    return total


def _bounds(kind: str, limit: Obj, requests: Obj, limits: Obj) -> list[str]:
    problems: list[str] = []
    for name, least in sorted((limit.get("min") or {}).items()):
        if name not in requests:
            problems.append(f"minimum {name} usage per {kind} is {least}.  No request is specified")
        elif quantities.compare(requests[name], least) < 0:
            problems.append(f"minimum {name} usage per {kind} is {least}, but request is {requests[name]}")
    for name, most in sorted((limit.get("max") or {}).items()):
        if name not in limits:
            problems.append(f"maximum {name} usage per {kind} is {most}.  No limit is specified")
        elif quantities.compare(limits[name], most) > 0:
            problems.append(f"maximum {name} usage per {kind} is {most}, but limit is {limits[name]}")
    return problems + _ratios(kind, limit, requests, limits)


def _ratios(kind: str, limit: Obj, requests: Obj, limits: Obj) -> list[str]:
    problems: list[str] = []
    for name, most in sorted((limit.get("maxLimitRequestRatio") or {}).items()):
        low, high = quantities.nano(requests.get(name, "0")), quantities.nano(limits.get(name, "0"))
        if not low or not high:
            text = (
                f"{name} max limit to request ratio per {kind} is {most}, but no request is specified or request is 0"
            )
            problems.append(text)
        elif high * quantities.NANO > low * quantities.nano(most):
            ratio = f"{high / low:.6f}"
            problems.append(f"{name} max limit to request ratio per {kind} is {most}, but provided ratio is {ratio}")
    return problems


def _claim_problems(backend: Backend, attempt: Attempt) -> list[str]:
    requests = (attempt.object["spec"].get("resources") or {}).get("requests") or {}
    problems: list[str] = []
    for limit in _limits(backend, attempt, "PersistentVolumeClaim"):
        lower = {key: value for key, value in limit.items() if key != "max"}
        problems += _bounds("PersistentVolumeClaim", lower, requests, {})
        for name, most in (limit.get("max") or {}).items():
            if quantities.compare(requests.get(name, "0"), most) > 0:
                text = f"maximum {name} usage per PersistentVolumeClaim is {most}, but request is {requests[name]}"
                problems.append(text)
    return problems


CHECKED = {"pods": _pod_problems, "persistentvolumeclaims": _claim_problems}
