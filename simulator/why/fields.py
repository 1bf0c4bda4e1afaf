"""Which field of a manifest is wrong, and where it stands: from the causes that the API server lists."""

from typing import Any

import re2

from simulator.api.requests import Obj
from simulator.api.schema import Field, definition_of, fields_of, members
from simulator.api.yaml_places import documents
from simulator.api.yaml_places import nearest as nearest_place
from simulator.why.chain import Evidence, Link, Path
from simulator.why.near import nearest

Text = tuple[str, str, str]  # host, path, content
STEP = re2.compile(r"\[([^\]]+)\]|([^.\[\]]+)")
# The strict decoder's own form (api/decoding.py): what is wrong, and the path in quotes.
DECODER = re2.compile(r'(unknown|duplicate) field "([^"]+)"')
MOST = 6


def links(texts: list[Text], status: Obj, said: tuple[Evidence, ...]) -> list[Link]:
    """The links for an object that is refused as invalid or as no such object at all."""
    details = status.get("details") or {}
    found = [cause(texts, details, each) for each in (details.get("causes") or [])[:MOST] if each.get("field")]
    found += [decoded(texts, word, field) for word, field in DECODER.findall(str(status.get("message", "")))[:MOST]]
    return found or [Link("answer.refused", {}, evidence=said)]


def path_of(field: str) -> Path:
    """`spec.containers[0].image` as steps."""
    steps = [inner or outer for inner, outer in STEP.findall(field)]
    return tuple(int(step) if step.isdigit() else step for step in steps)


def cause(texts: list[Text], details: Obj, entry: Obj) -> Link:
    """A field whose value will not do."""
    path = path_of(str(entry["field"]))
    said = (Evidence("answer", str(entry.get("reason", "")), str(entry.get("message", ""))),)
    kind = KINDS.get(str(entry.get("reason", "")), "field.invalid")
    return Link(kind, {"field": str(entry["field"])}, None, path, said, place=place(texts, details, path))


KINDS = {"FieldValueRequired": "field.required", "FieldValueForbidden": "field.forbidden"}


def decoded(texts: list[Text], word: str, field: str) -> Link:
    """A field that there is not, or that stands there twice."""
    path = path_of(field)
    found = place(texts, {}, path, exact=True)
    if word == "duplicate":
        return Link("field.duplicate", {"field": field}, None, path, place=found)
    close = nearest(str(path[-1]), siblings(texts, path))
    if close:
        return Link("field.unknown_near", {"field": field, "near": close}, None, path, place=found)
    return Link("field.unknown", {"field": field}, None, path, place=found)


def place(texts: list[Text], details: Obj, path: Path, exact: bool = False) -> dict[str, Any] | None:
    """The line of a field in the files that were handed in, in the document that is about the object."""
    name = details.get("name")
    for host, file, text in texts:
        for places in documents(text):
            said = places.get(("metadata", "name"))
            if name and (said is None or said.text != name):
                continue
            found = nearest_place(places, path)
            if found and found[0] and not (exact and found[0] != path):
                return {
                    "host": host,
                    "file": file,
                    "line": found[1].line,
                    "text": text.splitlines()[found[1].line - 1].strip()[:200],
                }
    return None


def siblings(texts: list[Text], path: Path) -> list[str]:
    """The fields that there are beside a path, by the schema of the object that has it."""
    for _, _, text in texts:
        for places in documents(text):
            version, kind = places.get(("apiVersion",)), places.get(("kind",))
            if version and kind and path in places:
                return fields_at(definition_of(version.text or "", kind.text or ""), path[:-1])
    return []


def fields_at(definition: str, path: Path) -> list[str]:
    """The fields of the part of a definition at *path*; none where that has no fields of its own."""
    fields = fields_of(definition)
    field: Field | None = None
    for step in path:
        field = (field.item if field else None) if isinstance(step, int) else fields.get(step)
        if field is None:
            return []
        fields = members(field)
    return list(fields)
