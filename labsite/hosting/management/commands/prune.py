"""`manage.py prune [--dry-run]`: forget what is not kept for ever, and say what it was; the site does the same once a day."""

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from labsite.hosting.forgetting import POLICIES
from lessons.management.speaking import Speaking


class Command(Speaking):
    """A line for each policy; with --verbosity 2, one more for each row."""

    help = "Forget what is not kept for ever: guests who did not come back, what is over, versions that nobody uses"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be forgotten")

    def handle(self, *args: Any, dry_run: bool, verbosity: int, **options: Any) -> None:
        self.stdout.write(_("Would be forgotten:") if dry_run else _("Forgotten:"))
        for policy in POLICIES:
            self.stdout.write("  " + _(policy.what) % {"number": policy.due().count(), "days": policy.days()})
            for each in policy.due() if verbosity > 1 else ():
                self.stdout.write(f"    {policy.name(each)}")
            if not dry_run:
                policy.drop(policy.due())
