"""A write that waits for admission (apiserver/pkg/admission/attributes.go)."""

from dataclasses import dataclass
from typing import Any, NoReturn

from simulator.api.errors import Forbidden
from simulator.api.requests import User
from simulator.api.resources import Resource
from simulator.apiserver.warning import Warn

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
    warn: Warn

    @property
    def namespace(self) -> str:
        """The namespace of the object; empty for the whole cluster."""
        return str(self.object["metadata"].get("namespace", ""))

    @property
    def name(self) -> str:
        """The name of the object."""
        return str(self.object["metadata"].get("name", ""))


def forbid(attempt: Attempt, why: str) -> NoReturn:
    """Raise Forbidden, in the words that all plugins share."""
    resource = attempt.resource
    details = {"name": attempt.name} | ({"group": resource.group} if resource.group else {}) | {"kind": resource.plural}
    raise Forbidden(f'{resource.name} "{attempt.name}" is forbidden: {why}', details=details)
