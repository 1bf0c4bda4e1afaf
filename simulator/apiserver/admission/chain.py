"""Admission: what may still be changed about an object, or said against it, before it is stored (apiserver/pkg/admission)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.api.requests import User
from simulator.api.resources import Resource
from simulator.apiserver.backend import Backend

Obj = dict[str, Any]


@dataclass(frozen=True)
class Attempt:
    """A write that waits for admission. *object* may be changed in place while it is being mutated."""

    operation: str  # CREATE, UPDATE, DELETE
    resource: Resource
    object: Obj
    old: Obj | None
    user: User
    dry_run: bool
    warn: Callable[[str], None]

    @property
    def namespace(self) -> str:
        """The namespace of the object; empty for the whole cluster."""
        return str(self.object["metadata"].get("namespace", ""))

    @property
    def name(self) -> str:
        """The name of the object."""
        return str(self.object["metadata"].get("name", ""))


Plugin = Callable[[Backend, Attempt], None]
MUTATING: list[Plugin] = []
VALIDATING: list[Plugin] = []


def mutate(backend: Backend, attempt: Attempt) -> None:
    """Let every mutating plugin at the object; raises ApiError."""
    for plugin in MUTATING:
        plugin(backend, attempt)


def validate(backend: Backend, attempt: Attempt) -> None:
    """Ask every validating plugin; raises ApiError."""
    for plugin in VALIDATING:
        plugin(backend, attempt)
