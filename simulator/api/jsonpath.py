"""kubectl's JSONPath templates, read and evaluated (client-go/util/jsonpath)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from simulator.api import yaml_scalars
from simulator.api.go_text import go_text
from simulator.api.jsonpath_parser import (
    BadPath,
    Field,
    Filter,
    Identifier,
    Literal,
    Node,
    Path,
    Range,
    Recursive,
    Slice,
    Template,
    Union,
    Wildcard,
    read,
)

MAX_RESULTS = 100_000
ENDLESS = "not in range, nothing to end"
TYPES = {dict: "map[string]interface {}", str: "string", bool: "bool", int: "int64", float: "float64"}


class PathError(ValueError):
    """A template cannot be evaluated on an object; the message is kubectl's."""


@lru_cache(maxsize=256)
def parse(template: str) -> Template:
    """A template such as `{range .items[*]}{.metadata.name}{"\\n"}{end}`; raises BadPath."""
    return read(template)


def render(template: Template, obj: Any, *, strict: bool = False) -> str:
    """What the template prints of *obj*. A key that is missing prints nothing, or, if *strict*, raises PathError."""
    return "".join(_Evaluation(strict).print(template, obj))


def find(template: Template, obj: Any, *, strict: bool = False) -> list[Any]:
    """What the paths of the template lead to; raises PathError."""
    evaluation = _Evaluation(strict)
    return [found for node in template if isinstance(node, Path) for found in evaluation.walk(node.nodes, [obj])]


def values(template: str, obj: Any) -> list[Any]:
    """What the template leads to, for `-o jsonpath-as-json`; raises BadPath, PathError."""
    return find(parse(template), obj)


def text_of(value: Any) -> str:
    """A value as templates print it: texts as they are, numbers, true and false, all else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return yaml_scalars.number_text(value)
    return msgspec.json.encode(value, order="sorted").decode()


@dataclass
class _Evaluation:
    """One evaluation: how strict it is, and how much it may still find."""

    strict: bool
    left: int = MAX_RESULTS

    def print(self, template: Template, obj: Any) -> Iterator[str]:
        for node in template:
            if isinstance(node, Range):
                for each in self.walk(node.path.nodes, [obj]):
                    yield from self.print(node.body, each)
            elif isinstance(node, Path):
                yield " ".join(map(text_of, self.walk(node.nodes, [obj])))
            else:
                yield node

    def walk(self, nodes: tuple[Node, ...], inputs: list[Any]) -> list[Any]:
        found = inputs
        for node in nodes:
            step = STEPS[type(node)]
            found = [each for value in found for each in step(self, node, value)]
            self.left -= len(found)
            if self.left < 0:
                raise PathError("too many results")
        return found

    def field(self, node: Field, value: Any) -> list[Any]:
        if isinstance(value, dict) and node.name in value:
            return [value[node.name]]
        if self.strict:
            raise PathError(f"{node.name} is not found")
        return []

    def wildcard(self, node: Wildcard, value: Any) -> list[Any]:
        return children(value)

    def recursive(self, node: Recursive, value: Any) -> list[Any]:
        found: list[Any] = []
        waiting = [value]
        while waiting:
            if inside := children(each := waiting.pop()):
                found.append(each)
                waiting += reversed(inside)
            if len(found) + len(waiting) > self.left:
                raise PathError("too many results")
        return found

    def slice(self, node: Slice, value: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise PathError(f"{type_of(value)} is not array or slice")
        if node.step is not None and node.step <= 0:
            raise PathError("step must be > 0")
        start, end = _bounds(node, len(value))
        return value[start : end : node.step or 1]

    def union(self, node: Union, value: Any) -> list[Any]:
        return [each for nodes in node.paths for each in self.walk(nodes, [value])]

    def literal(self, node: Literal, value: Any) -> list[Any]:
        return [node.value]

    def identifier(self, node: Identifier, value: Any) -> list[Any]:
        raise PathError(ENDLESS if node.name == "end" else f"unrecognized identifier {node.name}")

    def filter(self, node: Filter, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise PathError(f"{go_text(value)} is not array or slice and cannot be filtered")
        return [each for each in children(value) if self.passes(node, each)]

    def passes(self, node: Filter, value: Any) -> bool:
        try:
            left = self.walk(node.left, [value])
        except PathError:
            return False
        if node.operator == "exists":
            return bool(left)
        right = self.walk(node.right, [value])
        if len(left) > 1 or len(right) > 1:
            raise PathError("can only compare one element at a time")
        return bool(left and right) and compare(node.operator, left[0], right[0])


def type_of(value: Any) -> str:
    """What Go calls the type of a value."""
    return TYPES.get(type(value), "interface {}")


def children(value: Any) -> list[Any]:
    """The items of a list, or the values of a map in the order of their keys."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, list) else []


def _bounds(node: Slice, length: int) -> tuple[int, int]:
    start = node.start or 0
    start += length if start < 0 else 0
    end = length if node.end is None else node.end + (length if node.end < 0 else 0)
    end = start + 1 if node.single else end
    if start == end:
        return start, end
    for index in (start, end - 1):
        if not 0 <= index < length:
            raise PathError(f"array index out of bounds: index {index}, length {length}")
    if start > end:
        raise PathError(f"starting index {start} is greater than ending index {end}")
    return start, end


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def _class_of(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else "string" if isinstance(value, str) else "other"


def compare(operator: str, left: Any, right: Any) -> bool:
    """Whether two values compare as the operator says; raises PathError if they are of different kinds."""
    kinds = {_class_of(left), _class_of(right)}
    if len(kinds) > 1 or "other" in kinds:
        raise PathError("incompatible types for comparison")
    if operator not in COMPARE:
        raise PathError(f"unrecognized filter operator {operator}")
    return COMPARE[operator](left, right)


STEPS: dict[type, Callable[[_Evaluation, Any, Any], list[Any]]] = {
    Field: _Evaluation.field,
    Wildcard: _Evaluation.wildcard,
    Recursive: _Evaluation.recursive,
    Slice: _Evaluation.slice,
    Union: _Evaluation.union,
    Literal: _Evaluation.literal,
    Identifier: _Evaluation.identifier,
    Filter: _Evaluation.filter,
}
__all__ = ["BadPath", "PathError", "find", "parse", "render", "values"]
