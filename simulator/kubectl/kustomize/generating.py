"""ConfigMaps and Secrets that a kustomization makes out of files, literals and env files (models kustomize's generators)."""

import base64
from posixpath import basename, join

from simulator.kubectl.failures import Failure
from simulator.kubectl.kustomize.naming import ORIGIN, Obj, begun
from simulator.kubectl.kustomize.reading import text
from simulator.runtime.syscalls import Sys, UnixError

KINDS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
MOST_BYTES = 1 << 20


def generated(sys: Sys, folder: str, wanted: Obj, objects: list[Obj]) -> list[Obj]:
    """The objects, and those that are generated; `behavior: merge` and `replace` change one that is there already."""
    for field, kind in KINDS.items():
        for entry in wanted.get(field) or []:
            objects = _joined(objects, entry, _made(sys, folder, kind, entry, wanted.get("generatorOptions") or {}))
    return objects


def _joined(objects: list[Obj], entry: Obj, made: Obj) -> list[Obj]:
    behavior = entry.get("behavior", "create")
    at = next((number for number, each in enumerate(objects) if _same(each, made)), None)
    if behavior == "create":
        if at is not None:
            raise Failure(
                f"may not add resource with an already registered id: {made['kind']}.v1.[noGrp]/{made['metadata']['name']}.[noNs]"
            )
        return [*objects, made]
    if at is None:
        raise Failure(f"id resid.ResId{{...{made['metadata']['name']}}} does not exist; cannot {behavior}")
    old = objects[at]
    new = {
        **old,
        **{
            field: {**(old.get(field) or {} if behavior == "merge" else {}), **made[field]}
            for field in ("data", "binaryData")
            if made.get(field)
        },
    }
    new[ORIGIN] = {**old[ORIGIN], "hash": made[ORIGIN]["hash"]}
    return [*objects[:at], new, *objects[at + 1 :]]


def _same(obj: Obj, made: Obj) -> bool:
    return bool(
        obj["kind"] == made["kind"] and made["metadata"]["name"] in (obj["metadata"]["name"], *obj[ORIGIN]["names"])
    )


def _made(sys: Sys, folder: str, kind: str, entry: Obj, common: Obj) -> Obj:
    options = {**common, **(entry.get("options") or {})}
    metadata: Obj = {"name": entry.get("name", "")}
    for field in ("labels", "annotations"):
        pairs = {**(common.get(field) or {}), **((entry.get("options") or {}).get(field) or {})}
        metadata |= {field: pairs} if pairs else {}
    if entry.get("namespace"):
        metadata["namespace"] = entry["namespace"]
    obj: Obj = {"apiVersion": "v1", "kind": kind, "metadata": metadata, **_content(kind, _data(sys, folder, entry))}
    if kind == "Secret":
        obj["type"] = entry.get("type") or "Opaque"
    if options.get("immutable"):
        obj["immutable"] = True
    return begun(obj, hashed=not options.get("disableNameSuffixHash"))


def _content(kind: str, data: dict[str, bytes]) -> Obj:
    if kind == "Secret":
        return {"data": {key: base64.b64encode(value).decode() for key, value in data.items()}}
    plain: Obj = {}
    binary: Obj = {}
    for key, value in data.items():
        try:
            plain[key] = value.decode()
        except UnicodeDecodeError:
            binary[key] = base64.b64encode(value).decode()
    return ({"data": plain} if plain or not binary else {}) | ({"binaryData": binary} if binary else {})


def _data(sys: Sys, folder: str, entry: Obj) -> dict[str, bytes]:
    data: dict[str, bytes] = {}
    for path in [*(entry.get("envs") or []), *([entry["env"]] if entry.get("env") else [])]:
        for line in text(sys, join(folder, path)).splitlines():
            key, _, value = line.lstrip().partition("=")
            if key and not key.startswith("#"):
                data[key] = value.encode()
    for source in entry.get("files") or []:
        key, equals, path = str(source).rpartition("=")
        data[key if equals else basename(path)] = _bytes(sys, join(folder, path))
    for literal in entry.get("literals") or []:
        key, equals, value = str(literal).partition("=")
        if not equals:
            raise Failure(f"invalid literal source {literal}, expected key=value")
        data[key] = _unquoted(value).encode()
    return data


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _bytes(sys: Sys, path: str) -> bytes:
    try:
        return sys.read_file(path)[:MOST_BYTES]
    except UnixError as error:
        raise Failure(f"open {path}: {error.message.lower()}") from None
