"""`manage.py compile_texts`: make the .mo files of the site's translations, without the gettext tools."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Compiles each .po file that is newer than its .mo file."""

    help = "Compile the translations"

    def handle(self, *args: Any, **options: Any) -> None:
        for top in settings.LOCALE_PATHS:
            for source in sorted(Path(top).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                    polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(target))
                    self.stdout.write(f"{source.parent.parent.name}/{target.name}")
