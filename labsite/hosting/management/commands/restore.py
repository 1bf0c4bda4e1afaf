"""`manage.py restore FILE`: everything as it was when the backup was made. Stop the site before."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from labsite.hosting import backup, ports, restore
from labsite.hosting.archive import Damaged
from lessons.management.speaking import Speaking


class Command(Speaking):
    """Restores a backup."""

    help = "Put everything in a backup in the place of what is there; all of it, or nothing is changed"
    requires_system_checks = ()  # the database may be empty

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument("--replace", action="store_true", help="although there are people already; they are lost")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        if settings.EMBEDDED and ports.answers(settings.HOST, settings.PORT):
            place = f"{settings.HOST}:{settings.PORT}"
            raise CommandError(_("Something answers at %s. Stop the site before a backup is restored.") % place)
        try:
            contents, todo = restore.restore(file, replace=replace)
        except (restore.Refused, Damaged, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Restored: %s") % backup.described(contents))
        for line in todo:
            self.stdout.write(line)
