"""A learner's files as one: the workspace as a zip, and what is in a zip that was brought along."""

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from labsite.pages.views import mine
from labsite.sandboxes.turn import look
from simulator.lab import Lab

HOME = "/root"
MOST_FILES = 200
MOST_BYTES = 4 << 20  # of all files together
LARGEST_FILE = 1 << 20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a zip can say


class Refused(Exception):
    """A zip that is not taken; the text says why, to the learner."""


@require_safe
@never_cache
def download(request: HttpRequest, sandbox: UUID) -> HttpResponse:
    """The text files of the learner's home, as a zip."""
    row = mine(request, sandbox)
    files = look(row.pk, collected)["files"]
    name = f"podlab-{row.lesson or 'free-lab'}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(packed(files), content_type="application/zip", headers=headers)


def collected(lab: Lab) -> dict[str, dict[str, str]]:
    """The files of the learner's home by their names there, as many as fit."""
    found: dict[str, str] = {}
    left = MOST_BYTES
    for entry in lab.files(lab.home, HOME):
        if entry["kind"] != "file" or entry["size"] > left or len(found) == MOST_FILES:
            continue
        text = lab.read_file(lab.home, entry["path"])
        if text is not None:
            found[entry["path"].removeprefix(f"{HOME}/")] = text
            left -= entry["size"]
    return {"files": found}


def packed(files: dict[str, str]) -> bytes:
    """A zip of *files*; the same files make the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


@require_POST
@never_cache
def unpack(request: HttpRequest) -> JsonResponse:
    """What is in the zip that is the body: {"files": [{"path", "content"}]}, or {"error"}. Nothing is stored: the browser puts them
    into the cluster one by one, as it does with files of its own."""
    try:
        return JsonResponse({"files": unpacked(request.body)})
    except RequestDataTooBig:
        return JsonResponse({"error": _("The zip is too large: at most 1 MiB.")}, status=413)
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)})


def unpacked(data: bytes) -> list[dict[str, str]]:
    """The files of a zip with their paths below the learner's home; raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise Refused(_("The zip has too many files: at most %(most)s.") % {"most": MOST_FILES})
            return read_all(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, zlib.error) as error:
        raise Refused(_("This is no zip that can be read.")) from error


def read_all(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> list[dict[str, str]]:
    """The texts of *entries*, which must not become too much, whatever the zip says of their sizes."""
    found: dict[str, str] = {}
    left = MOST_BYTES
    for entry in entries:
        path = path_of(entry)
        if path in found:
            raise Refused(_("The zip has %(name)s twice.") % {"name": path})
        found[path] = text = read(archive, entry)
        left -= len(text.encode())
        if left < 0:
            raise Refused(_("The files in the zip are too large together: at most 4 MiB."))
    return [{"path": path, "content": content} for path, content in found.items()]


def path_of(entry: zipfile.ZipInfo) -> str:
    """Where a file of a zip belongs; raises Refused if that is not below the learner's home."""
    name = entry.filename
    parts = PurePosixPath(name).parts
    odd = any(ord(letter) < 32 or letter == "\x7f" for letter in name) or "\\" in name or len(name) > 1000
    # An entry that was made on Unix says in the upper half of its attributes what it is.
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if odd or not parts or name.startswith("/") or ".." in parts or ":" in parts[0] or kind not in (0, stat.S_IFREG):
        raise Refused(_("The zip has an entry that is no plain file below its folder: %(name)s") % {"name": name[:100]})
    return f"{HOME}/{'/'.join(parts)}"


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    """The text of one file; raises Refused."""
    if entry.flag_bits & 1 or entry.compress_type not in METHODS:
        raise Refused(_("This is no zip that can be read."))
    with archive.open(entry) as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Refused(_("%(name)s is too large: at most 1 MiB.") % {"name": entry.filename[:100]})
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refused(_("%(name)s is no text.") % {"name": entry.filename[:100]}) from None
    if "\0" in text:
        raise Refused(_("%(name)s is no text.") % {"name": entry.filename[:100]})
    return text
