"""The rules of CustomResourceDefinitions (apiextensions-apiserver/pkg/registry/customresourcedefinition, apis/apiextensions)."""

from collections.abc import Callable
from typing import Any

from simulator.api import field, jsonpath, names
from simulator.api.custom import DEFINITIONS
from simulator.api.field import FieldError
from simulator.api.jsonpath_parser import BadPath
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry.strategy import Strategy
from simulator.apiserver.validation.common import one_of, problems
from simulator.apiserver.validation.structural import schema_errors, uses_rules
from simulator.apiserver.warning import Warn

Obj = dict[str, Any]
Errors = list[FieldError]
SCOPES = ("Cluster", "Namespaced")
COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
APPROVED = "api-approved.kubernetes.io"
PROTECTED = ("k8s.io", "kubernetes.io")
APPROVAL = f'protected groups must have approval annotation "{APPROVED}", see https://github.com/kubernetes/enhancements/pull/1111'
NOT_EVALUATED = (
    "not simulated here: x-kubernetes-validations are stored with the CustomResourceDefinition, but not evaluated"
)
NOT_ASKED = "not simulated here: webhooks that convert custom objects"


def _default(obj: Obj) -> None:
    spec = obj.setdefault("spec", {})
    said = spec.setdefault("names", {})
    if said.get("kind"):
        said.setdefault("singular", said["kind"].lower())
        said.setdefault("listKind", f"{said['kind']}List")
    spec.setdefault("conversion", {"strategy": "None"})


def _create(backend: Backend, obj: Obj) -> None:
    stored = [each["name"] for each in obj["spec"].get("versions") or () if each.get("storage") and each.get("name")]
    obj["status"] = {"storedVersions": stored[:1], "acceptedNames": {"plural": "", "kind": ""}, "conditions": []}


def _update(backend: Backend, new: Obj, old: Obj) -> None:
    """A version in which objects were stored is remembered."""
    status = new.get("status") or {}
    storage = [each["name"] for each in new["spec"].get("versions") or () if each.get("storage") and each.get("name")]
    had = status.get("storedVersions") or []
    new["status"] = {**status, "storedVersions": list(dict.fromkeys([*had, *storage]))}


def _validate(obj: Obj) -> Errors:
    spec = obj["spec"]
    said = spec["names"]
    errors = _name(obj, f"{said.get('plural', '')}.{spec.get('group', '')}")
    errors += _group(spec.get("group", ""), (obj["metadata"].get("annotations") or {}).get(APPROVED, ""))
    errors += one_of("spec.scope", spec.get("scope"), SCOPES)
    errors += _versions(spec.get("versions") or [])
    errors += _names("spec.names", said)
    if (spec["conversion"].get("strategy")) != "None":
        errors.append(field.invalid("spec.conversion.strategy", spec["conversion"].get("strategy"), NOT_ASKED))
    if spec.get("preserveUnknownFields"):
        text = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        errors.append(field.invalid("spec.preserveUnknownFields", True, text))
    return errors


def _name(obj: Obj, wanted: str) -> Errors:
    name = obj["metadata"].get("name", "")
    return [] if name == wanted else [field.invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')]


def _group(group: str, approval: str) -> Errors:
    if not group:
        return [field.required("spec.group")]
    errors = problems("spec.group", group, names.subdomain(group))
    if "." not in group:
        errors.append(field.invalid("spec.group", group, "should be a domain with at least one dot"))
    guarded = any(group == each or group.endswith(f".{each}") for each in PROTECTED)
    if guarded and not approval:
        errors.append(field.required(f"metadata.annotations[{APPROVED}]", APPROVAL))
    return errors


def _names(path: str, said: Obj) -> Errors:
    errors = [
        field.required(f"{path}.{key}") for key in ("plural", "singular", "kind", "listKind") if not said.get(key)
    ]
    for key in ("plural", "singular"):
        if said.get(key):
            errors += problems(f"{path}.{key}", said[key], names.label(said[key]))
    for key in ("kind", "listKind"):
        for problem in names.label(said[key].lower()) if said.get(key) else ():
            text = f"may have mixed case, but should otherwise match: {problem}"
            errors.append(field.invalid(f"{path}.{key}", said[key], text))
    for key in ("shortNames", "categories"):
        for at, each in enumerate(said.get(key) or ()):
            errors += problems(f"{path}.{key}[{at}]", each, names.label(each))
    if said.get("kind") and said.get("kind") == said.get("listKind"):
        errors.append(field.invalid(f"{path}.listKind", said["listKind"], "kind and listKind may not be the same"))
    return errors


def _versions(versions: list[Obj]) -> Errors:
    said = [each.get("name", "") for each in versions]
    errors: Errors = []
    if len(set(said)) < len(said):
        errors.append(field.invalid("spec.versions", versions, "must contain unique version names"))
    if sum(bool(each.get("storage")) for each in versions) != 1:
        text = "must have exactly one version marked as storage version"
        errors.append(field.invalid("spec.versions", versions, text))
    for key, together in SHARED:
        alike = bool(versions) and all(each.get(key) == versions[0].get(key) for each in versions)
        for at, each in enumerate(versions[:1] if alike else versions):
            place = together if alike else f"spec.versions[{at}].{key}"
            errors += PARTS[key](place, each.get(key), each)
    for at, each in enumerate(versions):
        errors += problems(f"spec.versions[{at}].name", each.get("name", ""), names.label(each.get("name", "")))
    return errors


# What is the same in all versions is told of as if it stood there once (the internal form of a definition).
SHARED = (
    ("schema", "spec.validation"),
    ("subresources", "spec.subresources"),
    ("additionalPrinterColumns", "spec.additionalPrinterColumns"),
)


def _schema(path: str, schema: Obj | None, version: Obj) -> Errors:
    root = (schema or {}).get("openAPIV3Schema")
    if not root:
        path = path.replace("spec.validation", "spec.versions[0].schema")
        return [field.required(f"{path}.openAPIV3Schema", "schemas are required")]
    return schema_errors(f"{path}.openAPIV3Schema", root)


def _subresources(path: str, parts: Obj | None, version: Obj) -> Errors:
    scale = (parts or {}).get("scale")
    if scale is None:
        return []
    errors: Errors = []
    for key, roots in SCALE_PATHS:
        value, place = scale.get(key, ""), f"{path}.scale.{key}"
        if not value and key != "labelSelectorPath":
            errors.append(field.required(place))
        elif value and not value.startswith(tuple(f"{root}." for root in roots)):
            errors.append(field.invalid(place, value, f"should be a json path under {' or '.join(roots)}"))
    return errors


SCALE_PATHS = (
    ("specReplicasPath", (".spec",)),
    ("statusReplicasPath", (".status",)),
    ("labelSelectorPath", ("either .spec", ".status")),
)


def _columns(path: str, columns: list[Obj] | None, version: Obj) -> Errors:
    errors: Errors = []
    for at, each in enumerate(columns or ()):
        place = f"{path}[{at}]"
        errors += [] if each.get("name") else [field.required(f"{place}.name")]
        kind, choice = each.get("type", ""), f"must be one of {','.join(COLUMN_TYPES)}"
        if not kind:
            errors.append(field.required(f"{place}.type", choice))
        elif kind not in COLUMN_TYPES:
            errors.append(field.invalid(f"{place}.type", kind, choice))
        errors += _path(f"{place}.JSONPath", each.get("jsonPath", ""))
    return errors


def _path(place: str, text: str) -> Errors:
    if not text:
        return [field.required(place)]
    if not text.startswith("."):
        return [field.invalid(place, text, "must be a simple json path starting with .")]
    try:
        jsonpath.parse(f"{{{text}}}")
    except BadPath as error:
        return [field.invalid(place, text, f"is an invalid path: {error}")]
    return []


PARTS: dict[str, Callable[[str, Any, Obj], Errors]] = {
    "schema": _schema,
    "subresources": _subresources,
    "additionalPrinterColumns": _columns,
}


def _validate_update(new: Obj, old: Obj) -> Errors:
    errors: Errors = []
    for key in ("group", "scope"):
        if new["spec"].get(key) != old["spec"].get(key):
            errors.append(field.invalid(f"spec.{key}", new["spec"].get(key), "field is immutable"))
    for key in ("plural", "kind"):
        value = new["spec"]["names"].get(key)
        if value != old["spec"]["names"].get(key):
            errors.append(field.invalid(f"spec.names.{key}", value, "field is immutable"))
    said = [each.get("name") for each in new["spec"].get("versions") or ()]
    for at, each in enumerate((old.get("status") or {}).get("storedVersions") or ()):
        if each not in said:
            errors.append(field.invalid(f"status.storedVersions[{at}]", each, STILL_STORED.format(each)))
    return errors


STILL_STORED = (
    "missing from spec.versions; {0} was previously a storage version, and must remain in spec.versions until a storage "
    "migration ensures no data remains persisted in {0} and removes {0} from status.storedVersions"
)


def _warn(new: Obj, old: Obj | None, warn: Warn) -> None:
    if any(uses_rules((each.get("schema") or {}).get("openAPIV3Schema") or {}) for each in new["spec"]["versions"]):
        warn(NOT_EVALUATED)


STRATEGIES = {DEFINITIONS: Strategy(_default, _create, _update, _validate, _validate_update, warn=_warn)}
