"""Restoring a backup, whichever of the two databases it was made from: all of it, or nothing is changed."""

import json
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.apps.registry import Apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import Error, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from labsite.hosting import rows
from labsite.hosting.archive import Contents, Damaged, Reader
from labsite.hosting.backup import FOLDERS, SECRET_KEY, instead

NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
Migration = tuple[str, str]


class Refused(Exception):
    """The backup was not restored, and nothing was changed; the text says why."""


def restore(path: Path, *, replace: bool = False) -> tuple[Contents, list[str]]:
    """Put everything in *path* in the place of what is there; what it held, and what is to be done yet.

    Raises Damaged, and Refused where there are people already and *replace* is not set.
    """
    backup = Reader(path)
    if not replace and occupied():
        raise Refused(_("There are people in this installation already. To put the backup in their place: --replace"))
    try:
        load = into_sqlite if connections["default"].vendor == "sqlite" else into_postgres
        load(backup)
    except (Error, ValidationError, ValueError, TypeError, KeyError) as error:
        raise Damaged(_("The backup's rows cannot be stored: %s") % error) from error
    todo = put_files(backup, settings.VAR_DIR)
    call_command("migrate", verbosity=0)
    return backup.contents, todo


def occupied() -> bool:
    """Whether anybody is known here."""
    if "accounts_user" not in connections["default"].introspection.table_names():
        return False
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM accounts_user)")
        return bool(cursor.fetchone()[0])


def into_sqlite(backup: Reader) -> None:
    """Fill a file beside the database, then let it take the database's place; the old one is kept beside it."""
    place = Path(connections["default"].settings_dict["NAME"])
    fresh = place.with_name(f"{place.name}.{secrets.token_hex(4)}.new")
    try:
        with instead(fresh):
            fill(backup, migrated(backup))
        connections["default"].close()
        if place.exists():
            # Its log goes first: an old log beside a new database would be taken for the new one's.
            with instead(place), connections["default"].cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=DELETE")
            place.replace(place.with_name(f"{place.name}.before-restore"))
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)


def into_postgres(backup: Reader) -> None:
    """In one transaction: away with the tables, and new ones with the backup's rows."""
    connection = connections["default"]
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
        fill(backup, migrated(backup))


def migrated(backup: Reader) -> Apps:
    """Bring an empty database to where the backup's was; its models as they were then."""
    executor = MigrationExecutor(connections["default"])
    targets = newest(executor, [(app, name) for app, name in backup.contents["migrations"]])
    return executor.migrate(targets).apps


def newest(executor: MigrationExecutor, applied: list[Migration]) -> list[Migration]:
    """The last of the *applied* migrations of each app; raises Refused if one is not known here."""
    graph = executor.loader.graph
    known = [migration for migration in applied if migration in graph.nodes]
    squashed = {old for new in executor.loader.replacements for old in executor.loader.replacements[new].replaces}
    unknown = [
        f"{app}.{name}" for app, name in applied if (app, name) not in graph.nodes and (app, name) not in squashed
    ]
    if unknown:
        text = _("The backup was written by a newer release of Podlab (%s). Install that one, then restore.")
        raise Refused(text % unknown[0])
    done = set(known)
    return [one for one in known if not any(later.key in done for later in children(graph, one))]


def children(graph: Any, migration: Migration) -> list[Any]:
    """The migrations of the same app that stand on *migration*."""
    return [child for child in graph.node_map[migration].children if child.key[0] == migration[0]]


def fill(backup: Reader, apps: Apps) -> None:
    """Put every row into its table, and let the tables go on counting where they were."""
    models = {model._meta.label_lower: model for model in rows.stored(apps)}
    with transaction.atomic():
        for label, expected in backup.contents["rows"].items():
            model = models[label]
            model._base_manager.all().delete()  # a migration may have put something there
            if rows.fill(model, read(backup, label)) != expected:
                raise Damaged(_("The backup is damaged: rows of %s are missing.") % label)
        connections["default"].check_constraints()
        statements = connections["default"].ops.sequence_reset_sql(no_style(), list(models.values()))
        with connections["default"].cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def read(backup: Reader, label: str) -> Iterator[dict[str, Any]]:
    """The rows of a table; PostgreSQL has no room for the character NUL, which becomes the sign for what cannot be shown."""
    for line in backup.rows(f"data/{label}.jsonl"):
        fit = line if connections["default"].vendor == "sqlite" else NUL.sub(r"\1\\ufffd", line)
        yield json.loads(fit)


# --- files ----------------------------------------------------------------------------------------------------------


def put_files(backup: Reader, var: Path) -> list[str]:
    """The backup's files in the place of those in VAR_DIR, readable by their owner alone; what is to be done yet."""
    for name in backup.names("var"):
        parts = PurePosixPath(name).parts[1:]
        if ".." in parts or not (parts == (SECRET_KEY,) or parts[0] in FOLDERS):
            continue
        put_file(var.joinpath(*parts), backup.file.read(name))
    key = backup.file.read(f"var/{SECRET_KEY}").decode()
    if os.environ.get("SECRET_KEY", "").strip() in ("", key):
        return []
    place = var / SECRET_KEY
    return [
        _("SECRET_KEY is another than in the backup: set it to what %s holds, or everybody has to log in anew.") % place
    ]


def put_file(target: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    unfinished.replace(target)
