"""Substitutions: `$(...)` becomes what a child prints, `<(...)` and `>(...)` the path of a descriptor that leads to one.

How it is done, by the *kind* of what is needed: `text`, the output; `file`, the path of a file without a name that holds the output,
because most programs read a file in one go; `pipe`, for `< <(...)`, and `sink`, for `>(...)`, the path of a pipe to a child that
runs at the same time. Bash has pipes everywhere (deviations.py).
"""

from collections.abc import Callable

from simulator.runtime.syscalls import Step, UnixError, Wait
from simulator.shell import jobs, redirects
from simulator.shell.core import Core
from simulator.shell.memory import ShellError, decode

OUTPUT_LIMIT = 1 << 20  # bytes that a substitution may yield
# Bash hands out descriptors from here down.
HIGHEST_FD, LOWEST_FD = 63, 10


def begin(shell: Core, block: int, kind: str) -> bool:
    """Start a child whose output, or path, becomes the next entry of the journal; whether it must be waited for."""
    reader, writer = shell.sys.pipe()
    fd, theirs, mine = (0, reader, writer) if kind == "sink" else (1, writer, reader)
    frame = shell.block_frame(block, "subst", tested=shell.state["tested"] or shell.frame["tested"])
    pid = jobs.fork(shell, frame, fds=redirects.mapping(shell) | {fd: theirs})
    shell.sys.close(theirs)
    if kind in RESULTS:
        shell.state["waiting"] = ["output", pid, mine, [], 0, kind]
        return True
    shell.state["strays"].append(pid)
    journal(shell).append(held(shell, mine))
    return False


def journal(shell: Core) -> list[str]:
    entries: list[str] = shell.state["expansion"]["journal"]
    return entries


def go_on(shell: Core) -> Step | None:
    """Take the output that has come; None when all of it is there."""
    _, pid, reader, chunks, size, kind = shell.state["waiting"]
    while reader >= 0:
        data = shell.sys.read(reader)
        if data is None:
            return Wait(readable=(reader,))
        if not data or size > OUTPUT_LIMIT:
            shell.sys.close(reader)
            shell.state["waiting"][2] = reader = -1
            break
        chunks.append(data)
        shell.state["waiting"][4] = size = size + len(data)
    try:
        ended = shell.sys.wait(pid)
    except UnixError:
        ended = None
    else:
        if ended is None:
            return Wait(child=True)
    if kind == "text":
        shell.state["subst_status"] = ended.code if ended else 127
    shell.state["waiting"] = None
    if size > OUTPUT_LIMIT:
        raise shell.error("memory")
    journal(shell).append(RESULTS[kind](shell, b"".join(chunks)))
    return None


def file_of(shell: Core, data: bytes) -> str:
    """The path of a file without a name that holds *data*."""
    try:
        return held(shell, redirects.nameless(shell.sys, f"/tmp/sh-{shell.sys.pid}-{shell.state['serial']}", data))
    except UnixError as error:
        raise ShellError(f"cannot make file for process substitution: {error.message}", status=1) from None


# What is waited for, and what it becomes.
RESULTS: dict[str, Callable[[Core, bytes], str]] = {"text": lambda shell, data: decode(data), "file": file_of}


# --- descriptors that hold for one command --------------------------------------------------------------------------


def held(shell: Core, real: int) -> str:
    """Give *real* a number that the command at hand can name; the path."""
    taken = [int(name) for name in shell.state["fds"]] + list(shell.sys.fds())
    fd = next((fd for fd in range(HIGHEST_FD, LOWEST_FD - 1, -1) if fd not in taken), None)
    if fd is None:
        raise ShellError("cannot make pipe for process substitution: Too many open files", status=1)
    shell.sys.dup(real, fd)
    shell.sys.close(real)
    shell.state["fds"][str(fd)] = fd
    shell.state["lent"].append([fd, len(shell.stack), len(shell.frame["nest"])])
    return f"/dev/fd/{fd}"


def give_up(shell: Core) -> None:
    """A command has ended: close what was open for it, and take leave of the children that have ended."""
    if not shell.state["lent"]:
        return
    here = (len(shell.stack), len(shell.frame["nest"]) if shell.stack else 0)
    for entry in list(shell.state["lent"]):
        if here <= (entry[1], entry[2]):
            shell.state["lent"].remove(entry)
            redirects.restore(shell, {str(entry[0]): None})
    jobs.reap_strays(shell)
