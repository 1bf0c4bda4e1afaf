"""A backup as a file: a zip with a list of contents that holds the digest of everything else in it.

podlab.json           format, release, time, migrations, rows of each table, digests
data/APP.MODEL.jsonl  a row on each line
var/...               the secret key and the certificate authority
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

FORMAT = 1
CONTENTS = "podlab.json"
CHUNK = 1 << 20
LONGEST_LINE = 256 << 20

Contents = dict[str, Any]


class Damaged(Exception):
    """The file is no backup, or not the whole of one, or of a newer release; the text says which."""


class Writer:
    """Writes a backup; what was put in is digested on the way."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self.file = file
        self.digests: dict[str, str] = {}

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """A member from *pieces*."""
        digest = hashlib.sha256()
        with self.file.open(name, "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                member.write(piece)
        self.digests[name] = digest.hexdigest()

    def finish(self, contents: Contents) -> None:
        """The list of contents, which comes last: a backup that was cut off has none."""
        contents = {"format": FORMAT, **contents, "digests": self.digests}
        self.file.writestr(CONTENTS, json.dumps(contents, indent=1, cls=DjangoJSONEncoder))


def lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Each row on a line."""
    return (json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n" for row in rows)


class Reader:
    """A backup that was looked through; raises Damaged if anything in it is not as it was written."""

    def __init__(self, path: Path) -> None:
        try:
            self.file = zipfile.ZipFile(path)
            self.contents: Contents = json.loads(self.file.read(CONTENTS))
            digests = dict(self.contents["digests"])
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError, NotImplementedError) as error:
            raise Damaged(_("%s is no Podlab backup, or not the whole of one.") % path) from error
        if self.contents.get("format") != FORMAT:
            raise Damaged(_("The backup was written by a newer release of Podlab. Install that one, then restore."))
        for name, digest in digests.items():
            if self.digest(name) != digest:
                raise Damaged(_("The backup is damaged: %s is not as it was written.") % name)

    def digest(self, name: str) -> str:
        """The digest of a member as it is now; empty if it cannot be read."""
        digest = hashlib.sha256()
        try:
            with self.file.open(name) as member:
                while piece := member.read(CHUNK):
                    digest.update(piece)
        except (OSError, KeyError, zipfile.BadZipFile, EOFError, ValueError, zlib.error):
            return ""
        return digest.hexdigest()

    def names(self, folder: str) -> list[str]:
        """The members below *folder*."""
        return [name for name in self.contents["digests"] if name.startswith(f"{folder}/")]

    def rows(self, name: str) -> Iterator[str]:
        """The lines of a member, each a row in JSON."""
        with self.file.open(name) as member:
            while line := member.readline(LONGEST_LINE):
                yield line.decode()
