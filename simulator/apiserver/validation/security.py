"""Rules for security contexts (ValidateSecurityContext, ValidatePodSecurityContext in pkg/apis/core/validation)."""

from simulator.api import field, names
from simulator.apiserver.validation import internal
from simulator.apiserver.validation.common import MAX_INT32, Errors, Obj, between, local_path, one_of

PROFILE_TYPES = ("Localhost", "RuntimeDefault", "Unconfined")
ESCALATION = "cannot set `allowPrivilegeEscalation` to false and "


def _ids(path: str, context: Obj, *keys: str) -> Errors:
    return [
        error
        for key in keys
        if context.get(key) is not None
        for error in between(f"{path}.{key}", context[key], 0, MAX_INT32)
    ]


def _seccomp(path: str, profile: Obj | None) -> Errors:
    if profile is None:
        return []
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    errors = _profile_type(f"{path}.type", kind, "seccompProfile")
    if kind == "Localhost" and local is None:
        errors.append(field.required(f"{path}.localhostProfile", "must be set when seccomp type is Localhost"))
    elif kind == "Localhost" and local is not None:
        errors += local_path(f"{path}.localhostProfile", local)
    elif local is not None:
        text = "can only be set when seccomp type is Localhost"
        errors.append(field.invalid(f"{path}.localhostProfile", internal.convert("SeccompProfile", profile), text))
    return errors


def _profile_type(path: str, kind: str, name: str) -> Errors:
    if not kind:
        return [field.required(path, f"type is required when {name} is set")]
    return [] if kind in PROFILE_TYPES else [field.not_supported(path, kind, PROFILE_TYPES)]


def _app_armor(path: str, profile: Obj | None) -> Errors:
    if profile is None:
        return []
    kind, local, inner = profile.get("type", ""), profile.get("localhostProfile"), f"{path}.localhostProfile"
    errors = _profile_type(f"{path}.type", kind, "appArmorProfile")
    if kind == "Localhost":
        if local is None or not local.strip():
            errors.append(field.required(inner, "must be set when AppArmor type is Localhost"))
        elif local != local.strip():
            errors.append(field.invalid(inner, local, "must not be padded with whitespace"))
    elif local is not None and not errors:
        errors.append(field.invalid(inner, local, "can only be set when AppArmor type is Localhost"))
    return errors


def of_container(path: str, context: Obj | None, pod: Obj) -> Errors:
    """What is wrong with a container's security context."""
    if not context:
        return []
    errors = _ids(path, context, "runAsUser", "runAsGroup")
    if context.get("procMount") is not None:
        errors += one_of(f"{path}.procMount", context["procMount"], ("Default", "Unmasked"))
        if context["procMount"] == "Unmasked" and pod.get("hostUsers") is not False:
            errors.append(field.invalid(f"{path}.procMount", "Unmasked", "`hostUsers` must be false to use `Unmasked`"))
    errors += _seccomp(f"{path}.seccompProfile", context.get("seccompProfile"))
    if context.get("allowPrivilegeEscalation") is False:
        shown = internal.convert("SecurityContext", context)
        if context.get("privileged"):
            errors.append(field.invalid(path, shown, f"{ESCALATION}`privileged` to true"))
        if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
            errors.append(field.invalid(path, shown, f"{ESCALATION}`capabilities.Add` CAP_SYS_ADMIN"))
    return errors + _app_armor(f"{path}.appArmorProfile", context.get("appArmorProfile"))


def of_pod(path: str, spec: Obj) -> Errors:
    """What is wrong with the security context of a Pod's spec."""
    context = spec.get("securityContext") or {}
    errors = _ids(path, context, "fsGroup", "runAsUser", "runAsGroup")
    for at, group in enumerate(context.get("supplementalGroups") or ()):
        errors += between(f"{path}.supplementalGroups[{at}]", group, 0, MAX_INT32)
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        text = "ShareProcessNamespace and HostPID cannot both be enabled"
        errors.append(field.invalid(f"{path}.shareProcessNamespace", True, text))
    errors += _sysctls(f"{path}.sysctls", context.get("sysctls") or (), spec)
    if context.get("fsGroupChangePolicy") is not None:
        errors += one_of(f"{path}.fsGroupChangePolicy", context["fsGroupChangePolicy"], ("Always", "OnRootMismatch"))
    errors += _seccomp(f"{path}.seccompProfile", context.get("seccompProfile"))
    errors += _app_armor(f"{path}.appArmorProfile", context.get("appArmorProfile"))
    for name, allowed in (
        ("supplementalGroupsPolicy", ("Merge", "Strict")),
        ("seLinuxChangePolicy", ("MountOption", "Recursive")),
    ):
        if context.get(name) is not None:
            errors += one_of(f"{path}.{name}", context[name], allowed)
    return errors


def _sysctls(path: str, sysctls: list[Obj] | tuple[()], spec: Obj) -> Errors:
    errors: Errors = []
    seen: set[str] = set()
    for at, each in enumerate(sysctls):
        inner, name = f"{path}[{at}].name", each.get("name", "")
        dotted = name.replace("/", ".")
        if not name:
            errors.append(field.required(inner))
        elif not names.sysctl(name):
            text = f"must have at most 253 characters and match regex {names.SYSCTL_PATTERN}"
            errors.append(field.invalid(inner, name, text))
        elif dotted in seen:
            errors.append(field.duplicate(inner, dotted))
        elif spec.get("hostNetwork") and dotted.startswith("net."):
            errors.append(field.invalid(inner, name, "may not be specified when 'hostNetwork' is true"))
        elif spec.get("hostIPC") and dotted.startswith(("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")):
            errors.append(field.invalid(inner, name, "may not be specified when 'hostIPC' is true"))
        seen.add(dotted)
    return errors
