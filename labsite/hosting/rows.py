"""Rows as JSON and back, for any model and any database that the site can use."""

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import models

Row = dict[str, Any]
Model = type[models.Model]


def stored(apps: Apps) -> list[Model]:
    """All models that have a table of their own, those between two others included."""
    every = apps.get_models(include_auto_created=True)
    return sorted((model for model in every if own_table(model)), key=lambda model: model._meta.label_lower)


def own_table(model: Model) -> bool:
    """Whether the site makes a table for *model*."""
    return bool(model._meta.managed) and not model._meta.proxy and not model._meta.swapped


def row_of(thing: models.Model) -> Row:
    """The columns of a row as JSON has them; bytes in base64."""
    return {field.attname: plain(field.value_from_object(thing)) for field in thing._meta.concrete_fields}


def plain(value: Any) -> Any:
    """A column's value for the JSON encoder; bytes are the one kind that it does not know."""
    if isinstance(value, bytes | memoryview | bytearray):
        return base64.b64encode(bytes(value)).decode()
    return value


def thing_of(model: Model, row: Row) -> models.Model:
    """The row as a *model*, not stored; raises ValidationError, ValueError or TypeError for what is none."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: value_of(fields[name], value) for name, value in row.items()})


def value_of(field: "models.Field[Any, Any]", value: Any) -> Any:
    """The value of a column that JSON has as *value*."""
    if value is not None and isinstance(field, models.BinaryField):
        return base64.b64decode(value, validate=True)
    return value if isinstance(field, models.JSONField) else field.to_python(value)


def fill(model: Model, rows: Iterable[Row]) -> int:
    """Store *rows* exactly as they are, dates that set themselves included; how many there were."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.DateField):
            field.auto_now = field.auto_now_add = False
    things = (thing_of(model, row) for row in rows)
    return sum(len(model._base_manager.bulk_create(part)) for part in parts(things))


def parts(things: Iterable[models.Model], most: int = 200) -> Iterator[list[models.Model]]:
    """*things* by the few hundred, so that a large table needs little memory."""
    part: list[models.Model] = []
    for thing in things:
        part.append(thing)
        if len(part) == most:
            yield part
            part = []
    if part:
        yield part
