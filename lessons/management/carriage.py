"""`manage.py lessons export` and `import`: lessons carried from one installation to another."""

from argparse import _SubParsersAction
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from lessons import catalogue, format, shelf, versions
from lessons.apart import asking
from lessons.carrying import fetching, leftovers, parcels, solving, zips
from lessons.carrying.parcels import Parcel
from lessons.catalogue import SOLUTION
from lessons.refusals import Refused

PATIENCE_S = 120  # for the proof of one lesson: longer than a task of the site may take, since no worker waits for it


def add_arguments(commands: "_SubParsersAction[Any]") -> None:
    """What can be said after `export` and `import`."""
    export = commands.add_parser("export", help="write a lesson's folder into a zip")
    export.add_argument("slug", metavar="SLUG")
    export.add_argument("--to", metavar="FILE.zip", type=Path, help="where to (default: SLUG.zip)")
    export.add_argument(
        "--version", default="", metavar="DIGEST", help="a version that is kept (default: as it is now)"
    )
    bring = commands.add_parser("import", help="bring lessons: they are checked, and published if all is right")
    bring.add_argument("source", metavar="PATH|ZIP|GIT-URL")
    bring.add_argument(
        "--from", dest="kind", choices=fetching.FORMATS, default=fetching.ANY, help="their format (default: found out)"
    )
    bring.add_argument("--branch", default="", metavar="NAME", help="of the repository (default: its own default)")
    bring.add_argument("--folder", default="", metavar="PATH", help="only what is below this folder of the repository")
    bring.add_argument("--as", dest="slug", default="", metavar="SLUG", help="another name, where it is one lesson")
    bring.add_argument("--author", default="", metavar="NAME", help="whose lessons they become (default: nobody's)")
    ways = bring.add_mutually_exclusive_group()
    ways.add_argument("--to", metavar="FOLDER", type=Path, help="write them below this folder instead")
    ways.add_argument("--draft", default="", metavar="NAME", help="make them drafts of this author instead, unchecked")


def export(slug: str, to: Path | None, version: str) -> Iterator[str]:
    """Write a lesson into a zip; raises Refused."""
    folder = shelf.version(slug, version) if version else folder_of(slug)
    if folder is None:
        raise Refused(_("There is no lesson %(slug)s, or not in this version.") % {"slug": repr(slug)})
    path = to or Path(f"{slug}.zip")
    try:
        path.write_bytes(zips.packed(parcels.of_folder(folder), slug))
    except OSError as error:
        raise Refused(_("%(name)s cannot be written: %(why)s") % {"name": path, "why": error.strerror}) from error
    yield f"{path}: {slug} {versions.digest(folder)[:12]}"


def folder_of(slug: str) -> Path | None:
    """Where a lesson lies that learners find now."""
    own = catalogue.CONTENT / slug
    return own if format.is_id(slug) and (own / parcels.SIGN).is_file() else shelf.published(slug)


@dataclass
class Bringing:
    """Brings lessons: below the folder *to*, as drafts of the author *draft*, or onto the shelf as those of *author*."""

    to: Path | None = None
    draft: str = ""
    author: str = ""
    failed: int = 0

    def bring(self, source: str, kind: str, slug: str, branch: str = "", folder: str = "") -> Iterator[str]:
        """Bring all lessons of *source*, a single one under the name *slug*: what is said of each; raises Refused. Of a repository,
        what *branch* has below *folder*."""
        found = fetching.fetched(source, kind, branch=branch, folder=folder)
        if slug and len(found) > 1:
            raise Refused(
                _("There are %(number)s lessons in it: they cannot all be called %(slug)s.")
                % {"number": len(found), "slug": slug}
            )
        for each in found:
            yield from self.one(each, slug or each.slug)

    def one(self, parcel: Parcel, slug: str) -> Iterator[str]:
        """Bring one lesson; raises Refused."""
        if not format.is_id(slug):
            raise Refused(_("Say with --as how the lesson is called: letters a to z, digits and hyphens."))
        yield from (f"{slug}: {_('not taken over:')} {note}" for note in parcel.left)
        if parcel.tries:
            parcel, left = with_solution(parcel, slug)
            yield from (f"{slug}: {_('not taken over:')} {what}: {_(leftovers.WORDS[why])}" for why, what in left)
        if self.to:
            yield self.written(parcel, slug)
        elif self.draft:
            place = import_string(settings.LESSON_DRAFTS)(account(self.draft), slug, parcel)
            yield f"{slug}: {place}"
        else:
            yield from self.published(parcel, slug)

    def written(self, parcel: Parcel, slug: str) -> str:
        """Write the lesson's folder; raises Refused where there is one already."""
        assert self.to
        folder = self.to / slug
        if folder.exists():
            raise Refused(_("%(name)s is there already.") % {"name": folder})
        for name, text in parcel.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return f"{slug}: {folder}"

    def published(self, parcel: Parcel, slug: str) -> Iterator[str]:
        """Check the lesson and put it on the shelf."""
        digest = versions.digest_of(parcel.files)
        own = catalogue.lessons().get(slug)
        if own and versions.digest(own.folder) == digest:
            yield f"{slug}: {_('is there already, and the same.')}"
            return
        author = account(self.author) if self.author else None
        if problem := shelf.refusal(slug, author):
            raise Refused(f"{slug}: {problem}")
        if problems := proved(slug, parcel):
            self.failed += 1
            yield f"{slug}: {_('is not published:')}"
            yield from (f"  {problem}" for problem in problems)
            return
        shelf.publish(shelf.keep(slug, parcel.files, author))
        yield f"{slug}: {_('published,')} {digest[:12]}"


def with_solution(parcel: Parcel, slug: str) -> tuple[Parcel, list[list[str]]]:
    """The lesson with a solution made of what it offers, as far as that runs here; and why and what of the rest."""
    question = {"slug": slug, "files": dict(parcel.files), "tries": [each._asdict() for each in parcel.tries]}
    try:
        answer = asking.ask("solve", question, PATIENCE_S)
    except (asking.TookTooLong, asking.Failed):
        return replace(parcel, tries=()), [[solving.NO_LESSON, slug]]
    files = {**parcel.files, **({SOLUTION: answer["solution"]} if answer["solution"] else {})}
    return replace(parcel, files=files, tries=()), answer["left"]


def proved(slug: str, parcel: Parcel) -> list[str]:
    """What is wrong with a lesson that was brought."""
    try:
        problems: list[str] = asking.ask("prove", {"slug": slug, "files": dict(parcel.files)}, PATIENCE_S)["problems"]
    except asking.TookTooLong:
        return [_("It took too long. Do less, or wait less.")]
    except asking.Failed as error:
        return [str(error)]
    return problems


def account(name: str) -> Any:
    """Somebody's account; raises Refused."""
    found = get_user_model().objects.filter(username=name).first()
    if found is None:
        raise Refused(_("There is no account %(name)s.") % {"name": repr(name)})
    return found
