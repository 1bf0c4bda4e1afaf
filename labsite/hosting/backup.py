"""Making a backup: all rows as they were at one moment, and the files of VAR_DIR that cannot be made again."""

import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from labsite.hosting import rows
from labsite.hosting.archive import CHUNK, Contents, Writer, lines
from labsite.release import RELEASE

# Who watches at this moment: nobody does when the backup is restored.
FLEETING = ("sandboxes.viewer",)
# What VAR_DIR holds beside the database: without the key nobody's session or link holds, without the authority no kubeconfig.
SECRET_KEY = "secret_key"
FOLDERS = ("tls",)


class Unready(Exception):
    """No backup can be made of the installation as it is; the text says why."""


def make(target: Path) -> Contents:
    """Write a backup to *target*, readable by its owner alone; what it holds. Raises Unready and OSError."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            contents = write(Writer(file))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return contents


def write(writer: Writer) -> Contents:
    """Everything that belongs into a backup."""
    with one_moment():
        executor = MigrationExecutor(connections["default"])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise Unready(_("The database is of an older release. First: manage.py migrate"))
        counts = {
            model._meta.label_lower: put_rows(writer, model)
            for model in rows.stored(apps)
            if model._meta.label_lower not in FLEETING
        }
        applied = sorted(MigrationRecorder(connections["default"]).applied_migrations())
    writer.put(f"var/{SECRET_KEY}", [settings.SECRET_KEY.encode()])
    for path in kept_files(settings.VAR_DIR):
        writer.put(f"var/{path.relative_to(settings.VAR_DIR)}", pieces(path))
    contents = {"release": RELEASE, "made": timezone.now(), "migrations": applied, "rows": counts}
    writer.finish(contents)
    return contents


def put_rows(writer: Writer, model: rows.Model) -> int:
    """All rows of *model*; how many there were."""
    count = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count
        for thing in model._base_manager.order_by("pk").iterator(chunk_size=200):
            count += 1
            yield rows.row_of(thing)

    writer.put(f"data/{model._meta.label_lower}.jsonl", lines(counted()))
    return count


def kept_files(var: Path) -> list[Path]:
    """The files of VAR_DIR that go into a backup beside the key."""
    return sorted(path for folder in FOLDERS for path in (var / folder).rglob("*") if path.is_file())


def pieces(path: Path) -> Iterator[bytes]:
    """A file, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


@contextmanager
def one_moment() -> Iterator[None]:
    """A database that stands still while the site goes on: a copy of the SQLite file, a snapshot of PostgreSQL."""
    if connections["default"].vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="podlab-backup-", dir=settings.VAR_DIR) as folder:
            copy_sqlite(Path(folder) / "copy.sqlite3")
            with instead(Path(folder) / "copy.sqlite3"):
                yield
        return
    with transaction.atomic():
        if not connections["default"].savepoint_ids:  # the transaction is our own, and has done nothing yet
            with connections["default"].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def copy_sqlite(target: Path) -> None:
    """A copy of the database as it is at one moment, by SQLite's own online backup; writers go on meanwhile."""
    connections["default"].ensure_connection()
    copy = sqlite3.connect(target)
    try:
        connections["default"].connection.backup(copy)
    finally:
        copy.close()


@contextmanager
def instead(path: Path) -> Iterator[None]:
    """A SQLite file in the place of the site's own database, for this thread and a while: migrations know no other place."""
    before = connections.settings["default"]
    plain = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": plain})["default"]
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        del connections["default"]
        connections.settings["default"] = before


def described(contents: Contents) -> str:
    """What a backup holds, in a line."""
    counts = contents["rows"]
    return _("%(people)s people, %(clusters)s clusters, %(rows)s rows in all, release %(release)s") % {
        "people": counts.get("accounts.user", 0),
        "clusters": counts.get("sandboxes.sandbox", 0),
        "rows": sum(counts.values()),
        "release": contents["release"],
    }
