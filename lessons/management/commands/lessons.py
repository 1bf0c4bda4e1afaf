"""`manage.py lessons check [SLUG...]` proves lessons, `new SLUG` begins one, `stamp [SLUG...]` says that translations are up to date,
`schema` prints what editors need to complete a lesson.yaml, `outline` the course as docs/course.md has it; `export SLUG` and
`import SOURCE` carry lessons from one installation to another."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.module_loading import import_string

from lessons import catalogue, outline, schema, skeleton, stamps
from lessons.catalogue import Lesson
from lessons.management import carriage
from lessons.management.speaking import Speaking
from lessons.proof import SEEDS, all_problems
from lessons.refusals import Refused


class Command(Speaking):
    """Checks lessons, makes the folder of a new one, stamps translations, carries lessons away and in."""

    help = "Check lessons, begin a new one, stamp translations, export and import lessons"

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        check = commands.add_parser("check", help="prove that lessons can be done as they say")
        check.add_argument("slugs", nargs="*", metavar="SLUG", help="which (default: all)")
        check.add_argument(
            "--seed", type=int, help="the seed of the clusters (default: 1, of lessons with values several)"
        )
        new = commands.add_parser("new", help="make the folder of a new lesson")
        new.add_argument("slug", metavar="SLUG")
        stamp = commands.add_parser("stamp", help="say that translations say the same as their originals do now")
        stamp.add_argument("slugs", nargs="*", metavar="SLUG", help="which (default: all)")
        carriage.add_arguments(commands)
        commands.add_parser("schema", help="print the JSON Schema of lesson.yaml")
        commands.add_parser("outline", help=f"print the outline of the course, in Markdown: {outline.COMMAND}")

    def handle(self, *args: Any, command: str, **options: Any) -> None:
        match command:
            case "new":
                self.new(options["slug"])
            case "stamp":
                self.stamp(options["slugs"])
            case "schema":
                self.stdout.write(json.dumps(schema.schema(), indent=2, ensure_ascii=False))
            case "export":
                self.say(carriage.export(options["slug"], options["to"], options["version"]))
            case "import":
                self.bring(options)
            case "outline":
                self.stdout.write(outline.markdown(), ending="")
            case _:
                self.prove(options["slugs"], options["seed"])

    def new(self, slug: str) -> None:
        """A folder with everything that a lesson needs, to be filled in."""
        try:
            folder = skeleton.create(catalogue.CONTENT, slug)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Made {folder}. Fill it in, then run: manage.py lessons check {slug}")

    def stamp(self, slugs: list[str]) -> None:
        """Stamp the translations of each lesson."""
        for folder in folders(slugs):
            for path in stamps.write(folder, catalogue.LANGUAGES):
                self.stdout.write(f"stamped {folder.name}/{path.name}")

    def say(self, lines: Iterable[str]) -> None:
        """Print *lines* as they come; raises CommandError where something is refused."""
        try:
            for line in lines:
                self.stdout.write(line)
        except Refused as error:
            raise CommandError(str(error)) from error

    def bring(self, options: dict[str, Any]) -> None:
        """Bring lessons; exit with 1 if one of them cannot stand on the shelf."""
        bringing = carriage.Bringing(options["to"], options["draft"], options["author"])
        what = (options[name] for name in ("source", "kind", "slug", "branch", "folder"))
        self.say(bringing.bring(*what))
        if bringing.failed:
            raise SystemExit(1)

    def prove(self, slugs: list[str], seed: int | None) -> None:
        """Prove each lesson; exit with 1 if anything is wrong."""
        passed = failed = 0
        with import_string(settings.LESSON_CONSOLE)() as on_site:
            for folder in folders(slugs):
                wrong = self.prove_one(folder, SEEDS if seed is None else (seed,), on_site)
                passed, failed = passed + (not wrong), failed + wrong
        self.stdout.write(f"{passed} passed, {failed} failed")
        if failed:
            raise SystemExit(1)

    def prove_one(self, folder: Path, seeds: tuple[int, ...], on_site: Callable[[Lesson, int], list[str]]) -> bool:
        """Whether something is wrong with the lesson in *folder*; it is said what."""
        try:
            lesson = catalogue.load(folder, seeds[0])
            found = all_problems(lesson, seeds) or on_site(lesson, seeds[0])
        except catalogue.LessonError as error:
            found = [str(error)]
        self.stdout.write(f"{folder.name}: {'ok' if not found else ''}".rstrip())
        for problem in found:
            self.stdout.write(f"  {problem}")
        return bool(found)


def folders(slugs: list[str]) -> Iterator[Path]:
    """The folders of the lessons, of all where none is named; raises CommandError."""
    known = {path.parent.name: path.parent for path in sorted(catalogue.CONTENT.glob("*/lesson.yaml"))}
    if unknown := [slug for slug in slugs if slug not in known]:
        raise CommandError(f"there is no lesson {unknown[0]!r}")
    yield from (known[slug] for slug in slugs or known)
