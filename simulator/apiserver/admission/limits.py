"""LimitRanger: defaults and bounds for what containers ask for (plugin/pkg/admission/limitranger)."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

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
        notes += fill(attempt.object["spec"], limit)
    if notes:
        annotations = attempt.object["metadata"].get("annotations") or {}
        text = f"LimitRanger plugin set: {'; '.join(notes)}"
        attempt.object["metadata"]["annotations"] = annotations | {ANNOTATION: text}


def fill(spec: Obj, limit: Obj) -> list[str]:
    """Give the containers of a Pod's *spec* what a limit for containers says, in place; what was given to whom."""
    notes: list[str] = []
    for kind in ("containers", "initContainers") if limit.get("type") == "Container" else ():
        for container in spec.get(kind) or ():
            notes += _fill(container, limit, "init container" if kind == "initContainers" else "container")
    return notes


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


class Breach(NamedTuple):
    """One bound that is not kept: `min`, `max` or `ratio`; *given* is empty where nothing was said."""

    kind: str  # `Container`, `Pod`, `PersistentVolumeClaim`
    container: str
    rule: str
    resource: str
    bound: str
    given: str

    @property
    def text(self) -> str:
        """The real words."""
        about = f"usage per {self.kind} is {self.bound}"
        match self.rule:
            case "min":
                said = f", but request is {self.given}" if self.given else ".  No request is specified"
                return f"minimum {self.resource} {about}{said}"
            case "max":
                said = f", but limit is {self.given}" if self.given else ".  No limit is specified"
                return f"maximum {self.resource} {about}{said}"
        said = f"provided ratio is {self.given}" if self.given else "no request is specified or request is 0"
        return f"{self.resource} max limit to request ratio per {self.kind} is {self.bound}, but {said}"


def words(limit: Obj) -> Iterator[str]:
    """How a refusal by each bound of a limit begins."""
    for rule in ("min", "max", "maxLimitRequestRatio"):
        for name, bound in (limit.get(rule) or {}).items():
            breach = Breach(str(limit.get("type")), "", rule, name, bound, "?")
            yield breach.text.partition(", but ")[0]


def breaches(found: Iterable[Obj], spec: Obj) -> list[Breach]:
    """The bounds among the limits *found* that a Pod's spec does not keep: those for containers first."""
    limits = list(found)
    containers = [each for kind in ("containers", "initContainers") for each in spec.get(kind) or ()]
    broken: list[Breach] = []
    for limit in (each for each in limits if each.get("type") == "Container"):
        for container in containers:
            resources = container.get("resources") or {}
            asked = (resources.get("requests") or {}, resources.get("limits") or {})
            broken += _bounds("Container", limit, *asked, str(container.get("name", "")))
    for limit in (each for each in limits if each.get("type") == "Pod"):
        mine = spec.get("containers") or ()
        broken += _bounds("Pod", limit, _sum(mine, "requests"), _sum(mine, "limits"))
    return broken


def _pod_problems(backend: Backend, attempt: Attempt) -> list[str]:
    found = [limit for kind in ("Container", "Pod") for limit in _limits(backend, attempt, kind)]
    return [each.text for each in breaches(found, attempt.object["spec"])]


def _sum(containers: list[Obj] | tuple[()], name: str) -> Obj:
    total: Obj = {}
    for container in containers:
        for key, amount in ((container.get("resources") or {}).get(name) or {}).items():
            total[key] = quantities.add(total[key], amount) if key in total else amount
    return total


def _bounds(kind: str, limit: Obj, requests: Obj, limits: Obj, container: str = "") -> list[Breach]:
    broken: list[Breach] = []
    for name, least in sorted((limit.get("min") or {}).items()):
        if name not in requests or quantities.compare(requests[name], least) < 0:
            broken.append(Breach(kind, container, "min", name, least, str(requests.get(name, ""))))
    for name, most in sorted((limit.get("max") or {}).items()):
        if name not in limits or quantities.compare(limits[name], most) > 0:
            broken.append(Breach(kind, container, "max", name, most, str(limits.get(name, ""))))
    return broken + _ratios(kind, limit, requests, limits, container)


def _ratios(kind: str, limit: Obj, requests: Obj, limits: Obj, container: str) -> list[Breach]:
    broken: list[Breach] = []
    for name, most in sorted((limit.get("maxLimitRequestRatio") or {}).items()):
        low, high = quantities.nano(requests.get(name, "0")), quantities.nano(limits.get(name, "0"))
        if not low or not high:
            broken.append(Breach(kind, container, "ratio", name, most, ""))
        elif high * quantities.NANO > low * quantities.nano(most):
            broken.append(Breach(kind, container, "ratio", name, most, f"{high / low:.6f}"))
    return broken


def _claim_problems(backend: Backend, attempt: Attempt) -> list[str]:
    requests = (attempt.object["spec"].get("resources") or {}).get("requests") or {}
    problems: list[str] = []
    for limit in _limits(backend, attempt, "PersistentVolumeClaim"):
        lower = {key: value for key, value in limit.items() if key != "max"}
        problems += [each.text for each in _bounds("PersistentVolumeClaim", lower, requests, {})]
        for name, most in (limit.get("max") or {}).items():
            if quantities.compare(requests.get(name, "0"), most) > 0:
                text = f"maximum {name} usage per PersistentVolumeClaim is {most}, but request is {requests[name]}"
                problems.append(text)
    return problems


CHECKED = {"pods": _pod_problems, "persistentvolumeclaims": _claim_problems}
