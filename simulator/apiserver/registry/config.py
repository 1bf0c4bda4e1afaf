"""The rules of ConfigMaps, Secrets, ServiceAccounts and Events (pkg/registry/core)."""

from base64 import b64decode, b64encode
from typing import Any

from simulator.api import field, json_text, names
from simulator.api.field import FieldError
from simulator.apiserver.registry.strategy import Strategy

Obj = dict[str, Any]
Errors = list[FieldError]
MAX_DATA = 1_048_576
IMMUTABLE = "field is immutable when `immutable` is set"
# Which keys a Secret of a type must have.
SECRET_KEYS: dict[str, tuple[str, ...]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
DOCKER = ("kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson")
BASIC_AUTH = ("username", "password")


def _keys(obj: Obj, *fields: str) -> Errors:
    errors: Errors = []
    for name in fields:
        for key in sorted(obj.get(name) or ()):
            errors += [field.invalid(f"{name}[{key}]", key, problem) for problem in names.config_key(key)]
    return errors


def _size(obj: Obj, *fields: str) -> int:
    return sum(len(value.encode()) for name in fields for value in (obj.get(name) or {}).values())


def _config_map(obj: Obj) -> Errors:
    errors = _keys(obj, "data", "binaryData")
    for key in sorted(set(obj.get("data") or ()) & set(obj.get("binaryData") or ())):
        errors.append(field.invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
    if _size(obj, "data", "binaryData") > MAX_DATA:
        errors.append(field.too_long("", MAX_DATA))
    return errors


def _frozen(new: Obj, old: Obj, *fields: str) -> Errors:
    """What is marked as immutable stays."""
    if not old.get("immutable"):
        return []
    errors = [] if new.get("immutable") else [field.forbidden("immutable", IMMUTABLE)]
    return errors + [field.forbidden(name, IMMUTABLE) for name in fields if new.get(name) != old.get(name)]


def _config_map_update(new: Obj, old: Obj) -> Errors:
    return _frozen(new, old, "data", "binaryData")


def _secret_default(obj: Obj) -> None:
    if not obj.get("type"):
        obj["type"] = "Opaque"
    for key, text in (obj.pop("stringData", None) or {}).items():
        obj.setdefault("data", {})[key] = _encoded(text)


def _encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


def _secret(obj: Obj) -> Errors:
    errors = _keys(obj, "data")
    data = obj.get("data") or {}
    if _size(obj, "data") * 3 // 4 > MAX_DATA:
        errors.append(field.too_long("data", MAX_DATA))
    errors += [field.required(f"data[{key}]") for key in SECRET_KEYS.get(obj["type"], ()) if key not in data]
    if obj["type"] == "kubernetes.io/basic-auth" and not any(key in data for key in BASIC_AUTH):
        errors += [field.required(f"data[{key}]") for key in BASIC_AUTH]
    errors += _docker(obj["type"], data)
    if obj["type"] == "kubernetes.io/service-account-token":
        annotations = obj["metadata"].get("annotations") or {}
        if not annotations.get("kubernetes.io/service-account.name"):
            errors.append(field.required("metadata.annotations[kubernetes.io/service-account.name]"))
    return errors


def _docker(kind: str, data: Obj) -> Errors:
    """How to log in to registries is JSON; what it is, messages do not tell."""
    errors: Errors = []
    for key in SECRET_KEYS[kind] if kind in DOCKER else ():
        if key in data and (trouble := _not_an_object(data[key])):
            errors.append(field.invalid(f"data[{key}]", "<secret contents redacted>", trouble))
    return errors


def _not_an_object(encoded: str) -> str:
    try:
        found = json_text.loads(b64decode(encoded).decode(errors="replace"))
    except json_text.BadJson as error:
        return str(error)
    names_of = {list: "array", str: "string", bool: "bool"}
    kind = names_of.get(type(found), "number")
    fits = found is None or isinstance(found, dict)
    return "" if fits else f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"


def _secret_update(new: Obj, old: Obj) -> Errors:
    errors = (
        [] if new.get("type") == old.get("type") else [field.invalid("type", new.get("type"), "field is immutable")]
    )
    return errors + _frozen(new, old, "data")


STRATEGIES: dict[str, Strategy] = {
    "configmaps": Strategy(validate=_config_map, validate_update=_config_map_update),
    "secrets": Strategy(default=_secret_default, validate=_secret, validate_update=_secret_update),
}
