"""Values as Go's templates see them: of which type, whether true, how they compare."""

from typing import Any

from simulator.api.go_text import go_text

LARGEST_RANGE = 100_000


class Whole(int):
    """A whole number that the template itself has made: an `int`, where those of an object are `int64`."""


class CallError(Exception):
    """A function cannot be called with these values; the message is Go's."""


def type_name(value: Any) -> str:
    """What Go calls the type of a value."""
    if isinstance(value, Whole):
        return "int"
    names = {
        dict: "map[string]interface {}",
        list: "[]interface {}",
        str: "string",
        bool: "bool",
        int: "int64",
        float: "float64",
    }
    return names.get(type(value), "<nil>")


def truth(value: Any) -> bool:
    """Whether Go's templates take a value for true."""
    return value not in (None, False, 0, "", [], {})


def _kind(value: Any) -> str:
    """What values may be compared by."""
    if isinstance(value, bool):
        return "bool"
    return {str: "string", float: "float", int: "int", Whole: "int"}.get(type(value), "")


def equal(*values: Any) -> bool:
    """Whether the first value is one of the others."""
    if len(values) < 2:
        raise CallError("missing argument for comparison")
    first, *others = values
    return any(_same(first, other) for other in others)


def _same(first: Any, other: Any) -> bool:
    if first is None or other is None:
        return first is other
    if _kind(first) != _kind(other):
        raise CallError("incompatible types for comparison")
    if _kind(first):
        return bool(first == other)
    if type_name(first) != type_name(other):
        kinds = f"{go_text(first)}: {type_name(first)}, {type_name(other)}: {go_text(other)}"
        raise CallError(f"non-comparable types {kinds}")
    raise CallError(f"non-comparable type {go_text(other)}: {type_name(other)}")


def less(first: Any, second: Any) -> bool:
    """Whether the first value comes before the second."""
    if not _kind(first) or not _kind(second):
        raise CallError("invalid type for comparison")
    if _kind(first) != _kind(second):
        raise CallError("incompatible types for comparison")
    if _kind(first) == "bool":
        raise CallError("invalid type for comparison")
    return bool(first < second)
