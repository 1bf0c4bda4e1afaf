"""Rules for requests and limits (ValidateContainerResourceRequirements in pkg/apis/core/validation)."""

from simulator.api import field, names, quantities
from simulator.apiserver.validation.common import NOT_NEGATIVE, Errors, Obj, problems

STANDARD = ("cpu", "memory", "ephemeral-storage")
# Names that stand for something in quotas and limits, though no container can ask for them.
KNOWN = frozenset(
    (
        *STANDARD,
        *(f"{kind}.{name}" for kind in ("requests", "limits") for name in STANDARD),
        *("pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "storage"),
        *("persistentvolumeclaims", "services.nodeports", "services.loadbalancers", "requests.storage"),
    )
)
HUGE = "hugepages-"


def is_extended(name: str) -> bool:
    """Whether a resource is one that somebody other than Kubernetes defined."""
    return "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.")


def resource_name(path: str, name: str) -> Errors:
    """The name must be a qualified one, or one that is known."""
    errors = problems(path, name, names.qualified_name(name))
    if "/" not in name and name not in KNOWN and not name.startswith(HUGE):
        errors.append(field.invalid(path, name, "must be a standard resource type or fully qualified"))
    return errors


def quantity(path: str, name: str, amount: str) -> Errors:
    """The amount must not be negative, and whole for extended resources."""
    number = quantities.nano(amount)
    if number < 0:
        return [field.invalid(path, amount, NOT_NEGATIVE)]
    if is_extended(name) and number % quantities.NANO:
        return [field.invalid(path, amount, "must be an integer")]
    return []


def _amounts(path: str, amounts: Obj) -> Errors:
    errors: Errors = []
    for name in sorted(amounts):
        inner = f"{path}[{name}]"
        errors += resource_name(inner, name)
        if "/" not in name and name not in STANDARD and not name.startswith(HUGE):
            errors.append(field.invalid(inner, name, "must be a standard resource for containers"))
        errors += quantity(inner, name, amounts[name])
    return errors


def requirements(path: str, resources: Obj | None) -> Errors:
    """What is wrong with a container's requests and limits."""
    if not resources:
        return []
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    errors = _amounts(f"{path}.limits", limits) + _amounts(f"{path}.requests", requests)
    errors += against_limits(f"{path}.requests", requests, limits)
    asked = {*limits, *requests}
    if any(name.startswith(HUGE) for name in asked) and not asked & {"cpu", "memory"}:
        errors.append(field.forbidden(path, "HugePages require cpu or memory"))
    return errors


def against_limits(path: str, requests: Obj, limits: Obj) -> Errors:
    """Nobody may ask for more than the limit, and of what is never shared out twice for neither more nor less."""
    errors: Errors = []
    for name in sorted(requests):
        if name not in limits:
            if is_extended(name) or name.startswith(HUGE):
                errors.append(
                    field.required(
                        path.replace(".requests", ".limits"), "Limit must be set for non overcommitable resources"
                    )
                )
            continue
        more = quantities.compare(requests[name], limits[name])
        if more and (is_extended(name) or name.startswith(HUGE)):
            text = f"must be equal to {name} limit of {limits[name]}"
            errors.append(field.invalid(path, requests[name], text))
        elif more > 0:
            text = f"must be less than or equal to {name} limit of {limits[name]}"
            errors.append(field.invalid(path, requests[name], text))
    return errors
