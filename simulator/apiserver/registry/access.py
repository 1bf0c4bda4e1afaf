"""The rules of roles and their bindings (pkg/apis/rbac/validation)."""

from typing import Any

from simulator.api import field, names
from simulator.api.field import FieldError
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.validation.common import problems

Obj = dict[str, Any]
Errors = list[FieldError]
RBAC = "rbac.authorization.k8s.io"
SUBJECTS = ("ServiceAccount", "User", "Group")


def _role(obj: Obj) -> Errors:
    namespaced = obj["kind"] == "Role"
    return [
        error for at, rule in enumerate(obj.get("rules") or ()) for error in _rule(f"rules[{at}]", rule, namespaced)
    ]


def _rule(path: str, rule: Obj, namespaced: bool) -> Errors:
    errors: Errors = []
    if not rule.get("verbs"):
        errors.append(field.required(f"{path}.verbs", "verbs must contain at least one value"))
    urls = rule.get("nonResourceURLs")
    if urls:
        inner = f"{path}.nonResourceURLs"
        if namespaced:
            errors.append(field.invalid(inner, urls, "namespaced rules cannot apply to non-resource URLs"))
        if any(rule.get(name) for name in ("apiGroups", "resources", "resourceNames")):
            text = "rules cannot apply to both regular resources and non-resource URLs"
            errors.append(field.invalid(inner, urls, text))
        return errors
    if not rule.get("apiGroups"):
        errors.append(field.required(f"{path}.apiGroups", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        errors.append(field.required(f"{path}.resources", "resource rules must supply at least one resource"))
    return errors


def _binding_default(obj: Obj) -> None:
    reference = obj.setdefault("roleRef", {})
    if not reference.get("apiGroup"):
        reference["apiGroup"] = RBAC
    for subject in obj.get("subjects") or ():
        if subject.get("kind") in ("User", "Group") and not subject.get("apiGroup"):
            subject["apiGroup"] = RBAC


def _binding(obj: Obj) -> Errors:
    namespaced, reference = obj["kind"] == "RoleBinding", obj.get("roleRef") or {}
    kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    errors: Errors = []
    if reference.get("apiGroup") != RBAC:
        errors.append(field.not_supported("roleRef.apiGroup", reference.get("apiGroup", ""), (RBAC,)))
    if reference.get("kind") not in kinds:
        errors.append(field.not_supported("roleRef.kind", reference.get("kind", ""), kinds))
    errors += [] if reference.get("name") else [field.required("roleRef.name")]
    for at, subject in enumerate(obj.get("subjects") or ()):
        errors += _subject(f"subjects[{at}]", subject, namespaced)
    return errors


def _subject(path: str, subject: Obj, namespaced: bool) -> Errors:
    name, kind, group = subject.get("name", ""), subject.get("kind", ""), subject.get("apiGroup", "")
    errors = [] if name else [field.required(f"{path}.name")]
    if kind not in SUBJECTS:
        return [*errors, field.not_supported(f"{path}.kind", kind, SUBJECTS)]
    wanted = "" if kind == "ServiceAccount" else RBAC
    if kind == "ServiceAccount" and name:
        errors += problems(f"{path}.name", name, names.subdomain(name))
    errors += [field.not_supported(f"{path}.apiGroup", group, (wanted,))] if group != wanted else []
    if kind == "ServiceAccount" and not namespaced and not subject.get("namespace"):
        errors.append(field.required(f"{path}.namespace"))
    return errors


def _binding_update(new: Obj, old: Obj) -> Errors:
    reference = new["roleRef"]
    if reference == old["roleRef"]:
        return []
    shown = {"APIGroup": reference.get("apiGroup", ""), "Kind": reference.get("kind", "")}
    return [field.invalid("roleRef", shown | {"Name": reference.get("name", "")}, "cannot change roleRef")]


ROLES = Strategy(validate=_role)
BINDINGS = Strategy(_binding_default, validate=_binding, validate_update=_binding_update)
STRATEGIES: dict[str, Strategy] = {
    f"roles.{RBAC}": ROLES,
    f"clusterroles.{RBAC}": ROLES,
    f"rolebindings.{RBAC}": BINDINGS,
    f"clusterrolebindings.{RBAC}": BINDINGS,
}
