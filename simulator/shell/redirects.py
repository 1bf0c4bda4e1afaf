"""Redirections: the shell keeps a map from the descriptors a script speaks of to those it really has.

A redirection changes the map, and what is undone later is the map: no descriptor is moved before a program is started.
"""

import re
from collections.abc import Sequence

from simulator.runtime.syscalls import Sys, UnixError
from simulator.shell import dialing
from simulator.shell.core import Core
from simulator.shell.dialects import OPEN_WORDS
from simulator.shell.memory import ShellError
from simulator.shell.syntax import Redirect

FLAGS = {"<": "r", ">": "w", ">|": "w", ">>": "a", "<>": "r+", "&>": "w", "&>>": "a"}
FD_LIMIT = 1024

Saved = dict[str, int | None]


def apply(shell: Core, redirects: Sequence[Redirect], targets: Sequence[str]) -> Saved:
    """Redirect in order; what the descriptors were before. On an error everything is as it was, and ShellError is raised."""
    saved: Saved = {}
    try:
        for redirect, target in zip(redirects, targets, strict=True):
            one(shell, redirect, target, saved)
    except ShellError:
        restore(shell, saved)
        raise
    return saved


def one(shell: Core, redirect: Redirect, target: str, saved: Saved) -> None:
    operator = redirect.operator
    if redirect.fd >= FD_LIMIT:
        raise failure(shell, "badfd", str(redirect.fd))
    if operator == "<<" or operator == "<<<":
        return put(shell, redirect.fd, document(shell, target + ("\n" if operator == "<<<" else "")), saved)
    if target == "\n":
        raise failure(shell, "ambiguous", "")
    if operator in ("<&", ">&"):
        return duplicate(shell, redirect, target, saved)
    real = opened(shell, target, operator)
    put(shell, redirect.fd, real, saved)
    if operator in ("&>", "&>>"):
        put(shell, 2, real, saved)
    return None


def duplicate(shell: Core, redirect: Redirect, target: str, saved: Saved) -> None:
    """`2>&1`, `<&-`, and `>&file`, which is `&>file` where the dialect knows that."""
    if target == "-":
        return put(shell, redirect.fd, None, saved)
    if not re.fullmatch("[0-9]{1,9}", target):
        if redirect.operator == ">&" and redirect.fd == 1 and "andredirect" in shell.dialect.features:
            return one(shell, redirect._replace(operator="&>"), target, saved)
        raise failure(shell, "fdname", target)
    real = shell.state["fds"].get(target)
    if real is None:
        raise failure(shell, "badfd", target)
    return put(shell, redirect.fd, real, saved)


def opened(shell: Core, path: str, operator: str) -> int:
    """Open *path*; the dialect has words of its own for what goes wrong."""
    kind = "open" if operator in ("<",) else "create"
    sys = shell.sys
    if (connection := dialing.taken(shell, path)) is not None:
        return connection
    try:
        if operator == ">" and shell.options.get("C") and sys.exists(path) and sys.stat(path).kind == "file":
            raise failure(shell, "clobber", path)
        return sys.open(path, FLAGS[operator])
    except UnixError as error:
        words = OPEN_WORDS[shell.dialect.name][kind].get(error.name, error.message)
        raise failure(shell, kind, path, words) from None


def document(shell: Core, text: str) -> int:
    """A descriptor from which *text* is read: a pipe; what it does not take, a child feeds it, or (bash) a file without a name has it."""
    data = text.encode()
    sys = shell.sys
    reader, writer = sys.pipe()
    taken = sys.write(writer, data) if data else 0
    if taken < len(data) and shell.dialect.name != "bash":
        feed(shell, data[taken:], writer)
    sys.close(writer)
    if taken == len(data) or shell.dialect.name != "bash":
        return reader
    sys.close(reader)
    try:
        return nameless(sys, f"/tmp/sh-{sys.pid}-{shell.state['serial']}", data)
    except UnixError as error:
        text = f"cannot create temp file for here-document: {error.message}"
        raise ShellError(text, status=shell.dialect.redirect_status) from None


def feed(shell: Core, data: bytes, writer: int) -> None:
    """Let a child write *data*."""
    try:
        shell.sys.fork({"feed": data}, fds={1: writer})
    except UnixError as error:
        raise ShellError(f"can't fork: {error.message}", fatal=True) from None


def nameless(sys: Sys, path: str, data: bytes) -> int:
    """A descriptor of a file that has no name any more."""
    sys.write_file(path, data, mode=0o600)
    fd = sys.open(path, "r")
    sys.unlink(path)
    return fd


def failure(shell: Core, kind: str, *values: str) -> ShellError:
    return ShellError(shell.say(kind, *values), status=shell.dialect.redirect_status)


def put(shell: Core, fd: int, real: int | None, saved: Saved) -> None:
    """Let *fd* mean *real* from now on, and remember what it meant."""
    name = str(fd)
    fds = shell.state["fds"]
    before = fds.get(name)
    if name in saved:
        if real is None:
            fds.pop(name, None)
        else:
            fds[name] = real
        release(shell, before, saved)
        return
    saved[name] = before
    if real is None:
        fds.pop(name, None)
    else:
        fds[name] = real


def restore(shell: Core, saved: Saved) -> None:
    """Undo redirections."""
    fds = shell.state["fds"]
    gone = [fds.pop(name, None) for name in saved]
    fds.update({name: real for name, real in saved.items() if real is not None})
    for real in gone:
        release(shell, real, {})


def keep(shell: Core, saved: Saved) -> None:
    """Let redirections stand, as `exec` does."""
    for real in saved.values():
        release(shell, real, {})


def release(shell: Core, real: int | None, saved: Saved) -> None:
    """Close *real* if nothing means it any more."""
    if real is None or real in shell.state["fds"].values() or real in saved.values() or real in held(shell):
        return
    try:
        shell.sys.close(real)
    except UnixError:
        return


def held(shell: Core) -> list[int | None]:
    """The descriptors that something will put back later, or that output waits for."""
    found: list[int | None] = [item[0] for item in shell.state["out"]]
    undo = shell.state.get("undo")
    undos = [undo] if undo else []
    for frame in shell.stack:
        undos.extend([frame["undo"]] if frame.get("undo") else [])
        for entry in frame["nest"]:
            if entry[0] == "fds":
                found.extend(entry[1].values())
    for item in undos:
        found.extend(item.get("fds", {}).values())
    return found


def mapping(shell: Core) -> dict[int, int]:
    """What a child gets: its descriptors, and which of mine they are."""
    return {int(name): real for name, real in shell.state["fds"].items()}


def settle(shell: Core) -> None:
    """Really move the descriptors to where the map says they are, because another program takes this process over."""
    sys = shell.sys
    wanted = mapping(shell)
    moved = {fd: real for fd, real in wanted.items() if fd != real}
    copies: dict[int, int] = {}
    for fd, real in moved.items():
        copies[fd] = sys.dup(real)
        while copies[fd] in wanted:
            copies[fd] = sys.dup(copies[fd])
    for fd, copy in copies.items():
        sys.dup(copy, fd)
    for fd in sys.fds():
        if fd not in wanted:
            sys.close(fd)
    shell.state["fds"] = {str(fd): fd for fd in wanted}
