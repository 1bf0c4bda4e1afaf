"""Names that a kustomization changes, and the references to them that follow (models kustomize's namereference transformer).

While objects are built, each carries under ORIGIN the names it has had, and whether a hash comes at the end of its name.
"""

from collections.abc import Iterator
from typing import Any

from simulator.kubectl.content_hash import content_hash

Obj = dict[str, Any]
Table = dict[tuple[str, str], Obj]  # the metadata that an object of this kind and old name has now
ORIGIN = "\0origin"
# Which fields name objects of a kind: the last part of the path, what must stand above it.
POD_SPEC = {
    "ConfigMap": (("configMap", "name"), ("configMapRef", "name"), ("configMapKeyRef", "name")),
    "Secret": (
        ("secret", "secretName"),
        ("secret", "name"),
        ("secretRef", "name"),
        ("secretKeyRef", "name"),
        ("imagePullSecrets", "name"),
        ("tls", "secretName"),
        ("secrets", "name"),
    ),
    "PersistentVolumeClaim": (("persistentVolumeClaim", "claimName"),),
    "ServiceAccount": (("spec", "serviceAccountName"), ("spec", "serviceAccount")),
    "Service": (("service", "name"), ("spec", "serviceName")),
    "PriorityClass": (("spec", "priorityClassName"),),
}
FIELDS = {place: kind for kind, places in POD_SPEC.items() for place in places}
UNCHANGED = frozenset(("CustomResourceDefinition", "APIService", "Namespace"))


def begun(obj: Obj, *, hashed: bool = False) -> Obj:
    """An object as it is read: it has had one name so far."""
    return {**obj, ORIGIN: {"names": [obj["metadata"]["name"]], "hash": hashed}}


def bare(obj: Obj) -> Obj:
    """An object as it is printed."""
    return {key: value for key, value in obj.items() if key != ORIGIN}


def renamed(obj: Obj, name: str) -> Obj:
    """The object with another name; what it was called is kept."""
    origin = obj[ORIGIN]
    names = [*origin["names"], obj["metadata"]["name"]]
    return {**obj, "metadata": {**obj["metadata"], "name": name}, ORIGIN: {**origin, "names": names}}


def with_references(objects: list[Obj]) -> list[Obj]:
    """All objects, with hashes in the names of those that shall have them, and with references to the names they have now."""
    hashed = [_hashed(obj) for obj in objects]
    table: Table = {}
    for obj in hashed:
        for old in obj[ORIGIN]["names"]:
            table[obj["kind"], old] = obj["metadata"]
    return [{**_refer(bare(obj), table, "", obj["kind"]), ORIGIN: obj[ORIGIN]} for obj in hashed]


def _hashed(obj: Obj) -> Obj:
    if not obj[ORIGIN]["hash"]:
        return obj
    return renamed(obj, f"{obj['metadata']['name']}-{content_hash(obj)}")


def _refer(value: Any, table: Table, above: str, kind: str) -> Any:
    """*value* with the names in it replaced; *above* is the key it stands under."""
    if isinstance(value, list):
        return [_refer(each, table, above, kind) for each in value]
    if not isinstance(value, dict):
        return value
    found = dict(_pairs(value, table, above, kind))
    if above in ("roleRef", "subjects", "scaleTargetRef") and isinstance(value.get("name"), str):
        target = table.get((str(value.get("kind")), value["name"]), {})
        found["name"] = target.get("name", value["name"])
        if above == "subjects" and target.get("namespace"):
            found["namespace"] = target["namespace"]
    return found


def _pairs(value: Obj, table: Table, above: str, kind: str) -> Iterator[tuple[str, Any]]:
    for key, each in value.items():
        target = FIELDS.get((above, key))
        if target and isinstance(each, str) and above not in ("metadata",):
            yield key, table.get((target, each), {}).get("name", each)
        else:
            yield key, _refer(each, table, key, kind)
