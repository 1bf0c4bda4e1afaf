"""What an editor needs to know of a kind: its fields as `kubectl explain` tells of them, all in one piece."""

from collections.abc import Callable, Iterator
from typing import Any

from simulator.api.requests import Request, Response
from simulator.api.resources import RESOURCES, Resource
from simulator.api.schema import Field, explain_type
from simulator.kubectl.discovery import custom_groups, resources_of
from simulator.kubectl.explained import Book, book_of
from simulator.kubectl.verbs.explain import enum_values, inner_definition

Obj = dict[str, Any]
Ask = Callable[[Request], Response]
MOST_DEFINITIONS = 1000


def kinds() -> list[tuple[str, str]]:
    """Version and kind of all that can be created on every cluster, in the order of discovery."""
    return list(created(RESOURCES.values()))


def custom_kinds(ask: Ask) -> list[tuple[str, str]]:
    """The same for what CustomResourceDefinitions have brought."""
    return list(created(customs(ask)))


def customs(ask: Ask) -> list[Resource]:
    """The custom resources."""
    return [each for group in custom_groups(ask) for each in resources_of(group)]


def created(resources: Any) -> Iterator[tuple[str, str]]:
    """Each version and kind of those resources that a manifest can be of."""
    for each in resources:
        if "create" in each.verbs:
            yield from ((f"{each.group}/{version}" if each.group else version, each.kind) for version in each.versions)


def shape(api_version: str, kind: str) -> Obj | None:
    """The shape of one of Kubernetes' own kinds: {"root", "definitions": {name: {"text", "fields": {name: field}}}}, a field being
    {"type", "form", "ref", "required", "text", "values"}; None if there is no such kind.

    form: the outermost kind of the field (`simulator.api.schema.Field.kind`); ref: the definition of it, or of its items."""
    return written(*found) if (found := of(RESOURCES.values(), None, api_version, kind)) else None


def custom_shape(ask: Ask, api_version: str, kind: str) -> Obj | None:
    """The same for a custom kind."""
    return written(*found) if (found := of(customs(ask), ask, api_version, kind)) else None


def of(resources: Any, ask: Ask | None, api_version: str, kind: str) -> tuple[Book, str] | None:
    """The book in which a kind is described, and the name of its definition."""
    resource = next((each for each in resources if each.kind == kind and (api_version, kind) in created([each])), None)
    if resource is None:
        return None
    book, root = book_of(ask or unasked, resource, api_version)
    return (book, root) if root else None


def unasked(request: Request) -> Response:
    """Nobody is asked for Kubernetes' own kinds."""
    raise AssertionError(request)


def written(book: Book, root: str) -> Obj:
    """The definition *root* and all that it leads to."""
    definitions: Obj = {}
    waiting = [root]
    while waiting and len(definitions) < MOST_DEFINITIONS:
        name = waiting.pop()
        if name in definitions:
            continue
        fields = {key: told(book, name, key, field) for key, field in sorted(book.fields(name).items())}
        definitions[name] = {"text": book.text(name), "fields": fields}
        waiting += [field["ref"] for field in fields.values() if field["ref"]]
    return {"root": root, "definitions": definitions}


def told(book: Book, name: str, key: str, field: Field) -> Obj:
    """One field."""
    return {
        "type": explain_type(field),
        "form": field.kind,
        "ref": inner_definition(field),
        "required": field.required,
        "text": book.text(name, key),
        "values": enum_values(book.listed(name, key)),
    }
