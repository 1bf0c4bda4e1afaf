"""`manage.py backup FILE`: everything that cannot be made again, in one file; the site may go on meanwhile."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from labsite.hosting import backup
from lessons.management.speaking import Speaking


class Command(Speaking):
    """Makes a backup."""

    help = "Write everything that cannot be made again into one file: accounts, clusters, history, progress, keys"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to write it; it opens every account, so keep it safe")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            contents = backup.make(file)
        except (backup.Unready, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}: {backup.described(contents)}")
        self.stdout.write(_("Keep the file safe: it holds the secret key and the passwords' digests."))
