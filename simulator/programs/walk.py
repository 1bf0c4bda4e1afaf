"""Going through directories: bounded in depth and number, so that no tree, however made, keeps a program for ever."""

from collections.abc import Iterator

from simulator.runtime.syscalls import Stat, Sys, UnixError

DEEPEST = 64
MOST_ENTRIES = 20_000


def join(folder: str, name: str) -> str:
    """*name* in *folder*."""
    return folder + name if folder.endswith("/") else f"{folder}/{name}"


def entries_below(sys: Sys, path: str, depth: int = 0, *, deepest: int = DEEPEST) -> Iterator[tuple[str, Stat, int]]:
    """*path* and all below it, each folder before what is in it: path, stat (links not followed), depth."""
    stat = sys.stat(path, follow=False)
    yield path, stat, depth
    if stat.kind != "dir" or depth >= deepest:
        return
    try:
        names = sys.listdir(path)
    except UnixError:
        return
    for name in names:
        try:
            yield from entries_below(sys, join(path, name), depth + 1, deepest=deepest)
        except UnixError:
            continue


def files_below(sys: Sys, paths: list[str]) -> list[str]:
    """The plain files among *paths* and below them."""
    found: list[str] = []
    for path in paths:
        try:
            for name, stat, depth in entries_below(sys, path):
                if len(found) >= MOST_ENTRIES:
                    return found
                if stat.kind != "dir" and (depth == 0 or stat.kind == "file"):
                    found.append(name)
        except UnixError:
            found.append(path)
    return found
