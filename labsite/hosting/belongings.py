"""All that is stored of one person: found by the models' own relations, so that a new table is never forgotten."""

import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from labsite.accounts.models import User
from labsite.hosting import rows
from labsite.hosting.rows import Model

Relation = tuple[Model, str]
# Digests of secrets tell their owner nothing, and would help whoever finds the file.
SECRETS = {"accounts.user": ("password",), "door.token": ("digest",), "webhooks.hook": ("sealed", "before")}
ABOUT = """Everything that Podlab stores of {name}: a file for each table, a JSON object for each row.
Clusters as they were stored (`state`, `screens`) are in base64. Times in `at` and `now` are microseconds of the cluster's own
clock. Digests of passwords and tokens are left out.
"""


def relations(model: Model) -> Iterator[Relation]:
    """The tables whose rows go when the row of *model* goes that they point to, and the field that points."""
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, models.ManyToOneRel) and field.on_delete is models.CASCADE:
            yield field.related_model, field.field.name


def keys(user: User) -> dict[Model, set[Any]]:
    """The primary keys of all that belongs to *user*, by table; the user's own row first."""
    found: dict[Model, set[Any]] = {User: {user.pk}}
    new: list[tuple[Model, set[Any]]] = [(User, {user.pk})]
    while new:
        model, wanted = new.pop()
        for other, field in relations(model):
            there = other._base_manager.filter(**{f"{field}__in": wanted}).values_list("pk", flat=True)
            if fresh := set(there) - found.setdefault(other, set()):
                found[other] |= fresh
                new.append((other, fresh))
    return {model: pks for model, pks in found.items() if pks}


def counted(user: User) -> dict[str, int]:
    """How many rows of which table belong to *user*."""
    return {model._meta.label_lower: len(pks) for model, pks in keys(user).items()}


def export(user: User, out: IO[bytes]) -> None:
    """Write everything that is stored of *user* to *out*, as a zip of JSON."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("README.txt", ABOUT.format(name=user.username))
        for model, pks in keys(user).items():
            with file.open(f"{model._meta.label_lower}.json", "w", force_zip64=True) as member:
                for piece in listed(model, pks):
                    member.write(piece.encode())
        ends = [session.expire_date for session in sessions(user)]
        file.writestr("sessions.json", json.dumps([{"expires": end} for end in ends], cls=DjangoJSONEncoder))


def listed(model: Model, pks: set[Any]) -> Iterator[str]:
    """The rows as a JSON list, piece by piece."""
    hidden = SECRETS.get(model._meta.label_lower, ())
    begin = "[\n"
    for thing in model._base_manager.filter(pk__in=pks).order_by("pk").iterator(chunk_size=100):
        row = {name: value for name, value in rows.row_of(thing).items() if name not in hidden}
        yield begin + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
        begin = ",\n"
    yield "\n]\n"


def sessions(user: User) -> list[Session]:
    """The browsers in which *user* is logged in; what a session is about can only be seen by opening it."""
    every = Session.objects.iterator(chunk_size=500)
    return [session for session in every if session.get_decoded().get("_auth_user_id") == str(user.pk)]


def last_keeper(user: User) -> bool:
    """Whether nobody would be left who keeps the site."""
    keepers = User.objects.filter(role="administrator", is_active=True)
    return user.role == "administrator" and not keepers.exclude(pk=user.pk).exists()


@transaction.atomic
def delete(user: User) -> dict[str, int]:
    """Delete everything that is stored of *user*; how many rows of which table there were."""
    gone = counted(user)
    Session.objects.filter(pk__in=[session.pk for session in sessions(user)]).delete()
    user.delete()
    return gone
