"""Path names that match a pattern, looked up in the simulated file system, with bounds on how far it goes."""

from simulator.runtime.syscalls import Sys, UnixError
from simulator.shell import patterns

FOUND_LIMIT = 20_000
LISTED_LIMIT = 2_000  # directories that one pattern may look into


def glob(sys: Sys, pattern: str, *, dots: bool = False, itself: bool = True) -> list[str]:
    """The names that match, sorted; empty if none does. *dots*: those with a dot in front too; *itself*: `.` and `..` for `.*`."""
    steps = divide(pattern)
    found = [""]
    listed = 0
    for index, step in enumerate(steps):
        last = index == len(steps) - 1
        grown: list[str] = []
        for path in found:
            if step and patterns.is_magic(step):
                listed += 1
                grown.extend(in_directory(sys, path, step, dots, itself) if listed <= LISTED_LIMIT else [])
            else:
                grown.append(path + patterns.unescape(step))
            if len(grown) > FOUND_LIMIT:
                return []
        found = [path + ("" if last else "/") for path in grown]
        if not last and patterns.is_magic(step):
            found = [path for path in found if is_directory(sys, path)]
    return sorted(path for path in found if exists(sys, path))


def divide(pattern: str) -> list[str]:
    """The pattern, cut at its slashes."""
    return pattern.replace("\\/", "/").split("/")


def in_directory(sys: Sys, path: str, step: str, dots: bool, itself: bool) -> list[str]:
    """The names in directory *path* that match; those with a dot in front only if the pattern has one too, or *dots*."""
    try:
        names = sys.listdir(path or ".")
    except UnixError:
        return []
    dotted = step.startswith((".", "\\."))
    if dotted and itself:
        names = [".", "..", *names]
    return [
        path + name for name in names if (dots or dotted or not name.startswith(".")) and patterns.matches(step, name)
    ]


def is_directory(sys: Sys, path: str) -> bool:
    try:
        return sys.stat(path).kind == "dir"
    except UnixError:
        return False


def exists(sys: Sys, path: str) -> bool:
    try:
        sys.stat(path, follow=False)
    except UnixError:
        return False
    return True
