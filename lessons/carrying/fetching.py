"""Lessons from wherever they are: a folder, a zip, a git repository; ours, or in the format of another platform."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from lessons.carrying import ckx, foreign, killercoda, parcels, repositories, zips
from lessons.carrying.parcels import Parcel, Raw
from lessons.refusals import Refused

Taker = Callable[[Raw, str, Sequence[str]], list[Parcel]]

OWN, ANY = "podlab", "any"


def anything(raw: Raw, name: str, strange: Sequence[str] = ()) -> list[Parcel]:
    """Lessons of ours; where there are none, those of all other formats. Raises Refused where there is nothing."""
    known = {**raw, **dict.fromkeys(strange, parcels.LINK)}
    if not parcels.folders(known):
        signs = ((killercoda, '"details"'), (ckx, '"questions"'))
        others = [room for room, sign in signs if any(foreign.roots(known, room.SIGN, sign))]
        if others:
            return [each for room in others for each in room.lessons(raw, name, strange)]
    return parcels.lessons(raw, name, strange)


# By the name of a format, what finds its lessons in files: (files by path, name of the whole, paths that are no files).
FORMATS: Mapping[str, Taker] = {
    ANY: anything,
    OWN: parcels.lessons,
    "killercoda": killercoda.lessons,
    "ck-x": ckx.lessons,
}


def fetched(source: str, kind: str = ANY, *, branch: str = "", folder: str = "") -> list[Parcel]:
    """The lessons at *source*: a path, or the address of a repository, of which a *branch* or a *folder* may be meant; raises Refused."""
    if repositories.is_address(source):
        return from_repository(source, frozenset(settings.LESSON_SOURCES), kind, branch=branch, folder=folder)
    if branch or folder:
        raise Refused(_("Only of a git repository a branch and a folder can be named."))
    path = Path(source)
    if path.is_dir():
        raw, strange = parcels.gathered(path)
        return FORMATS[kind](raw, path.resolve().name, strange)
    try:
        return from_zip(path.read_bytes(), path.name, kind)
    except OSError as error:
        raise Refused(_("%(name)s cannot be read: %(why)s") % {"name": source, "why": error.strerror}) from error


def from_repository(
    url: str, schemes: frozenset[str], kind: str = ANY, *, branch: str = "", folder: str = "", where: str = ""
) -> list[Parcel]:
    """The lessons in the repository at *url*, or in a *folder* of it; the rest as repositories.fetched() takes it. Raises Refused."""
    raw, strange = repositories.fetched(url, schemes, branch, where)
    inside = f"{folder.strip('/')}/" if folder.strip("/") else ""
    found = {path: data for path, data in raw.items() if path.startswith(inside)}
    if not found:
        raise Refused(_("The repository has no folder %(name)s.") % {"name": folder})
    return FORMATS[kind](found, parcels.stem(url), [path for path in strange if path.startswith(inside)])


def from_zip(data: bytes, name: str, kind: str = ANY) -> list[Parcel]:
    """The lessons in a zip that was called *name*; raises Refused."""
    if len(data) > parcels.LARGEST_ZIP:
        raise Refused(_("The zip is too large: at most %(most)s.") % {"most": zips.mebibytes(parcels.LARGEST_ZIP)})
    return FORMATS[kind](zips.unpacked(data, parcels.LIMITS), parcels.stem(name), ())
