"""Server-side apply: who manages which fields, and what becomes of an object when one of them says what it wants
(apimachinery/pkg/util/managedfields)."""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.api import fieldsets, meta, schema, structural, timestamps
from simulator.api.errors import BadRequest, Conflict, Invalid
from simulator.api.field import causes, message, required
from simulator.api.fieldsets import Tree
from simulator.api.resources import STORED_AS, Resource
from simulator.api.schema import Field
from simulator.apiserver.backend import Backend
from simulator.kernel.world import World

Obj = dict[str, Any]
APPLY, UPDATE = "Apply", "Update"
# Who owns what an object had before anybody applied: nobody took notes until then.
BEFORE = "before-first-apply"
NOT_OWNED = ("f:apiVersion", "f:kind", "f:status")
IDENTITY = frozenset(
    [
        "f:name",
        "f:namespace",
        "f:uid",
        "f:resourceVersion",
        "f:generation",
        "f:creationTimestamp",
        "f:deletionTimestamp",
        "f:managedFields",
        "f:deletionGracePeriodSeconds",
        "f:generateName",
        "f:selfLink",
    ]
)


def field_of(backend: Backend, resource: Resource) -> Field:
    """The type of the objects of a resource, as they are stored; raises BadRequest if it has none."""
    custom = backend.catalogue.customs.get(resource.name)
    if custom is not None:
        return structural.field_of(custom.schema(custom.storage), root=True)
    version = "v1" if resource.name in STORED_AS else resource.api_version
    definition = schema.definition_of(version, resource.kind)
    if not definition:
        raise BadRequest(f"not simulated here: server-side apply of {resource.kind}")
    return fieldsets.root(definition)


def owned(obj: Obj, tree: Tree) -> Tree:
    """The fields of *tree* that can be managed."""
    found = {name: below for name, below in tree.items() if name not in NOT_OWNED}
    if "f:metadata" in found:
        found["f:metadata"] = {name: below for name, below in found["f:metadata"].items() if name not in IDENTITY}
        if not found["f:metadata"]:
            del found["f:metadata"]
    return found


def entries(live: Obj, field: Field) -> list[Obj]:
    """Who manages what so far."""
    found: list[Obj] = live["metadata"].get("managedFields") or []
    if found:
        return found
    tree = owned(live, fieldsets.tree_of(live, field))
    return [entry(BEFORE, UPDATE, live["apiVersion"], live["metadata"].get("creationTimestamp", ""), tree)]


def entry(manager: str, operation: str, version: str, time: str, tree: Tree) -> Obj:
    """One line of managedFields."""
    said = {"manager": manager, "operation": operation, "apiVersion": version, "time": time}
    return said | {"fieldsType": "FieldsV1", "fieldsV1": tree}


def applied(
    world: World, live: Obj | None, wanted: Obj, manager: str, field: Field, *, force: bool, subresource: str = ""
) -> Obj:
    """The object after *manager* has applied *wanted*; raises Conflict where others want something else, unless by *force*.

    What is applied to a *subresource* is noted apart from what the same manager applies to the whole."""
    if not manager:
        wrong = [required("fieldManager", "is required for apply patch")]
        details = {"group": "meta.k8s.io", "kind": "PatchOptions", "causes": causes(wrong)}
        raise Invalid(f'PatchOptions.meta.k8s.io "" is invalid: {message(wrong)}', details=details)
    if (wanted.get("metadata") or {}).get("managedFields"):
        raise BadRequest("metadata.managedFields must be nil")
    tree = owned(wanted, fieldsets.tree_of(wanted, field))
    mine = entry(manager, APPLY, wanted["apiVersion"], timestamps.rfc3339(world.unix), tree)
    if subresource:
        mine["subresource"] = subresource
    if live is None:
        return managed(meta.copy(wanted), [mine])
    before = entries(live, field)
    old = next((each for each in before if is_mine(each, manager, subresource)), None)
    others = [each for each in before if each is not old]
    others = settled(live, wanted, others, field, force=force)
    kept = tree
    for each in others:
        kept = fieldsets.united(kept, each["fieldsV1"])
    rest = fieldsets.pruned(live, old["fieldsV1"], kept, field) if old else live
    new: Obj = fieldsets.merged(rest, {key: value for key, value in wanted.items() if key != "status"}, field)
    if old is not None and old["fieldsV1"] == tree:
        mine["time"] = old["time"]  # applied again, which changes nothing
    return managed(new, [mine, *others])


def is_mine(each: Obj, manager: str, subresource: str) -> bool:
    """Whether a line is what *manager* has applied before."""
    return bool((each["manager"], each["operation"], each.get("subresource", "")) == (manager, APPLY, subresource))


def managed(obj: Obj, lines: Sequence[Obj]) -> Obj:
    """*obj* with its managers; those who manage nothing any more are left out."""
    return {**obj, "metadata": {**obj["metadata"], "managedFields": [each for each in lines if each["fieldsV1"]]}}


def settled(live: Obj, wanted: Obj, others: list[Obj], field: Field, *, force: bool) -> list[Obj]:
    """The other managers, after they have lost by *force* what is wanted otherwise; raises Conflict without."""
    found = [(each, list(fieldsets.conflicts(live, wanted, each["fieldsV1"], field))) for each in others]
    lost = [(each, text) for each, texts in found for text, _ in texts]
    if lost and not force:
        raise refusal(lost)
    result = []
    for each, texts in found:
        left = each["fieldsV1"]
        for _, tree in texts:
            left = fieldsets.without(left, tree)
        result.append({**each, "fieldsV1": left})
    return result


def refusal(lost: list[tuple[Obj, str]]) -> Conflict:
    """Why an apply is refused."""
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {named(each)}", "field": text}
        for each, text in lost
    ]
    if len(lost) == 1:
        return Conflict(
            f"Apply failed with 1 conflict: {causes[0]['message']}: {lost[0][1]}", details={"causes": causes}
        )
    by_manager: dict[str, list[str]] = {}
    for each, text in lost:
        by_manager.setdefault(named(each), []).append(text)
    lines = [
        f"conflict{'s' * (len(texts) > 1)} with {who}:\n" + "\n".join(f"- {text}" for text in texts)
        for who, texts in by_manager.items()
    ]
    return Conflict(f"Apply failed with {len(lost)} conflicts: " + "\n".join(lines), details={"causes": causes})


def named(each: Obj) -> str:
    """A manager as messages name it."""
    return f'"{each["manager"]}"' + (f" using {each['apiVersion']}" if each["operation"] == UPDATE else "")


def tracked(world: World, old: Obj, new: Obj, manager: str, field: Callable[[], Field]) -> Obj:
    """*new*, which *manager* has written in another way, with its managers, where notes are taken already."""
    before = old["metadata"].get("managedFields")
    if not before or not new.get("metadata"):
        return new
    tree = owned(new, fieldsets.changed(old, new, field()))
    if not tree:
        return managed(new, before)
    lines = [{**each, "fieldsV1": fieldsets.without(each["fieldsV1"], tree)} for each in before]
    same = next((each for each in lines if each["manager"] == manager and each["operation"] == UPDATE), None)
    time = timestamps.rfc3339(world.unix)
    if same is None:
        lines.append(entry(manager, UPDATE, new["apiVersion"], time, tree))
    else:
        same |= {"time": time, "fieldsV1": fieldsets.united(same["fieldsV1"], tree)}
    return managed(new, lines)
