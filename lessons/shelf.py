"""The shelf: lessons that were written here, each version with its files, which do not change any more. The newest that was published
stands in the catalogue beside those that came with the release.

What is stored are the files; where a lesson is needed they are laid out once as a folder, by their digest.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.conf import settings
from django.db import transaction

from lessons import catalogue, versions
from lessons.catalogue import Lesson
from lessons.drafting import desk
from lessons.models import LessonVersion

MOST_VERSIONS = 200  # of one lesson


class Refused(Exception):
    """It cannot stand on the shelf; the text says why."""


def keep(slug: str, files: Mapping[str, str], author: Any) -> LessonVersion:
    """The version of the lesson *slug* that has these files, kept if it was not; raises Refused and LessonError."""
    if problem := refusal(slug, author) or desk.refusal(files):
        raise Refused(problem)
    digest = versions.digest_of(files)
    known = LessonVersion.objects.filter(slug=slug)
    if found := known.filter(digest=digest).first():
        return found
    if known.count() >= MOST_VERSIONS:
        raise Refused("there are too many versions of this lesson")
    with desk.laid_out(slug, files) as folder:
        catalogue.load(folder)
    return LessonVersion.objects.create(slug=slug, digest=digest, files=dict(files), author=author)


def refusal(slug: str, author: Any) -> str:
    """Why *author* cannot keep a lesson under this name; empty if they can."""
    if not slug:
        return "give the lesson a name for its address"
    if slug in catalogue.lessons():
        return "a lesson of the course has this name"
    if LessonVersion.objects.filter(slug=slug).exclude(author=author).exists():
        return "somebody else's lesson has this name"
    return ""


@transaction.atomic
def publish(kept: LessonVersion) -> None:
    """From now on learners find this version."""
    withdraw(kept.slug)
    LessonVersion.objects.filter(pk=kept.pk).update(current=True)


def withdraw(slug: str) -> None:
    """Learners find the lesson no more; what they did stays theirs."""
    LessonVersion.objects.filter(slug=slug, current=True).update(current=False)


def lesson(slug: str, digest: str) -> Lesson | None:
    """A version of a lesson; None if there is none."""
    place = version(slug, digest)
    return catalogue.at(place) if place else None


def version(slug: str, digest: str) -> Path | None:
    """The folder of a version of a lesson; None if there is none."""
    found = LessonVersion.objects.filter(slug=slug, digest=digest).defer("files").first()
    return folder(found) if found else None


def folders() -> dict[str, Path]:
    """The folders of all lessons that are published, by their slug."""
    current = LessonVersion.objects.filter(current=True).defer("files")
    return {each.slug: folder(each) for each in current}


def published(slug: str) -> Path | None:
    """The folder of the lesson *slug*, if it is published."""
    found = LessonVersion.objects.filter(slug=slug, current=True).defer("files").first()
    return folder(found) if found else None


def folder(kept: LessonVersion) -> Path:
    """Where the files of a version lie; laid out if they do not yet. Whoever does it at the same time does the same."""
    place = settings.VAR_DIR / "shelf" / kept.digest / kept.slug
    if place.is_dir():
        return Path(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=place.parent))
    for name, text in kept.files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    try:
        fresh.rename(place)
    except OSError:  # somebody was faster
        shutil.rmtree(fresh)
    return Path(place)
