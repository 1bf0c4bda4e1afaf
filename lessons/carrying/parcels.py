"""Lessons on their way: the folders of lessons in a zip, in a folder on this machine or in a git repository, taken over to the last byte."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.utils.translation import gettext as _

from lessons import format
from lessons.carrying import zips
from lessons.carrying.zips import Limits
from lessons.drafting import desk
from lessons.refusals import Refused

LIMITS = Limits(
    files=2000, size=20 << 20, largest=4 << 20
)  # of all that comes with lessons, pictures and the like included
LARGEST_ZIP = 2 << 20
MOST_LESSONS = 200
SIGN = "lesson.yaml"  # in the folder of a lesson

LINK = b"stands for what is no file"  # known by its identity

Raw = Mapping[str, bytes]


class Note(NamedTuple):
    """Something that was not taken over: where it stands, and why."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}"


class Try(NamedTuple):
    """A command that may be part of the solution: of which step, where it stands, and the command."""

    step: str
    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Parcel:
    """A lesson that was brought. *slug* is empty where nothing tells its name. Where it came without a solution, *tries* may be one
    (solving.py)."""

    slug: str
    files: Mapping[str, str]
    left: tuple[Note, ...] = ()
    tries: tuple[Try, ...] = ()


def gathered(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """All files below *folder* by path, and the paths of what is none, links among them; raises Refused if it is too much."""
    found: dict[str, bytes] = {}
    strange = []
    left = LIMITS.size
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            strange.append(name)
        elif path.is_file() and not name.startswith(".git/"):
            left -= path.stat().st_size
            if left < 0 or len(found) >= LIMITS.files:
                raise Refused(_("There is too much in %(name)s.") % {"name": folder.name})
            found[name] = path.read_bytes()
    return found, strange


def lessons(raw: Raw, name: str, strange: Sequence[str] = ()) -> list[Parcel]:
    """The lessons in what was brought under *name*, where there were also the *strange* things that are no files; raises Refused where
    there is none."""
    raw = {**raw, **dict.fromkeys(strange, LINK)}
    roots = folders(raw)
    if not roots:
        raise Refused(_("There is no lesson in it: no folder with a lesson.yaml."))
    if len(roots) > MOST_LESSONS:
        raise Refused(_("There are too many lessons in it: at most %(most)s.") % {"most": MOST_LESSONS})
    return [parcel(raw, root, name) for root in roots]


def of_folder(folder: Path) -> dict[str, str]:
    """The files of the lesson that lies in *folder*; raises Refused."""
    return {name: zips.text_of(name, data) for name, data in gathered(folder)[0].items()}


def folders(raw: Raw) -> list[str]:
    """The folders of lessons, `.` for the whole; one inside another is no lesson of its own."""
    found: list[str] = []
    for path in sorted(raw, key=lambda path: (path.count("/"), path)):
        folder = PurePosixPath(path).parent
        if PurePosixPath(path).name != SIGN or ignored(path) or raw[path] is LINK:
            continue
        if not any(str(above) in found for above in (folder, *folder.parents)):
            found.append(str(folder))
    return found


def parcel(raw: Raw, root: str, name: str) -> Parcel:
    """The lesson in the folder *root*; raises Refused."""
    slug = stem(PurePosixPath(root).name) if root != "." else name
    files, left = {}, []
    for path, data in below(raw, root):
        if data is LINK:
            left.append(Note(path, 1, _("links and what is inside them are not taken over")))
        elif ignored(path):
            left.append(Note(path, 1, _("hidden files are no part of a lesson")))
        else:
            files[path] = zips.text_of(path, data)
    if problem := desk.refusal(files):
        raise Refused(problem)
    return Parcel(slug if format.is_id(slug) else "", files, tuple(left))


def below(raw: Raw, root: str) -> Iterator[tuple[str, bytes]]:
    """The files below a folder, by their paths in it."""
    before = "" if root == "." else f"{root}/"
    yield from ((path.removeprefix(before), data) for path, data in raw.items() if path.startswith(before))


def ignored(path: str) -> bool:
    """Whether a file is one that systems and tools leave behind: hidden, or of a Mac's archiver."""
    return any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(path).parts)


def stem(name: str) -> str:
    """A name without what says that it is a zip or a repository."""
    return PurePosixPath(name.rstrip("/")).name.removesuffix(".zip").removesuffix(".git")
