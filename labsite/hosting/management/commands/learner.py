"""`manage.py learner export|delete NAME`: all that is stored of one person, handed out or removed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from labsite.accounts.models import User
from labsite.hosting import belongings
from lessons.management.speaking import Speaking


class Command(Speaking):
    """Exports or deletes."""

    help = "Hand out or delete everything that is stored of one person"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("export", "delete"))
        parser.add_argument("name", help="the log-in name")
        parser.add_argument("--to", type=Path, help="export: the file to write (default: NAME.zip)")
        parser.add_argument("--yes", action="store_true", help="delete: do not ask again")

    def handle(self, *args: Any, action: str, name: str, to: Path | None, yes: bool, **options: Any) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(_("There is nobody named %s.") % name)
        if action == "export":
            self.hand_out(user, to or Path(f"{name}.zip"))
        else:
            self.remove(user, yes)

    def hand_out(self, user: User, to: Path) -> None:
        """The zip; never over a file that is there."""
        try:
            with to.open("xb") as out:
                belongings.export(user, out)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(to))

    def remove(self, user: User, yes: bool) -> None:
        """Ask again, then delete."""
        if belongings.last_keeper(user):
            raise CommandError(_("This is the last administrator. Make another one first."))
        asked = _("Everything of %s goes, for good. Type the name again: ") % user.username
        if not yes and input(asked) != user.username:
            raise CommandError(_("Nothing was deleted."))
        for label, count in belongings.delete(user).items():
            self.stdout.write(f"{label}: {count}")
