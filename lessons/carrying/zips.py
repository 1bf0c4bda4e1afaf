"""Zips: the same files always make the same bytes, and what is in one that somebody brought is looked at before it is believed."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from django.utils.translation import gettext as _

from lessons.refusals import Refused

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a zip can say
UNIX, PLAIN_FILE = 3, stat.S_IFREG | 0o644
LONGEST_NAME = 1000


class Limits(NamedTuple):
    """How many files there may be, and how many bytes in all and in one."""

    files: int = 200
    size: int = 4 << 20
    largest: int = 1 << 20


def packed(files: Mapping[str, str], folder: str = "") -> bytes:
    """A zip of *files* below *folder*: names in order, no times, one kind of entry."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, EARLIEST)
            entry.create_system, entry.external_attr = UNIX, PLAIN_FILE << 16
            archive.writestr(entry, text.encode(), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpacked(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The files of a zip by their paths; raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > limits.files:
                raise Refused(_("The zip has too many files: at most %(most)s.") % {"most": limits.files})
            return read_all(archive, entries, limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, zlib.error) as error:
        raise Refused(_("This is no zip that can be read.")) from error


def read_all(archive: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo], limits: Limits) -> dict[str, bytes]:
    """What is in *entries*, which must not become too much, whatever the zip says of their sizes."""
    found: dict[str, bytes] = {}
    left = limits.size
    for entry in entries:
        path = path_of(entry)
        if path in found:
            raise Refused(_("The zip has %(name)s twice.") % {"name": path})
        found[path] = data = read(archive, entry, limits.largest)
        left -= len(data)
        if left < 0:
            most = mebibytes(limits.size)
            raise Refused(_("The files in the zip are too large together: at most %(most)s.") % {"most": most})
    return found


def path_of(entry: zipfile.ZipInfo) -> str:
    """Where a file of a zip belongs; raises Refused if that is not below the folder into which it is unpacked."""
    name = entry.filename
    parts = PurePosixPath(name).parts
    odd = any(ord(letter) < 32 or letter == "\x7f" for letter in name) or "\\" in name or len(name) > LONGEST_NAME
    # An entry that was made on Unix says in the upper half of its attributes what it is.
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if odd or not parts or name.startswith("/") or ".." in parts or ":" in parts[0] or kind not in (0, stat.S_IFREG):
        raise Refused(_("The zip has an entry that is no plain file below its folder: %(name)s") % {"name": name[:100]})
    return "/".join(parts)


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, largest: int) -> bytes:
    """What is in one file; raises Refused."""
    if entry.flag_bits & 1 or entry.compress_type not in METHODS:
        raise Refused(_("This is no zip that can be read."))
    with archive.open(entry) as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        facts = {"name": entry.filename[:100], "most": mebibytes(largest)}
        raise Refused(_("%(name)s is too large: at most %(most)s.") % facts)
    return data


def mebibytes(size: int) -> str:
    """A size as people read it."""
    return f"{size / (1 << 20):g} MiB"


def text_of(name: str, data: bytes) -> str:
    """The text that a file holds, to the last byte; raises Refused."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refused(_("%(name)s is no text.") % {"name": name[:100]}) from None
    if "\0" in text:
        raise Refused(_("%(name)s is no text.") % {"name": name[:100]})
    return text
