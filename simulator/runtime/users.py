"""Who a container runs as: numbers and names of users, by the passwd and group files of its image (runc libcontainer/user)."""

from functools import lru_cache

from simulator.runtime.files import Files
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data

Rows = tuple[tuple[str, ...], ...]


class BadUser(ValueError):
    """The image knows no user of that name."""


def rows(files: Files, who: Data, path: str) -> Rows:
    """The lines of passwd(5) or group(5); none if the file is not there."""
    try:
        return parsed(files.read(who, path))
    except UnixError:
        return ()


@lru_cache(maxsize=64)  # each probe that runs a command asks who it is
def parsed(content: bytes) -> Rows:
    """The lines that are well-formed, as their fields."""
    lines = content.decode("utf-8", "replace").splitlines()
    return tuple(tuple(line.split(":")) for line in lines if line.count(":") >= 2)


def identify(files: Files, who: Data, record: Data) -> tuple[int, int, list[int], str]:
    """uid, gid, supplementary groups and home of a container's processes; raises BadUser."""
    users, groups = rows(files, who, "/etc/passwd"), rows(files, who, "/etc/group")
    name, _, group = record["user_name"].partition(":")
    if record["user"] is not None:
        name = str(record["user"])
    found = next((row for row in users if name in (row[0], row[2])), None) if name else None
    if name and found is None and not name.isdecimal():
        raise BadUser(name)
    uid = int(found[2]) if found else int(name or 0)
    found = found or next((row for row in users if row[2] == str(uid)), None)
    gid = int(found[3]) if found and len(found) > 3 and found[3].isdecimal() else 0
    if group:
        gid = next((int(row[2]) for row in groups if group in (row[0], row[2])), int(group) if group.isdecimal() else 0)
    if record["group"] is not None:
        gid = int(record["group"])
    member = [int(row[2]) for row in groups if found and len(row) > 3 and found[0] in row[3].split(",")]
    # containerd adds the main group to the others, and the kernel keeps them by number.
    extra = sorted({gid, *member, *record["groups"]})
    return uid, gid, extra, found[5] if found and len(found) > 5 else "/"
