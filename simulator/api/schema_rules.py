"""Whether a value fulfils a schema, in the words of its validator (kube-openapi/pkg/validation, apiserver/validation)."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec
import re2

from simulator.api import field, schema_formats
from simulator.api.errors import BadRequest
from simulator.api.field import FieldError
from simulator.api.structural import INT_OR_STRING, child, members

Obj = dict[str, Any]
Errors = Iterator[FieldError]
MOST_ERRORS = 100
MOST_MEMORY = 1 << 20
MOST_STEPS = 200_000
NOWHERE = "<nil>"  # where the real one says a rule of several schemas is broken


class BadPattern(ValueError):
    """No regular expression."""


@lru_cache(maxsize=512)
def pattern(text: str) -> Any:
    """A compiled pattern, whose search takes linear time; raises BadPattern."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    try:
        return re2.compile(text, options)
    except re2.error as error:
        raise BadPattern(str(error)) from None


def kind_of(value: Any) -> str:
    """The type of a value as schemas call it."""
    if value is None:
        return "null"
    kinds: tuple[tuple[type, str], ...] = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"))
    return next((name for kind, name in (*kinds, (list, "array"), (dict, "object")) if isinstance(value, kind)), "")


def validate(value: Any, schema: Obj, path: str = "") -> list[FieldError]:
    """What is wrong with *value*, at most a hundred things; raises BadRequest where it takes too long to find out."""
    return Validation().all(value, schema, path)


class Validation:
    """One look at a value. Values and schemas are a learner's, so the work is bounded."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def all(self, value: Any, schema: Obj, path: str) -> list[FieldError]:
        """What is wrong with *value*, at most a hundred things."""
        return list(islice(self.errors(value, schema, path), MOST_ERRORS))

    def errors(self, value: Any, schema: Obj, path: str) -> Errors:
        """What is wrong with *value*."""
        self.left -= 1
        if self.left < 0:
            raise BadRequest(f"not simulated here: more than {MOST_STEPS} steps to validate an object by its schema")
        if value is None and schema.get("nullable"):
            return
        kind = kind_of(value)
        yield from _type(value, kind, schema, path)
        yield from self.junctions(value, schema, path)
        for rule in RULES.get(kind, ()):
            yield from rule(value, schema, path)
        yield from _enum(value, schema, path)
        for _, each, below, where in members(value, schema, path):
            yield from self.errors(each, below, where)

    def junctions(self, value: Any, schema: Obj, path: str) -> Errors:
        """What several schemas together say."""
        for name, judge in JUNCTIONS:
            if below := schema.get(name):
                tries = [self.all(value, each, path) for each in (below if isinstance(below, list) else [below])]
                yield from judge(tries, field.quoted(path))


def _enum(value: Any, schema: Obj, path: str) -> Errors:
    values = schema.get("enum")
    if values and value not in values:
        shown = [each if isinstance(each, str) else msgspec.json.encode(each).decode() for each in values]
        yield field.not_supported(path, value, shown)


def _type(value: Any, kind: str, schema: Obj, path: str) -> Errors:
    if schema.get(INT_OR_STRING):
        wanted: tuple[str, ...] = ("integer", "string")
    else:
        wanted = (schema["type"],) if schema.get("type") else ()
    whole = kind == "integer" or (isinstance(value, float) and value.is_integer())
    if not wanted or kind in wanted or ("number" in wanted and kind == "integer") or ("integer" in wanted and whole):
        name = schema.get("format", "")
        if name and not schema_formats.fits(value, name):
            text = f"{path} in body must be of type {name}: {field.shown(value)}"
            yield FieldError(path, "FieldValueTypeInvalid", f"Invalid value: {field.shown(value)}: {text}")
        return
    text = f"{path} in body must be of type {','.join(wanted)}: {field.quoted(kind)}"
    yield FieldError(path, "FieldValueTypeInvalid", f"Invalid value: {field.quoted(kind)}: {text}")


def _said(path: str, value: Any, text: str) -> FieldError:
    return field.invalid(path, value, f"{path} in body should {text}")


def _text(value: str, schema: Obj, path: str) -> Errors:
    size = len(value)
    if (most := schema.get("maxLength")) is not None and size > most:
        yield field.too_long(path, most)
    if (least := schema.get("minLength")) is not None and size < least:
        yield _said(path, value, f"be at least {least} chars long")
    if (text := schema.get("pattern")) and not pattern(text).search(value):
        yield _said(path, value, f"match '{text}'")


def _number(value: float, schema: Obj, path: str) -> Errors:
    if (most := schema.get("maximum")) is not None:
        if schema.get("exclusiveMaximum") and value >= most:
            yield _said(path, value, f"be less than {_spoken(most)}")
        elif value > most:
            yield _said(path, value, f"be less than or equal to {_spoken(most)}")
    if (least := schema.get("minimum")) is not None:
        if schema.get("exclusiveMinimum") and value <= least:
            yield _said(path, value, f"be greater than {_spoken(least)}")
        elif value < least:
            yield _said(path, value, f"be greater than or equal to {_spoken(least)}")
    step = schema.get("multipleOf")
    if step and value % step:
        yield _said(path, value, f"be a multiple of {_spoken(step)}")


def _spoken(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)


def _list(value: list[Any], schema: Obj, path: str) -> Errors:
    if (most := schema.get("maxItems")) is not None and len(value) > most:
        yield field.too_many(path, len(value), most)
    if (least := schema.get("minItems")) is not None and len(value) < least:
        yield _said(path, value, f"have at least {least} items")
    yield from _unique(value, schema, path)


def _unique(value: list[Any], schema: Obj, path: str) -> Errors:
    """Items of sets and maps are there once (apiserver/schema/listtype)."""
    kind, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys") or ()
    if kind not in ("set", "map"):
        return
    seen: dict[bytes, None] = {}
    for at, each in enumerate(value):
        said = {key: each.get(key) for key in keys if key in each} if kind == "map" and isinstance(each, dict) else each
        mark = msgspec.json.encode(said, order="sorted")
        if mark in seen:
            yield field.duplicate(f"{path}[{at}]", said)
        seen[mark] = None


def _object(value: Obj, schema: Obj, path: str) -> Errors:
    for name in schema.get("required") or ():
        if name not in value:
            yield field.required(child(path, name))
    if (most := schema.get("maxProperties")) is not None and len(value) > most:
        yield field.too_many(path, len(value), most)
    if (least := schema.get("minProperties")) is not None and len(value) < least:
        yield _said(path, value, f"have at least {least} properties")


def _any_of(tries: list[list[FieldError]], named: str) -> Errors:
    if all(tries):
        yield from min(tries, key=len)
        yield _broken(f"{named} must validate at least one schema (anyOf)")


def _one_of(tries: list[list[FieldError]], named: str) -> Errors:
    good = sum(not each for each in tries)
    if good != 1:
        yield from () if good else min(tries, key=len)
        found = f"Found {good} valid alternatives" if good else "Found none valid"
        yield _broken(f"{named} must validate one and only one schema (oneOf). {found}")


def _all_of(tries: list[list[FieldError]], named: str) -> Errors:
    yield from (error for each in tries for error in each)
    if any(tries):
        none = ". None validated" if all(tries) else ""
        yield _broken(f"{named} must validate all the schemas (allOf){none}")


def _not(tries: list[list[FieldError]], named: str) -> Errors:
    if not tries[0]:
        yield _broken(f"{named} must not validate the schema (not)")


JUNCTIONS = (("anyOf", _any_of), ("oneOf", _one_of), ("allOf", _all_of), ("not", _not))


def _broken(text: str) -> FieldError:
    return field.invalid(NOWHERE, "", text)


RULES: dict[str, tuple[Callable[[Any, Obj, str], Errors], ...]] = {
    "string": (_text,),
    "integer": (_number,),
    "number": (_number,),
    "array": (_list,),
    "object": (_object,),
}
