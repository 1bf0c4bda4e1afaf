"""`--sort-by` (models kubectl/pkg/cmd/get/sorter.go)."""

import re
from typing import Any

from simulator.api import jsonpath, quantities
from simulator.kubectl.columns import relaxed
from simulator.kubectl.failures import Failure
from simulator.kubectl.session import Obj

DIGITS = re.compile(r"(\d{1,18})")


def sort_objects(objects: list[Obj], field: str) -> list[Obj]:
    """Objects by what stands at *field*; those without it come first. Fails if no object has it."""
    keys = [_key(obj, field) for obj in objects]
    if objects and all(key is None for key in keys):
        raise Failure(unsortable(field))
    return [objects[number] for number in _order(keys)]


def unsortable(field: str) -> str:
    """What is said where no object has *field*."""
    return f'couldn\'t find any field with path "{relaxed(field)}" in the list of objects'


def sort_rows(rows: list[Obj], field: str) -> list[Obj]:
    """The rows of a Table by what stands at *field* in their objects; none if it stands nowhere, as the real client does."""
    keys = [_key(row.get("object") or {}, field) for row in rows]
    if len(rows) > 1 and all(key is None for key in keys):
        return []
    return [rows[number] for number in _order(keys)]


def _order(keys: list[Any]) -> list[int]:
    return sorted(range(len(keys)), key=lambda number: _rank(keys[number]))


def _key(obj: Obj, field: str) -> Any:
    try:
        found = jsonpath.find(jsonpath.parse(relaxed(field)), obj)
    except jsonpath.BadPath as error:
        raise Failure(str(error)) from None
    return found[0] if found else None


def _rank(value: Any) -> tuple[int, Any]:
    """Nothing, then numbers and quantities by size, then texts in natural order."""
    if value is None:
        return (0, 0)
    if isinstance(value, int | float):
        return (1, value)
    text = str(value)
    try:
        return (1, quantities.nano(text) / quantities.NANO)
    except quantities.BadQuantity:
        return (2, _natural(text))


def _natural(text: str) -> list[tuple[int, int]]:
    """A text as what it is sorted by: letters by their codes, numbers in it by their size."""
    key: list[tuple[int, int]] = []
    for part in DIGITS.split(text):
        key += [(ord("0"), int(part))] if part.isdigit() else [(ord(letter), 0) for letter in part]
    return key
