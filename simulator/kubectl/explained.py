"""What `kubectl explain` reads in: the schema of Kubernetes' own kinds, or for custom ones what the server's OpenAPI says."""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.api import enums, schema
from simulator.api.requests import Request, Response
from simulator.api.resources import Resource
from simulator.api.schema import Field

Obj = dict[str, Any]
TYPES = {"integer": "int64", "boolean": "bool", "number": "double", "string": "string"}
METADATA = "meta.v1.ObjectMeta"


class Book:
    """Definitions by name, with what is said of them and of their fields."""

    def fields(self, name: str) -> dict[str, Field]:
        """The fields of a definition."""
        return schema.fields_of(name)

    def text(self, name: str, key: str = "") -> str:
        """What is said of a definition, or of one of its fields."""
        text = schema.descriptions().get(name, {}).get(key, "")
        return enums.described(name, key, text) if key else text

    def listed(self, name: str, key: str) -> str:
        """The text that lists the values which a field may have."""
        return self.text(name, key)


class CustomBook(Book):
    """One custom kind. Each object in its schema becomes a definition, called after its place."""

    def __init__(self, kind: str, whole: Obj) -> None:
        self.definitions: dict[str, dict[str, Field]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.lists: dict[tuple[str, str], str] = {}
        self.root = self.take(kind, whole)
        self.texts[self.root, ""] = whole.get("description", "")

    def fields(self, name: str) -> dict[str, Field]:
        return self.definitions.get(name) or super().fields(name)

    def text(self, name: str, key: str = "") -> str:
        return self.texts.get((name, key), "") if name in self.definitions else super().text(name, key)

    def listed(self, name: str, key: str) -> str:
        return self.lists.get((name, key), "") if name in self.definitions else super().listed(name, key)

    def take(self, path: str, whole: Obj) -> str:
        """Note an object's fields; the name of the definition, which ends as `explain` calls its type."""
        name = f"{path}.Object"
        fields = self.definitions[name] = {}
        needed = whole.get("required") or ()
        for key, below in (whole.get("properties") or {}).items():
            fields[key] = self.field(f"{path}.{key}", below, required=key in needed)
            self.texts[name, key] = below.get("description", "")
            self.lists[name, key] = listing(below.get("enum") or ())
        return name

    def field(self, path: str, below: Obj, *, required: bool = False) -> Field:
        """The type of a field."""
        if path.count(".") == 1 and path.endswith(".metadata"):
            return Field("object", ref=METADATA)
        if below.get("x-kubernetes-int-or-string"):
            return Field("intstr", required=required)
        kind, rest = below.get("type"), below.get("additionalProperties")
        if kind == "array":
            return Field("list", item=self.field(path, below.get("items") or {}), required=required)
        if kind == "object" and isinstance(rest, dict):
            return Field("map", item=self.field(path, rest), required=required)
        if kind == "object":
            return Field("object", ref=self.take(path, below), required=required)
        return Field(TYPES.get(kind or "", "any"), required=required)


def listing(values: Sequence[Any]) -> str:
    """The values that a field may have, as the descriptions of Kubernetes' own kinds list them."""
    return "\n".join(["Possible enum values:", *(f' - `"{each}"`' for each in values)]) if values else ""


def book_of(ask: Callable[[Request], Response], resource: Resource, version: str) -> tuple[Book, str]:
    """The book for a kind in *version* (`apps/v1`), and the name of its definition, empty where there is none."""
    if not resource.custom:
        return Book(), schema.definition_of(version, resource.kind)
    document = ask(Request("get", path=f"/openapi/v3/apis/{version}"))
    schemas = {} if document.failed else document.body["components"]["schemas"]
    group, _, number = version.rpartition("/")
    kind = {"group": group, "version": number, "kind": resource.kind}
    found = next((each for each in schemas.values() if kind in each.get("x-kubernetes-group-version-kind", ())), None)
    if found is None:
        return Book(), ""
    book = CustomBook(resource.kind, found)
    return book, book.root
