"""Builtins for jobs: jobs, fg, bg, wait, kill, disown."""

from contextlib import suppress

from simulator.runtime.syscalls import UnixError, Wait
from simulator.shell import jobs
from simulator.shell.core import Core
from simulator.shell.memory import ShellError
from simulator.shell.traps import BY_NAME, NUMBERS, poll, signal_name


def jobs_list(shell: Core, argv: list[str]) -> int:
    """`jobs [-l|-p] [job...]`"""
    letters = "".join(word[1:] for word in argv[1:] if word.startswith("-"))
    names = [word for word in argv[1:] if not word.startswith("-")]
    for letter in letters:
        if letter not in "lprsn":
            raise ShellError(shell.say("option", f"-{letter}"), status=2)
    jobs.refresh(shell)
    inherited = [] if shell.state["jobs"] else shell.state.get("listed", [])
    shown = [jobs.find(shell, name) for name in names] if names else [*shell.state["jobs"], *inherited]
    for job in shown:
        shell.write((str(job["pids"][0]) if "p" in letters else jobs.describe(shell, job, pids="l" in letters)) + "\n")
        if job["state"] == "done" and job in shell.state["jobs"]:
            shell.state["jobs"].remove(job)
    return 0


def chosen(shell: Core, argv: list[str]) -> jobs.Job:
    """The job that fg or bg means."""
    if not jobs.monitored(shell) and shell.dialect.name == "bash":
        raise ShellError("no job control", status=1)
    jobs.refresh(shell)
    name = argv[1] if len(argv) > 1 else "%+"
    return jobs.find(shell, name if name.startswith("%") else f"%{name}")


def fg(shell: Core, argv: list[str]) -> int | None:
    job = chosen(shell, argv)
    shell.write(job["text"] + "\n")
    if job["state"] == "done":
        shell.state["jobs"].remove(job)
        return jobs.status_of(shell, job)
    proceed(shell, job)
    job["background"] = False
    jobs.to_front(shell, job, bool(shell.state["tested"]))
    return None


def bg(shell: Core, argv: list[str]) -> int:
    job = chosen(shell, argv)
    mark = jobs.mark_of(shell, job) + " " if shell.dialect.name == "bash" else " "
    shell.write(f"[{job['id']}]{mark}{job['text']}{' &' if shell.dialect.name == 'bash' else ''}\n")
    proceed(shell, job)
    return 0


def proceed(shell: Core, job: jobs.Job) -> None:
    """Let a stopped job go on."""
    if job["group"]:
        with suppress(UnixError):
            shell.sys.kill(-job["group"], "CONT")
    job["state"] = "running"


def disown(shell: Core, argv: list[str]) -> int:
    job = jobs.find(shell, argv[1] if len(argv) > 1 else "%+")
    shell.state["jobs"].remove(job)
    return 0


# --- wait -----------------------------------------------------------------------------------------------------------
NEXT = -1  # stands for the next job, whichever it is


def wait(shell: Core, argv: list[str]) -> int | None:
    """`wait [pid or job...]`, in bash also `wait -n`: for the next job that ends."""
    if argv[1:] == ["-n"] and shell.dialect.name == "bash":
        shell.state["waiting"] = ["wait", [], NEXT]
        return None
    pids: list[int] = []
    status = 0
    for name in argv[1:]:
        found, status = meant(shell, name)
        pids.extend(found)
    if argv[1:] and not pids:
        return status
    shell.state["waiting"] = ["wait", pids, status]
    return None


def meant(shell: Core, name: str) -> tuple[list[int], int]:
    """The processes that an operand of wait means, and the status if there are none."""
    if not name.startswith("%") and not name.isdecimal():
        raise ShellError(shell.say("number", name), status=2)
    try:
        job = jobs.find(shell, name)
    except ShellError:
        if name.startswith("%") and shell.dialect.misuse_exits:
            raise
        if shell.dialect.name == "bash":
            text = "no such job" if name.startswith("%") else "is not a child of this shell"
            shell.complain(f"{name}: {text}" if name.startswith("%") else f"pid {name} {text}", "wait")
        return [], 127
    return [job["pids"][-1]], 0


def go_on(shell: Core) -> int | Wait:
    """The exit status when all that is waited for has ended."""
    _, pids, status = shell.state["waiting"]
    jobs.refresh(shell)
    if status == NEXT:
        return next_ended(shell)
    if not pids:
        running = [job for job in shell.state["jobs"] if job["state"] == "running"]
        if running:
            return Wait(child=True)
        if not shell.options.get("i"):
            shell.state["jobs"] = []
        return 0
    for job in list(shell.state["jobs"]):
        if job["pids"][-1] in pids and job["state"] == "running":
            return Wait(child=True)
    return last_status(shell, pids[-1], pids, status)


def next_ended(shell: Core) -> int | Wait:
    """The status of a job that has ended; 127 if there is none to wait for."""
    for job in shell.state["jobs"]:
        if job["state"] == "done":
            shell.state["jobs"].remove(job)
            return jobs.status_of(shell, job)
    return Wait(child=True) if shell.state["jobs"] else 127


def last_status(shell: Core, last: int, pids: list[int], status: int) -> int:
    for job in list(shell.state["jobs"]):
        if job["pids"][-1] not in pids or job["state"] != "done":
            continue
        signal = job["ends"][str(job["pids"][-1])][1]
        if signal:
            jobs.report_death(shell, job, signal)
        if job["pids"][-1] == last:
            status = jobs.status_of(shell, job)
        if not shell.options.get("i") or not signal:
            shell.state["jobs"].remove(job)
    return status


# --- kill -----------------------------------------------------------------------------------------------------------


def kill(shell: Core, argv: list[str]) -> int:
    """`kill [-s signal|-signal] pid|job...`, `kill -l [number]`"""
    args = argv[1:]
    signal = "TERM"
    if args[:1] == ["-l"] or args[:1] == ["-L"]:
        return list_signals(shell, args[1:])
    if args and args[0] in ("-s", "-n") and len(args) > 1:
        signal, args = named(shell, args[1]), args[2:]
    elif args and args[0].startswith("-") and args[0] != "--" and len(args[0]) > 1:
        signal, args = named(shell, args[0][1:]), args[1:]
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        return usage(shell)
    status = 0
    for target in args:
        status = max(status, send(shell, target, signal))
    poll(shell)
    return status


def usage(shell: Core) -> int:
    text = shell.say("killusage")
    if shell.dialect.name == "bash":
        shell.write(f"kill: {text}\n", 2)
        return 2
    raise ShellError(text, status=2 if shell.dialect.name == "dash" else 1)


def named(shell: Core, text: str) -> str:
    name = "0" if text == "0" else signal_name(text)
    if name is None or name == "EXIT":
        shown = text[:1] if shell.dialect.name == "dash" else text
        raise ShellError(shell.say("nosignal", shown), status=2 if shell.dialect.name == "dash" else 1)
    return name


def send(shell: Core, target: str, signal: str) -> int:
    """Send a signal to one process, group or job; the status."""
    if target.startswith("%"):
        job = found_job(shell, target)
        pids = [-job["group"]] if job["group"] else job["pids"]
    elif target.removeprefix("-").isdecimal():
        pids = [int(target)]
    else:
        shell.complain(shell.say("killpid", target), "kill")
        return 2 if shell.dialect.name == "dash" else 1
    status = 0
    for pid in pids:
        try:
            shell.sys.kill(pid if pid else -shell.state["group"], signal)
            if target.startswith("%") and job["state"] == "stopped" and signal not in ("STOP", "TSTP"):
                shell.sys.kill(pid, "CONT")
        except UnixError as error:
            shell.complain(shell.say("killfailed", pid, error.message), "kill")
            status = 1
    return status


def found_job(shell: Core, target: str) -> jobs.Job:
    try:
        return jobs.find(shell, target)
    except ShellError as error:
        name = shell.dialect.name
        raise ShellError(error.message, builtin="kill", status=1 if name == "bash" else 2) from None


def list_signals(shell: Core, args: list[str]) -> int:
    if not args:
        if shell.dialect.name == "bash":
            cells = [f"{number:2d}) SIG{name}" for number, name in NUMBERS.items()]
            for start in range(0, len(cells), 5):
                shell.write("\t".join(cells[start : start + 5]) + "\n")
            return 0
        lines = [f"{number:2d}) {name}" for number, name in NUMBERS.items()]
        if shell.dialect.name == "dash":
            lines = ["0", *NUMBERS.values()]
        shell.write("\n".join(lines) + "\n")
        return 0
    for text in args:
        if text.isdecimal():
            shell.write(f"{NUMBERS.get(int(text[:6]) & 127, text)}\n")
        elif shell.dialect.name == "dash":
            raise ShellError(shell.say("number", text), fatal=False, status=2)
        else:
            shell.write(f"{BY_NAME.get(signal_name(text) or '', text)}\n")
    return 0
