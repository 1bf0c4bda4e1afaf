"""A row in every table that belongs to a person, whatever tables there are."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils import timezone

from labsite.accounts.models import User
from labsite.hosting.belongings import relations
from labsite.hosting.rows import Model

# A value for a column that must have one, by the kind of column.
VALUES: dict[type[models.Field], Any] = {
    models.BinaryField: b"\x00\xff",
    models.BooleanField: False,
    models.CharField: "x",
    models.DateTimeField: timezone.now(),
    models.DateField: timezone.now().date(),
    models.DecimalField: 1,
    models.FloatField: 1.0,
    models.IntegerField: 1,
    models.JSONField: {},
    models.TextField: "x",
    models.UUIDField: uuid.UUID(int=7),
}


def tables(model: Model = User) -> Iterator[Model]:
    """Every table with rows that go when a row of *model* goes."""
    found, new = [model], [model]
    while new:
        for other, _ in relations(new.pop()):
            if other not in found:
                found.append(other)
                new.append(other)
    return iter(found)


def planted(user: User) -> dict[Model, models.Model]:
    """A row of *user*'s in each of them."""
    made: dict[Model, models.Model] = {User: user}
    for model in tables():
        plant(model, made)
    return made


def plant(model: Model, made: dict[Model, models.Model]) -> models.Model:
    """A row of *model*, and before it those that it points to."""
    if model not in made:
        values = {field.name: value_for(field, made) for field in model._meta.concrete_fields if needed(field)}
        made[model] = model._base_manager.create(**values)
    return made[model]


def needed(field: models.Field) -> bool:
    """Whether a row needs to be told the column's value; what points to something always is told."""
    return field.is_relation or not (field.primary_key or field.has_default() or field.null or field.blank)


def value_for(field: models.Field, made: dict[Model, models.Model]) -> Any:
    """Some value."""
    if field.is_relation:
        return plant(field.related_model, made)
    return next(value for kind, value in VALUES.items() if isinstance(field, kind))
