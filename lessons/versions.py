"""Which version of a lesson it is: a digest of all files of its folder, by which another version is recognised."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=500)
def digest(folder: Path) -> str:
    """SHA-256, hexadecimal, of the names and contents of the files in *folder*; read once in the life of a process."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return of((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths)


def digest_of(files: Mapping[str, str]) -> str:
    """The same of *files* by name, as they would be in a folder."""
    names = sorted(files, key=lambda name: name.split("/"))
    return of((name, files[name].encode()) for name in names)


def of(files: Iterable[tuple[str, bytes]]) -> str:
    """The digest of files in the order of their paths."""
    whole = hashlib.sha256()
    for name, content in files:
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()
