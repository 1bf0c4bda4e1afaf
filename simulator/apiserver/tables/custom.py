"""Custom objects as rows: the columns of their definition (apiextensions-apiserver, tableconvertor.go)."""

from collections.abc import Callable
from typing import Any

from simulator.api import jsonpath, timestamps
from simulator.api.jsonpath_parser import BadPath
from simulator.apiserver.tables.columns import NAME, Column, Obj, Printer, age, name_of


def printer_of(columns: list[Obj]) -> Printer:
    """The printer of a definition's columns."""
    heads = [Column(each["name"], each["type"], each.get("format", ""), each.get("priority", 0)) for each in columns]
    return Printer((NAME, *heads), lambda obj, now: [name_of(obj), *(_cell(each, obj, now) for each in columns)])


def _cell(column: Obj, obj: Obj, now: int) -> Any:
    """What stands in a column: nothing where the path leads nowhere, or to a value of another type."""
    try:
        found = jsonpath.values(f"{{{column['jsonPath']}}}", obj)
    except (BadPath, jsonpath.PathError):
        return None
    if not found or (found[0] is None and column["type"] != "string"):
        return None
    if column["type"] == "string":
        return jsonpath.text_of(found[0])
    return CELLS[column["type"]](found[0], now)


def _date(value: Any, now: int) -> Any:
    if not isinstance(value, str):
        return None
    try:
        return age(value, now)
    except timestamps.BadTime:
        return "<invalid>"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


CELLS: dict[str, Callable[[Any, int], Any]] = {
    "integer": lambda value, now: int(value) if _is_number(value) else None,
    "number": lambda value, now: value if _is_number(value) else None,
    "boolean": lambda value, now: value if isinstance(value, bool) else None,
    "date": _date,
}
