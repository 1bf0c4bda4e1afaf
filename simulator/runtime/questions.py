"""What can be asked of files, strings and numbers: the operators that `test` has as a program and as a builtin of the shells."""

from collections.abc import Callable

from simulator.runtime.syscalls import Stat, Sys, UnixError

KINDS = {"-f": "file", "-d": "dir", "-b": "block", "-c": "char", "-p": "fifo", "-S": "socket"}
ACCESS = {"-r": "r", "-w": "w", "-x": "x"}
BITS = {"-u": 0o4000, "-g": 0o2000, "-k": 0o1000}
NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda left, right: left == right,
    "-ne": lambda left, right: left != right,
    "-lt": lambda left, right: left < right,
    "-le": lambda left, right: left <= right,
    "-gt": lambda left, right: left > right,
    "-ge": lambda left, right: left >= right,
}
STRINGS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda left, right: left == right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
}
FILES = ("-nt", "-ot", "-ef")
BINARY = frozenset((*STRINGS, *NUMBERS, *FILES))
OF_FILE = frozenset((*KINDS, *ACCESS, *BITS, "-e", "-s", "-L", "-h", "-O", "-G"))


def stat(sys: Sys, path: str, *, follow: bool = True) -> Stat | None:
    """What stat tells of a file; None if there is none that can be seen."""
    try:
        return sys.stat(path, follow=follow)
    except UnixError:
        return None


def of_file(sys: Sys, operator: str, path: str) -> bool:
    """`-f path` and its kin, the operators of OF_FILE; whatever else is asked of a file is true where there is one."""
    if operator in ACCESS:
        return sys.exists(path) and sys.access(path, ACCESS[operator])
    found = stat(sys, path, follow=operator not in ("-L", "-h"))
    if found is None:
        return False
    if operator in KINDS:
        return found.kind == KINDS[operator]
    if operator in BITS:
        return bool(found.mode & BITS[operator])
    return {
        "-s": found.size > 0,
        "-L": found.kind == "link",
        "-h": found.kind == "link",
        "-O": found.uid == sys.uid,
        "-G": found.gid == sys.gid,
    }.get(operator, True)


def of_two_files(sys: Sys, left: str, operator: str, right: str) -> bool:
    """`left -nt right` and its kin, the operators of FILES; a file that is not there is older than any."""
    first, second = stat(sys, left), stat(sys, right)
    if operator == "-ef":
        return first is not None and second is not None and (first.device, first.inode) == (second.device, second.inode)
    newer, older = (first, second) if operator == "-nt" else (second, first)
    return newer is not None and (older is None or newer.mtime > older.mtime)
