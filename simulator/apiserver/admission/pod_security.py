"""PodSecurity: the levels that a namespace's labels ask for (k8s.io/pod-security-admission)."""

import re
from typing import Any, NamedTuple, NoReturn

from simulator.api import containers, field
from simulator.api.errors import Invalid
from simulator.apiserver.admission import pod_security_checks as checks
from simulator.apiserver.admission.attempt import Attempt, forbid
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]
PREFIX = "pod-security.kubernetes.io/"
TEMPLATES = frozenset(
    (
        "deployments.apps",
        "replicasets.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "jobs.batch",
        "cronjobs.batch",
        "replicationcontrollers",
    )
)
STRICTNESS = {"privileged": 0, "baseline": 1, "restricted": 2}
MAX_PODS = 3000
MODES = ("enforce", "audit", "warn")
LEVEL = re.compile("privileged|baseline|restricted")
VERSION = re.compile(r"latest|v1\.(0|[1-9][0-9]*)")


class Asked(NamedTuple):
    """What the labels of a namespace ask for in a mode: the level, its name in messages, and the minor version of its rules."""

    level: str
    name: str
    minor: int

    def broken(self, spec: Obj) -> list[checks.Violation]:
        """What in a Pod's spec is not allowed."""
        return checks.violations(spec, self.level, self.minor)


def asked(labels: dict[str, str], mode: str) -> Asked:
    """What the labels of a namespace ask for in a mode."""
    level, version = labels.get(f"{PREFIX}{mode}", "privileged"), labels.get(f"{PREFIX}{mode}-version", "latest")
    found = VERSION.fullmatch(version)
    minor = int(found[1][:4]) if found and found[1] else checks.LATEST
    return Asked(level, f"{level}:{version}", min(minor, checks.LATEST))


def _spec(attempt: Attempt) -> Obj | None:
    """The Pod's spec that the object has or will make Pods from."""
    spec: Obj = attempt.object.get("spec") or {}
    if attempt.resource.name == "pods":
        return spec
    if attempt.resource.name == "cronjobs.batch":
        spec = (spec.get("jobTemplate") or {}).get("spec") or {}
    return (spec.get("template") or {}).get("spec") if attempt.resource.name in TEMPLATES else None


def watched(spec: Obj) -> list[list[str]]:
    """What makes a change of a Pod worth a look: its containers and their images (isSignificantPodUpdate in admission.go)."""
    return [[str(each.get("image")) for each in spec.get(kind) or ()] for kind in containers.FIELDS]


def check(backend: Backend, attempt: Attempt) -> None:
    """Refuse Pods that the namespace's level does not allow, and warn where it only wants warnings."""
    if attempt.operation == "DELETE":
        return
    if attempt.resource.name == "namespaces":
        _check_namespace(backend, attempt)
        return
    is_pod = attempt.resource.name == "pods"
    if not is_pod and attempt.resource.name not in TEMPLATES:
        return
    if is_pod and attempt.old is not None and watched(attempt.old["spec"]) == watched(attempt.object["spec"]):
        return
    labels = _labels(backend, attempt.namespace)
    spec = _spec(attempt)
    if not labels or spec is None:
        return
    for mode in ("enforce", "warn"):
        level = asked(labels, mode)
        broken = level.broken(spec)
        if broken and mode == "enforce" and is_pod:
            forbid(attempt, f'violates PodSecurity "{level.name}": {checks.sentence(broken)}')
        if broken and mode == "warn":
            attempt.warn(f'would violate PodSecurity "{level.name}": {checks.sentence(broken)}')


def _labels(backend: Backend, namespace: str) -> dict[str, str]:
    found = backend.store.get("namespaces", f"/{namespace}")
    labels = ((found or {}).get("metadata") or {}).get("labels") or {}
    return {key: value for key, value in labels.items() if key.startswith(PREFIX)}


def _check_namespace(backend: Backend, attempt: Attempt) -> None:
    """Whoever raises the level of a namespace is told which Pods would not be allowed any more."""
    new = attempt.object["metadata"].get("labels") or {}
    old = ((attempt.old or {}).get("metadata") or {}).get("labels") or {}
    errors, before = _wrong_labels(new), _wrong_labels(old)
    if errors and errors != before:
        _refuse(attempt.name, errors)
    level = asked(new, "enforce")
    if attempt.old is None or STRICTNESS.get(level.level, 0) <= STRICTNESS.get(asked(old, "enforce").level, 0):
        return
    groups: dict[str, list[str]] = {}
    for count, pod in enumerate(backend.store.scan("pods", attempt.name)):
        if count >= MAX_PODS:
            break
        broken = level.broken(pod["spec"])
        if broken:
            groups.setdefault(", ".join(each.title for each in broken), []).append(pod["metadata"]["name"])
    if not groups:
        return
    attempt.warn(
        f'existing pods in namespace "{attempt.name}" violate the new PodSecurity enforce level "{level.name}"'
    )
    for reasons, pods in sorted(groups.items(), key=lambda item: min(item[1])):
        attempt.warn(f"{_counted(pods)}: {reasons}")


def _wrong_labels(labels: dict[str, str]) -> list[field.FieldError]:
    """What the labels of a namespace may not say."""
    errors = []
    for mode in MODES:
        for label, good, text in (
            (f"{PREFIX}{mode}", LEVEL, "must be one of privileged, baseline, restricted"),
            (f"{PREFIX}{mode}-version", VERSION, 'must be "latest" or "v1.x"'),
        ):
            if label in labels and not good.fullmatch(labels[label]):
                errors.append(field.invalid(f"metadata.labels[{label}]", labels[label], text))
    return errors


def _refuse(name: str, errors: list[field.FieldError]) -> NoReturn:
    details = {"name": name, "kind": "Namespace", "causes": field.causes(errors)}
    raise Invalid(f"Namespace {field.quoted(name)} is invalid: {field.message(errors)}", details=details)


def _counted(pods: list[str]) -> str:
    others = len(pods) - 1
    return pods[0] + (f" (and {others} other pod{'s' if others > 1 else ''})" if others else "")
