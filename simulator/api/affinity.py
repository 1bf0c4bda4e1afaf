"""Where a Pod's spec says near which other Pods it shall run, and far from which."""

from typing import Any

Obj = dict[str, Any]
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
KINDS = ("podAffinity", "podAntiAffinity")


def terms(spec: Obj, kind: str, when: str = REQUIRED) -> list[Obj]:
    """The terms of one of KINDS: those that are REQUIRED, or those that are PREFERRED, each as `podAffinityTerm` beside its `weight`."""
    return ((spec.get("affinity") or {}).get(kind) or {}).get(when) or []
