"""What a shell waits for, and how it goes on when that has come: a job, the output of a substitution, input."""

from collections.abc import Callable
from typing import Any

from simulator.runtime.syscalls import Step, UnixError, Wait
from simulator.shell import jobs, launch, redirects, repl, substitution
from simulator.shell.builtins import lines, read, selecting, waits
from simulator.shell.core import Core


def go_on(shell: Core) -> Step | None:
    """See whether what is waited for has come; None if it has."""
    return WAITS[shell.state["waiting"][0]](shell)


# --- jobs -----------------------------------------------------------------------------------------------------------


def front(shell: Core) -> Step | None:
    step = jobs.wait_front(shell)
    if step is None:
        codes = shell.state["codes"]
        launch.done(shell, shell.state["ended"], shell.state["tested"])
        shell.state["codes"] = codes
    return step


def pipeline(shell: Core, job: jobs.Job, blocks: list[int], tested: bool, *, quiet: bool = False) -> None:
    """Start one child for each side of a pipeline."""
    source: int | None = None
    inherited = shell.frame["tested"]
    for index, block in enumerate(blocks):
        fds = redirects.mapping(shell)
        reader, writer = shell.sys.pipe() if index < len(blocks) - 1 else (None, None)
        if source is not None:
            fds[0] = source
        if writer is not None:
            fds[1] = writer
        frame = shell.block_frame(block, "sub", tested=tested or inherited)
        pid = jobs.fork(shell, frame, job=job, fds=fds, quiet=quiet)
        job["pids"].append(pid)
        job["group"] = job["group"] or (pid if jobs.monitored(shell) else 0)
        for fd in (source, writer):
            if fd is not None:
                shell.sys.close(fd)
        source = reader


def background(shell: Core, block: int, text: str) -> None:
    """`command &`"""
    fds = redirects.mapping(shell)
    null: int | None = None
    if not jobs.monitored(shell):
        try:
            fds[0] = null = shell.sys.open("/dev/null", "r")
        except UnixError:
            fds.pop(0, None)
    pid = jobs.fork(shell, shell.block_frame(block, "sub"), fds=fds, quiet=True)
    if null is not None:
        shell.sys.close(null)
    job = jobs.new_job(shell, [pid], text, background=True)
    jobs.enlist(shell, job)
    shell.state["background"] = pid
    shell.state["status"] = 0
    if shell.options.get("i") and shell.dialect.described_jobs:
        shell.write(f"[{job['id']}] {pid}\n", 2)


# --- input ----------------------------------------------------------------------------------------------------------


def read_input(shell: Core) -> Step | None:
    """The builtin `read`."""
    return finish(shell, read.go_on(shell))


def choose(shell: Core) -> Step | None:
    """The builtin behind `select`."""
    return finish(shell, selecting.go_on(shell))


def read_lines(shell: Core) -> Step | None:
    """The builtin `mapfile`."""
    return finish(shell, lines.go_on(shell))


def wait_for(shell: Core) -> Step | None:
    """The builtin `wait`."""
    return finish(shell, waits.go_on(shell))


def finish(shell: Core, result: int | Wait) -> Step | None:
    if isinstance(result, Wait):
        return result
    shell.state["waiting"] = None
    launch.done(shell, result, shell.state["tested"])
    return None


WAITS: dict[str, Callable[[Any], Step | None]] = {
    "job": front,
    "output": substitution.go_on,
    "line": repl.go_on,
    "lines": read_lines,
    "read": read_input,
    "select": choose,
    "wait": wait_for,
}
