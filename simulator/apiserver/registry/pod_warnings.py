"""What a Pod, or a template of Pods, may say though it does not do what it seems to (pkg/api/pod/warnings.go)."""

from collections.abc import Iterator
from typing import Any

from simulator.api import quantities
from simulator.apiserver.warning import Warn

Obj = dict[str, Any]
ANNOTATIONS = {
    "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
    "seccomp.security.alpha.kubernetes.io/pod": 'non-functional in v1.27+; use the "seccompProfile" field instead',
    "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
    "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
}
SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
NODE_LABELS = {
    "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"),
    "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
    "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
    "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
}
BYTES = ("memory", "ephemeral-storage")


def of_pod(new: Obj, old: Obj | None, warn: Warn) -> None:
    """Warn of a new Pod; those that are there already have been warned of."""
    if old is None:
        for text in warnings(new, ""):
            warn(text)


def of_template(new: Obj, old: Obj | None, warn: Warn) -> None:
    """Warn of the Pods that a workload will make."""
    if old is not None and old.get("spec") == new.get("spec"):
        return
    spec, path = new.get("spec") or {}, "spec.template."
    if "jobTemplate" in spec:
        spec, path = (spec["jobTemplate"] or {}).get("spec") or {}, "spec.jobTemplate.spec.template."
    for text in warnings(spec.get("template") or {}, path):
        warn(text)


def warnings(template: Obj, path: str) -> Iterator[str]:
    """Everything about one Pod; *path* is where it stands in the object."""
    spec = template.get("spec") or {}
    yield from _annotations((template.get("metadata") or {}).get("annotations") or {}, f"{path}metadata.annotations")
    for key in spec.get("nodeSelector") or ():
        if key in NODE_LABELS:
            since, instead = NODE_LABELS[key]
            yield f'{path}spec.nodeSelector[{key}]: deprecated since {since}; use "{instead}" instead'
    for index, reference in enumerate(spec.get("imagePullSecrets") or ()):
        if not reference.get("name"):
            yield f'{path}spec.imagePullSecrets[{index}].name: invalid empty name ""'
    yield from _host_aliases(spec.get("hostAliases") or (), f"{path}spec.hostAliases")
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        yield f"{path}spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
    for field in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(field) or ()):
            yield from _container(container, f"{path}spec.{field}[{index}]")


def _annotations(annotations: Obj, path: str) -> Iterator[str]:
    for key in sorted(annotations):
        if key in ANNOTATIONS:
            yield f"{path}[{key}]: {ANNOTATIONS[key]}"
        elif key.startswith(SECCOMP):
            yield f'{path}[{key}]: non-functional in v1.27+; use the "seccompProfile" field instead'


def _host_aliases(aliases: Any, path: str) -> Iterator[str]:
    seen: set[str] = set()
    for index, alias in enumerate(aliases):
        if alias.get("ip", "") in seen:
            yield f'{path}[{index}].ip: duplicate ip "{alias["ip"]}"'
        seen.add(alias.get("ip", ""))


def _container(container: Obj, path: str) -> Iterator[str]:
    resources = container.get("resources") or {}
    for kind in ("limits", "requests"):
        for name in BYTES:
            amount = (resources.get(kind) or {}).get(name)
            if amount is not None and quantities.nano(amount) % quantities.NANO:
                text = quantities.canonical(amount)
                yield f'{path}.resources.{kind}[{name}]: fractional byte value "{text}" is invalid, must be an integer'
    yield from _environment(container.get("env") or (), f"{path}.env")


def _environment(entries: Any, path: str) -> Iterator[str]:
    """A variable that is set again and does not build on what it was."""
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        name, value = entry.get("name", ""), entry.get("value") or ""
        itself = f"$({name})"
        if name in seen and (entry.get("valueFrom") is not None or value == itself or itself not in value):
            yield f'{path}[{index}]: hides previous definition of "{name}", which may be dropped when using apply'
        seen.add(name)
