"""Small builtins: `:`, true, false, cd, pwd, umask, let."""

import re

from simulator.runtime.syscalls import UnixError
from simulator.shell.core import Core
from simulator.shell.expansion import Expander
from simulator.shell.memory import ShellError

PERMISSIONS = re.compile(r"([ugoa]*)([-+=])([rwx]*)")
SHIFTS = {"u": 6, "g": 3, "o": 0}


def true(shell: Core, argv: list[str]) -> int:
    return 0


def false(shell: Core, argv: list[str]) -> int:
    return 1


def cd(shell: Core, argv: list[str]) -> int:
    """`cd [-L|-P] [directory]`, `cd -`, CDPATH."""
    args = argv[1:]
    while args and args[0] in ("-L", "-P", "--"):
        args = args[1:]
    if len(args) > 1 and shell.dialect.name == "bash":
        raise ShellError("too many arguments", status=1)
    target = args[0] if args else shell.get("HOME")
    if target is None:
        raise ShellError("HOME not set", status=1)
    show = target == "-"
    if show:
        target = shell.get("OLDPWD")
        if target is None:
            raise ShellError("OLDPWD not set", status=1)
    for path in candidates(shell, target):
        if go_to(shell, path):
            if show or (path != target and not path.startswith("./")):
                shell.write(shell.sys.cwd + "\n")
            return 0
    raise refusal(shell, target)


def candidates(shell: Core, target: str) -> list[str]:
    """Where the directory may be."""
    search = shell.get("CDPATH") or ""
    if not search or target.startswith(("/", "./", "../")) or target in (".", ".."):
        return [target]
    return [f"{root}/{target}" if root not in ("", ".") else target for root in search.split(":")[:100]] + [target]


def go_to(shell: Core, path: str) -> bool:
    """Change the directory, keeping the names of links in it as they were given."""
    sys = shell.sys
    full = logical(sys.cwd, path)
    try:
        if sys.stat(full).kind != "dir" or not sys.access(full, "x"):
            return False
    except UnixError:
        return False
    old, sys.cwd = sys.cwd, full
    for name, value in (("OLDPWD", old), ("PWD", full)):
        shell.set(name, value)
        if shell.dialect.name == "bash" or name == "PWD":
            shell.state["exports"].setdefault(name, True)
    return True


def logical(cwd: str, path: str) -> str:
    """The absolute name of *path*, `.` and `..` taken out."""
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{cwd}/{path}").split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def refusal(shell: Core, target: str) -> ShellError:
    """Why a directory cannot be gone to."""
    full = logical(shell.sys.cwd, target)
    try:
        kind = shell.sys.stat(full).kind
        reason = "Permission denied" if kind == "dir" else "Not a directory"
    except UnixError as error:
        reason = error.message
    return ShellError(shell.say("cd", target, reason), status=1 if shell.dialect.name == "bash" else 2)


def pwd(shell: Core, argv: list[str]) -> int:
    physical = "-P" in argv[1:]
    shell.write((shell.sys.realpath(shell.sys.cwd) if physical else shell.sys.cwd) + "\n")
    return 0


def umask(shell: Core, argv: list[str]) -> int:
    """`umask [-S] [mode]`"""
    args = [word for word in argv[1:] if word != "-S"]
    if not args:
        shell.write((symbolic(shell.sys.umask) if "-S" in argv else f"{shell.sys.umask:04o}") + "\n")
        return 0
    mode = args[0]
    if re.fullmatch("[0-7]{1,4}", mode):
        shell.sys.umask = int(mode, 8) & 0o777
        return 0
    if mode[:1].isdecimal() or not all(PERMISSIONS.fullmatch(clause) for clause in mode.split(",")):
        raise ShellError(shell.say("umask", mode), status=1 if shell.dialect.name == "bash" else 2)
    allowed = ~shell.sys.umask & 0o777
    for clause in mode.split(","):
        allowed = changed(allowed, clause)
    shell.sys.umask = ~allowed & 0o777
    return 0


def changed(allowed: int, clause: str) -> int:
    """Permissions after a clause such as `g-w`."""
    match = PERMISSIONS.fullmatch(clause)
    who, operator, letters = match.groups() if match else ("", "+", "")
    bits = sum({"r": 4, "w": 2, "x": 1}[letter] for letter in dict.fromkeys(letters))
    for letter in who if who and "a" not in who else "ugo":
        mask = bits << SHIFTS[letter]
        if operator == "=":
            allowed &= ~(7 << SHIFTS[letter])
        allowed = allowed & ~mask if operator == "-" else allowed | mask
    return allowed


def symbolic(umask: int) -> str:
    allowed = ~umask & 0o777
    return ",".join(
        f"{who}={''.join(letter for letter, bit in zip('rwx', (4, 2, 1), strict=True) if allowed >> SHIFTS[who] & bit)}"
        for who in "ugo"
    )


def let(shell: Core, argv: list[str]) -> int:
    """`let expression...`: status 1 if the last one is 0."""
    value = 0
    for text in argv[1:]:
        expander = Expander(shell, [])
        value = expander.calculate(text)
        expander.commit()
    return int(value == 0)
