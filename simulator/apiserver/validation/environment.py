"""Rules for environment variables and references to fields (ValidateEnv in pkg/apis/core/validation)."""

import re2

from simulator.api import field, names, quantities
from simulator.apiserver.validation.common import Errors, Obj, label_key, local_path, problems

ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
VOLUME_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
# Fields of a Pod that have a label at all.
LABELLED = frozenset(
    (
        *ENV_FIELDS,
        *VOLUME_FIELDS,
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.hostNetwork",
        "status.phase",
        "status.nominatedNodeName",
    )
)
SUBSCRIPT = re2.compile(r"(metadata\.(?:labels|annotations))\['([^']*)'\]")
RESOURCES = tuple(
    f"{kind}.{name}" for kind in ("limits", "requests") for name in ("cpu", "ephemeral-storage", "memory")
)
BYTES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
DIVISORS = {"cpu": ("1m", "1"), "memory": BYTES, "ephemeral-storage": BYTES}
SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
ONE_OF = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"


def env(path: str, variables: list[Obj] | None) -> Errors:
    """What is wrong with a container's environment."""
    errors: Errors = []
    for at, each in enumerate(variables or ()):
        inner, name = f"{path}[{at}]", each.get("name", "")
        errors += problems(f"{inner}.name", name, names.env_var(name)) if name else [field.required(f"{inner}.name")]
        if each.get("valueFrom") is not None:
            errors += _value_from(f"{inner}.valueFrom", each["valueFrom"], each.get("value", ""))
    return errors


def _value_from(path: str, source: Obj, value: str) -> Errors:
    errors: Errors = []
    given = [name for name in SOURCES if source.get(name) is not None]
    for name in given:
        inner = f"{path}.{name}"
        if name == "fieldRef":
            errors += field_ref(inner, source[name], ENV_FIELDS)
        elif name == "resourceFieldRef":
            errors += resource_ref(inner, source[name], volume=False)
        elif name == "fileKeyRef":
            errors += _file_ref(inner, source[name])
        else:
            errors += _key_ref(inner, source[name])
    if not given:
        errors.append(field.invalid(path, "", ONE_OF))
    elif value:
        errors.append(field.invalid(path, "", "may not be specified when `value` is not empty"))
    elif len(given) > 1:
        errors.append(field.invalid(path, "", "may not have more than one field specified at a time"))
    return errors


def _key_ref(path: str, reference: Obj) -> Errors:
    name, key = reference.get("name", ""), reference.get("key", "")
    errors = problems(f"{path}.name", name, names.subdomain(name))
    return errors + (problems(f"{path}.key", key, names.config_key(key)) if key else [field.required(f"{path}.key")])


def _file_ref(path: str, reference: Obj) -> Errors:
    missing = [name for name in ("key", "path", "volumeName") if not reference.get(name)]
    return [field.required(f"{path}.{name}") for name in missing] + local_path(
        f"{path}.path", reference.get("path", "")
    )


def field_ref(path: str, reference: Obj, allowed: tuple[str, ...]) -> Errors:
    """What is wrong with a reference to a field of the Pod."""
    inner, label = f"{path}.fieldPath", reference.get("fieldPath", "")
    if not label:
        return [field.required(inner)]
    if (version := reference.get("apiVersion", "v1")) != "v1":
        return [field.invalid(inner, label, f"error converting fieldPath: unsupported pod version: {version}")]
    if match := SUBSCRIPT.fullmatch(label):
        return label_key(path, match.group(2).lower() if "annotations" in match.group(1) else match.group(2))
    if label not in LABELLED:
        return [field.invalid(inner, label, f"error converting fieldPath: field label not supported: {label}")]
    return [] if label in allowed else [field.not_supported(inner, label, allowed)]


def resource_ref(path: str, reference: Obj, *, volume: bool) -> Errors:
    """What is wrong with a reference to a container's resources."""
    name = reference.get("resource", "")
    if volume and not reference.get("containerName"):
        return [field.required(f"{path}.containerName")]
    if not name:
        return [field.required(f"{path}.resource")]
    kind = name.partition(".")[2]
    if name not in RESOURCES and not kind.startswith("hugepages-"):
        return [field.not_supported(f"{path}.resource", name, RESOURCES)]
    divisor = reference.get("divisor", "0")
    allowed = DIVISORS.get(kind, BYTES)
    if not quantities.nano(divisor) or quantities.canonical(divisor) in allowed:
        return []
    listed = "1m and 1" if kind == "cpu" else ", ".join(allowed)
    text = f"only divisor's values {listed} are supported with the {kind} resource"
    return [field.invalid(f"{path}.divisor", name, text)]


def env_from(path: str, sources: list[Obj] | None) -> Errors:
    """What is wrong with the sources of a whole environment."""
    errors: Errors = []
    for at, each in enumerate(sources or ()):
        inner = f"{path}[{at}]"
        prefix = each.get("prefix", "")
        errors += problems(f"{inner}.prefix", prefix, names.env_var(prefix)) if prefix else []
        given = [name for name in ("configMapRef", "secretRef") if each.get(name) is not None]
        for name in given:
            wanted = each[name].get("name", "")
            found = names.subdomain(wanted.removesuffix("-"))
            errors += (
                problems(f"{inner}.{name}.name", wanted, found) if wanted else [field.required(f"{inner}.{name}.name")]
            )
        # The real messages leave the index out here.
        if len(given) > 1:
            errors.append(field.invalid(path, "", "may not have more than one field specified at a time"))
        elif not given:
            errors.append(field.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
    return errors
