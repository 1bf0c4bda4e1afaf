"""What differs from one kind of object to the next, as a record of functions (apiserver/pkg/registry/rest)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.api.field import FieldError
from simulator.apiserver.backend import Backend
from simulator.apiserver.warning import Warn

Obj = dict[str, Any]


def _nothing(obj: Obj) -> None:
    """Leave the object as it is."""


def _nothing_yet(backend: Backend, obj: Obj) -> None:
    """Leave the new object as it is."""


def _nothing_then(backend: Backend, new: Obj, old: Obj) -> None:
    """Leave the changed object as it is."""


def _no_warning(new: Obj, old: Obj | None, warn: Warn) -> None:
    """There is nothing to be warned of."""


def _all_right(obj: Obj) -> list[FieldError]:
    return []


def _all_right_then(new: Obj, old: Obj) -> list[FieldError]:
    return []


@dataclass(frozen=True)
class Strategy:
    """The rules of one resource. What changes objects works in place, on a copy that nobody else holds.

    default: fill in what the client left out, on every write.
    create: set what the API server decides about a new object (status, allocations).
    update: the same about a changed one.
    validate, validate_create, validate_update: what is wrong, on every write and on either, as errors of fields.
    release: give back what a removed object held.
    warn: tell of what is allowed but does not do what it says; the old object is None for a new one.
    """

    default: Callable[[Obj], None] = _nothing
    create: Callable[[Backend, Obj], None] = _nothing_yet
    update: Callable[[Backend, Obj, Obj], None] = _nothing_then
    validate: Callable[[Obj], list[FieldError]] = _all_right
    validate_update: Callable[[Obj, Obj], list[FieldError]] = _all_right_then
    release: Callable[[Backend, Obj], None] = _nothing_yet
    warn: Callable[[Obj, Obj | None, Warn], None] = _no_warning
    validate_create: Callable[[Obj], list[FieldError]] = _all_right


PLAIN = Strategy()
