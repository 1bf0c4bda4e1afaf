"""The rules of custom objects, which their definition gives (apiextensions-apiserver/pkg/registry/customresource)."""

from typing import Any

from simulator.api import schema_rules, structural
from simulator.api.custom import Custom
from simulator.api.field import FieldError
from simulator.apiserver.backend import Backend
from simulator.apiserver.registry.strategy import Strategy

Obj = dict[str, Any]


def rules_of(custom: Custom) -> Strategy:
    """The rules of a custom resource."""

    def schema(obj: Obj) -> Obj:
        return custom.schema(version_of(obj))

    def default(obj: Obj) -> None:
        obj |= structural.defaulted(obj, schema(obj))

    def create(backend: Backend, obj: Obj) -> None:
        if custom.part(version_of(obj), "status") is not None:
            obj.pop("status", None)

    def validate(obj: Obj) -> list[FieldError]:
        return schema_rules.validate(obj, schema(obj))

    return Strategy(default, create, validate=validate)


def version_of(obj: Obj) -> str:
    """The version in which an object is written."""
    return str(obj["apiVersion"]).rpartition("/")[2]
