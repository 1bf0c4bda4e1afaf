"""The shelf: lessons that were written here, each version with its files, which do not change any more. The newest that was published
stands in the catalogue beside those that came with the release. Of these the versions are kept with which somebody began.

What is stored are the files; where a lesson is needed they are laid out once as a folder, by their digest.
"""

import shutil
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lessons import catalogue, versions
from lessons.carrying import parcels
from lessons.catalogue import Lesson
from lessons.drafting import desk
from lessons.models import LessonVersion
from lessons.refusals import Refused

MOST_VERSIONS = 200  # of one lesson


def keep(slug: str, files: Mapping[str, str], author: Any) -> LessonVersion:
    """The version of the lesson *slug* that has these files, kept if it was not; raises Refused and LessonError."""
    if problem := refusal(slug, author) or desk.refusal(files):
        raise Refused(problem)
    digest = versions.digest_of(files)
    known = LessonVersion.objects.filter(slug=slug)
    if found := known.filter(digest=digest).first():
        return found
    if known.count() >= MOST_VERSIONS:
        raise Refused(_("there are too many versions of this lesson"))
    with desk.laid_out(slug, files) as folder:
        catalogue.load(folder)
    return LessonVersion.objects.create(slug=slug, digest=digest, files=dict(files), author=author)


def keep_of_course(lesson: Lesson) -> None:
    """Keep a lesson of the release as it is now, for those who begin with it: the next release may have another."""
    if lesson.slug not in catalogue.lessons():
        return
    name = {"slug": lesson.slug, "digest": versions.digest(lesson.folder)}
    if not LessonVersion.objects.filter(**name).exists():
        LessonVersion.objects.get_or_create(**name, defaults={"files": parcels.of_folder(lesson.folder)})


def refusal(slug: str, author: Any) -> str:
    """Why *author* cannot keep a lesson under this name; empty if they can."""
    if not slug:
        return _("give the lesson a name for its address")
    if slug in catalogue.lessons():
        return _("a lesson of the course has this name")
    if LessonVersion.objects.filter(slug=slug).exclude(author=author).exists():
        return _("somebody else's lesson has this name")
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


def unused(used: Collection[str], before: datetime) -> "QuerySet[LessonVersion]":
    """The versions made *before* a moment that nobody finds and whose digests are not *used*."""
    return LessonVersion.objects.filter(current=False, created__lt=before).exclude(digest__in=used).defer("files")


def prune(versions: "QuerySet[LessonVersion]", before: datetime) -> None:
    """Forget *versions*, and what was laid out *before* a moment of versions that are forgotten."""
    laid = [path for path in (settings.VAR_DIR / "shelf").glob("*") if path.stat().st_mtime < before.timestamp()]
    versions.delete()
    kept = set(LessonVersion.objects.values_list("digest", flat=True))
    for path in laid:
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


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
