"""`manage.py lessons check [SLUG...]` proves lessons; `manage.py lessons new SLUG` begins one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lessons import catalogue, skeleton
from lessons.proof import problems


class Command(BaseCommand):
    """Checks lessons, or makes the folder of a new one."""

    help = "Check lessons, or begin a new one"

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="prove that lessons can be done as they say")
        check.add_argument("slugs", nargs="*", metavar="SLUG", help="which (default: all)")
        check.add_argument("--seed", type=int, default=1, help="the seed of the clusters")
        new = commands.add_parser("new", help="make the folder of a new lesson")
        new.add_argument("slug", metavar="SLUG")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        if command == "new":
            self.new(options["slug"])
        else:
            self.prove(options["slugs"], options["seed"])

    def new(self, slug: str) -> None:
        """A folder with everything that a lesson needs, to be filled in."""
        try:
            folder = skeleton.create(catalogue.CONTENT, slug)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Made {folder}. Fill it in, then run: manage.py lessons check {slug}")

    def prove(self, slugs: list[str], seed: int) -> None:
        """Prove each lesson; exit with 1 if anything is wrong."""
        try:
            known = catalogue.lessons()
        except catalogue.LessonError as error:
            raise CommandError(str(error)) from error
        if unknown := [slug for slug in slugs if slug not in known]:
            raise CommandError(f"there is no lesson {unknown[0]!r}")
        wrong = sum(self.prove_one(slug, seed) for slug in slugs or known)
        if wrong:
            raise SystemExit(1)

    def prove_one(self, slug: str, seed: int) -> bool:
        """Whether something is wrong with the lesson *slug*; it is said what."""
        found = problems(catalogue.lessons()[slug], seed=seed)
        self.stdout.write(f"{slug}: {'ok' if not found else ''}".rstrip())
        for problem in found:
            self.stdout.write(f"  {problem}")
        return bool(found)
