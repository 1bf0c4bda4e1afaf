"""Users and groups by name and number, from /etc/passwd and /etc/group of where the program runs."""

from simulator.runtime.syscalls import Sys, UnixError


def _table(sys: Sys, path: str) -> list[list[str]]:
    try:
        text = sys.read_file(path).decode("utf-8", "replace")
    except UnixError:
        return []
    return [fields for line in text.splitlines()[:2000] if len(fields := line.split(":")) >= 3]


def users(sys: Sys) -> list[list[str]]:
    """The lines of /etc/passwd, each with all its seven fields."""
    return [fields for fields in _table(sys, "/etc/passwd") if len(fields) >= 7]


def groups(sys: Sys) -> list[list[str]]:
    """The lines of /etc/group."""
    return _table(sys, "/etc/group")


def _find(sys: Sys, path: str, number: int) -> str:
    cache: dict[str, str] = sys.state.setdefault("names" + path, {})
    if not cache:
        cache |= {fields[2]: fields[0] for fields in reversed(_table(sys, path))} or {"": ""}
    return cache.get(str(number), "")


def user_name(sys: Sys, uid: int) -> str:
    """The name of a user; the number if it has none."""
    return _find(sys, "/etc/passwd", uid) or str(uid)


def group_name(sys: Sys, gid: int) -> str:
    """The name of a group; the number if it has none."""
    return _find(sys, "/etc/group", gid) or str(gid)


def user_number(sys: Sys, name: str) -> int | None:
    """The number of a user who is named or numbered; None if nobody is."""
    if name.isascii() and name.isdecimal() and len(name) < 11:
        return int(name)
    return next((int(fields[2]) for fields in users(sys) if fields[0] == name and fields[2].isdecimal()), None)


def group_number(sys: Sys, name: str) -> int | None:
    """The number of a group that is named or numbered; None if none is."""
    if name.isascii() and name.isdecimal() and len(name) < 11:
        return int(name)
    return next((int(fields[2]) for fields in groups(sys) if fields[0] == name and fields[2].isdecimal()), None)


def user_group(sys: Sys, uid: int) -> int | None:
    """The main group of a user."""
    return next((int(fields[3]) for fields in users(sys) if fields[2] == str(uid) and fields[3].isdecimal()), None)
