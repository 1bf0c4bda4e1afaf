"""What of a Pod may change after it was created (ValidatePodUpdate in pkg/apis/core/validation)."""

from typing import Any

from simulator.api import field
from simulator.api.affinity import REQUIRED
from simulator.api.field import FieldError
from simulator.apiserver.validation import internal

Obj = dict[str, Any]
KINDS = ("matchExpressions", "matchFields")
MUTABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
)


def validate(new: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with a change of a Pod."""
    ours, before = new["spec"], old["spec"]
    if ours == before:
        return []
    errors: list[FieldError] = []
    for kind in ("containers", "initContainers"):
        if [c.get("name") for c in ours.get(kind) or ()] != [c.get("name") for c in before.get(kind) or ()]:
            errors.append(field.forbidden(f"spec.{kind}", "pod updates may not add or remove containers"))
    if errors:
        return errors
    errors += _deadline(ours, before) + _tolerations(ours, before) + _gates(ours, before) + _gated(ours, before)
    if errors:
        return errors
    munged = _munged(ours, before)
    if munged == before:
        return []
    return [field.forbidden("spec", MUTABLE + internal.spec_diff(munged, before))]


def _deadline(ours: Obj, before: Obj) -> list[FieldError]:
    path, had, has = (
        "spec.activeDeadlineSeconds",
        before.get("activeDeadlineSeconds"),
        ours.get("activeDeadlineSeconds"),
    )
    if had is None or has == had:
        return []
    if has is None:
        return [field.invalid(path, None, "must not update from a positive integer to nil value")]
    if has > had:
        return [field.invalid(path, has, "must be less than or equal to previous value")]
    return []


def _tolerations(ours: Obj, before: Obj) -> list[FieldError]:
    kept = [_identity(each) for each in ours.get("tolerations") or ()]
    lost = [each for each in before.get("tolerations") or () if _identity(each) not in kept]
    if not lost:
        return []
    return [field.forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]


def _identity(toleration: Obj) -> Obj:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds"}


def _gates(ours: Obj, before: Obj) -> list[FieldError]:
    had = [each.get("name") for each in before.get("schedulingGates") or ()]
    text = "only deletion is allowed, but found new scheduling gate"
    return [
        field.forbidden(f"spec.schedulingGates[{at}].name", f"{text} '{each.get('name')}'")
        for at, each in enumerate(ours.get("schedulingGates") or ())
        if each.get("name") not in had
    ]


def _gated(ours: Obj, before: Obj) -> list[FieldError]:
    """While gates hold a Pod back, the choice of its node may be narrowed, but not widened."""
    if not before.get("schedulingGates"):
        return []
    wanted, had = ours.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    errors: list[FieldError] = []
    if any(wanted.get(key) != value for key, value in had.items()):
        text = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        errors.append(field.invalid("spec.nodeSelector", wanted or None, text))
    return errors + _narrowed(_terms(ours), _terms(before))


def _terms(spec: Obj) -> list[Obj]:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return (affinity.get(REQUIRED) or {}).get("nodeSelectorTerms") or []


def _narrowed(terms: list[Obj], had: list[Obj]) -> list[FieldError]:
    path = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"
    if not had:
        return []
    if len(terms) != len(had):
        text = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [field.invalid(path, [internal.node_term(term) for term in terms] or None, text)]
    text = "only additions are allowed (no mutations or deletions)"
    return [
        field.invalid(f"{path}[{at}]", internal.node_term(term), text)
        for at, (term, old) in enumerate(zip(terms, had, strict=True))
        if any((term.get(kind) or [])[: len(old.get(kind) or [])] != (old.get(kind) or []) for kind in KINDS)
    ]


def _munged(ours: Obj, before: Obj) -> Obj:
    """The new spec with what may change put back to what it was."""
    munged = dict(ours)
    for kind in ("containers", "initContainers"):
        if ours.get(kind):
            pairs = zip(ours[kind], before[kind], strict=True)
            munged[kind] = [{**new, "image": old.get("image", "")} for new, old in pairs]
    for name in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        munged.pop(name, None)
        if name in before:
            munged[name] = before[name]
    if ours.get("terminationGracePeriodSeconds") == 1 and before.get("terminationGracePeriodSeconds", 0) < 0:
        munged["terminationGracePeriodSeconds"] = before["terminationGracePeriodSeconds"]
    if before.get("schedulingGates"):
        munged |= {"nodeSelector": before.get("nodeSelector"), "affinity": _affinity(ours, before)}
        munged = {key: value for key, value in munged.items() if value is not None}
    return munged


def _affinity(ours: Obj, before: Obj) -> Obj | None:
    """Which nodes a gated Pod may go to can change, but not which other Pods it looks at."""
    kept = {**(ours.get("affinity") or {}), "nodeAffinity": (before.get("affinity") or {}).get("nodeAffinity")}
    kept = {key: value for key, value in kept.items() if value is not None}
    return kept or before.get("affinity")
