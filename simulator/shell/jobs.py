"""Children: programs started, copies of the shell for subshells, jobs in front and in the background."""

from collections.abc import Sequence
from typing import Any

from simulator.runtime.syscalls import UnixError, Wait
from simulator.shell.core import Core, Frame
from simulator.shell.memory import ShellError
from simulator.shell.redirects import mapping

JOB_LIMIT = 500
# Signals that an interactive shell does not die of; caught, not ignored, so that its children have them as usual.
INTERACTIVE_SIGNALS = ("INT", "TERM", "QUIT", "TSTP", "TTIN", "TTOU", "CHLD")
EVENTS = ("EXIT", "DEBUG", "ERR", "RETURN")  # what can be trapped and is no signal
DEATHS = {
    "HUP": "Hangup",
    "QUIT": "Quit",
    "ILL": "Illegal instruction",
    "TRAP": "Trace/breakpoint trap",
    "ABRT": "Aborted",
    "BUS": "Bus error",
    "FPE": "Floating point exception",
    "KILL": "Killed",
    "USR1": "User defined signal 1",
    "SEGV": "Segmentation fault",
    "USR2": "User defined signal 2",
    "PIPE": "Broken pipe",
    "ALRM": "Alarm clock",
    "TERM": "Terminated",
    "INT": "Interrupt",
}

Job = dict[str, Any]


# --- starting -------------------------------------------------------------------------------------------------------


def monitored(shell: Core) -> bool:
    """Whether each job gets a process group of its own."""
    return bool(shell.options.get("m"))


def group_for(shell: Core, job: Job | None) -> int | None:
    """The process group that the next process of *job* joins."""
    if not monitored(shell):
        return None
    return job["group"] if job and job["group"] else 0


def spawn(shell: Core, argv: Sequence[str], path: str) -> int:
    """Start a program with the shell's descriptors and environment; its pid. Raises UnixError."""
    return shell.sys.spawn(
        argv, path=path, env=shell.environment(), cwd=shell.sys.cwd, fds=mapping(shell), group=group_for(shell, None)
    )


def fork(
    shell: Core, frame: Frame, *, job: Job | None = None, fds: dict[int, int] | None = None, quiet: bool = False
) -> int:
    """Start a copy of the shell that runs *frame*; its pid. *quiet*: it is in the background, where ^C does not reach it."""
    state = child_state(shell, frame)
    # `jobs | cat` and `$(jobs)` tell of the jobs of the shell that they are part of; `(jobs)` does not.
    if shell.dialect.name != "dash" and (job is not None or frame["kind"] == "subst"):
        state["listed"] = list(shell.state["jobs"])
    if quiet and not monitored(shell):
        state["ignored"] = ["INT", "QUIT"]
    mapped = mapping(shell) if fds is None else fds
    state["fds"] = {str(fd): fd for fd in mapped}
    # What a substitution runs is no job: it stays in the shell's own group, and may read what is typed.
    group = None if frame["kind"] == "subst" else group_for(shell, job)
    try:
        return shell.sys.fork(state, fds=mapped, group=group)
    except UnixError as error:
        word = "cannot fork" if shell.dialect.name == "dash" else "can't fork"
        raise ShellError(f"{word}: {error.message}", fatal=True) from None


def child_state(shell: Core, frame: Frame) -> dict[str, Any]:
    """The memory of a child that is a copy of the shell."""
    state = dict(shell.state)
    overlay = shell.overlay
    if overlay:
        state["vars"] = shell.vars | overlay
        state["exports"] = state["exports"] | dict.fromkeys(overlay, True)
    text = state["sources"].get(frame["sid"], {}).get("text", "")
    caught = [name for name, action in state["traps"].items() if action and name not in EVENTS]
    if shell.options.get("i"):
        caught += INTERACTIVE_SIGNALS
    state.update(
        stack=[frame],
        options={name: value for name, value in shell.options.items() if name not in ("i", "m")},
        traps={name: action for name, action in state["traps"].items() if not action},
        defaults=caught,
        inherited=dict(state["traps"]),
        jobs=[],
        history=state["history"] if "history" in text else [],
        pending=[],
        out=[],
        waiting=None,
        lent=[],
        strays=[],
        expansion=None,
        front=None,
        child=True,
        sources={sid: source for sid, source in state["sources"].items() if source["kept"] or sid == frame["sid"]},
    )
    state.pop("undo", None)
    state.pop("listed", None)
    if frame["kind"] == "subst":
        state["substituted"] = int(state.get("substituted", 0)) + 1
    return state


def new_job(shell: Core, pids: list[int], text: str, *, background: bool = False) -> Job:
    """The record of a job that has been started."""
    group = pids[0] if monitored(shell) and pids else 0
    # Without job control the Almquist shells do not remember what a job runs.
    text = text if monitored(shell) or shell.dialect.name == "bash" else ""
    return {
        "id": 0,
        "pids": pids,
        "ends": {},
        "text": text,
        "state": "running",
        "group": group,
        "background": background,
    }


def enlist(shell: Core, job: Job) -> None:
    """Give the job a number."""
    jobs = shell.state["jobs"]
    if not job["id"]:
        job["id"] = max((known["id"] for known in jobs), default=0) + 1
    if job not in jobs:
        jobs.append(job)
    if len(jobs) > JOB_LIMIT:
        done = next((known for known in jobs if known["state"] == "done"), None)
        jobs.remove(done or jobs[0])


def to_front(shell: Core, job: Job, tested: bool) -> None:
    """Wait for *job* before the next command."""
    shell.state["front"] = job
    shell.state["tested"] = tested
    shell.state["waiting"] = ["job"]
    if job["group"]:
        terminal(shell, job["group"])


def terminal(shell: Core, group: int) -> None:
    """Give the terminal to a process group."""
    try:
        shell.sys.tty_foreground(shell.state["tty"], group)
    except UnixError:
        return


# --- ending ---------------------------------------------------------------------------------------------------------


def collect(shell: Core, job: Job) -> bool:
    """Take leave of the processes of *job* that have ended; whether all of it has."""
    for pid in job["pids"]:
        if str(pid) in job["ends"]:
            continue
        try:
            ended = shell.sys.wait(pid)
        except UnixError:
            job["ends"][str(pid)] = [127, None]
            continue
        if ended is not None:
            job["ends"][str(pid)] = [ended.code, ended.signal]
    if len(job["ends"]) == len(job["pids"]):
        job["state"] = "done"
        return True
    return False


def is_stopped(shell: Core, job: Job) -> bool:
    """Whether what is left of *job* has been stopped (^Z)."""
    left = [pid for pid in job["pids"] if str(pid) not in job["ends"]]
    states = {seen.pid: seen.state for seen in shell.sys.processes()}
    return bool(left) and all(states.get(pid, "").startswith("T") for pid in left)


def status_of(shell: Core, job: Job) -> int:
    """The exit status of a job that has ended: that of its last process, or with pipefail of the last that failed."""
    codes: list[int] = [job["ends"][str(pid)][0] for pid in job["pids"]]
    if shell.options.get("pipefail"):
        return next((code for code in reversed(codes) if code), 0)
    return codes[-1]


def wait_front(shell: Core) -> Wait | None:
    """Wait for the job in front; None when it has ended or stopped."""
    job = shell.state["front"]
    if collect(shell, job):
        take_back(shell)
        finish_front(shell, job)
        return None
    if monitored(shell) and is_stopped(shell, job):
        take_back(shell)
        job["state"], job["background"] = "stopped", True
        enlist(shell, job)
        shell.write("\n" if shell.dialect.name == "bash" else "", 2)
        shell.write(describe(shell, job) + "\n", 2)
        shell.state.update(front=None, waiting=None, ended=128 + 20)
        return None
    # A child that has ended and of whom nobody takes leave would wake the shell again and again.
    for other in shell.state["jobs"]:
        if other["state"] != "done":
            collect(shell, other)
    reap_strays(shell)
    return Wait(child=True)


def reap_strays(shell: Core) -> None:
    """Take leave of the children that have ended and are no jobs: those of process substitutions."""
    for pid in list(shell.state["strays"]):
        try:
            if shell.sys.wait(pid) is None:
                continue
        except UnixError:
            pass
        shell.state["strays"].remove(pid)


def take_back(shell: Core) -> None:
    if monitored(shell):
        terminal(shell, shell.state["group"])


def finish_front(shell: Core, job: Job) -> None:
    signal = job["ends"][str(job["pids"][-1])][1]
    if job["id"]:
        shell.state["jobs"] = [known for known in shell.state["jobs"] if known["id"] != job["id"]]
    if signal:
        report_death(shell, job, signal)
    codes = [job["ends"][str(pid)][0] for pid in job["pids"]]
    shell.state.update(front=None, waiting=None, ended=status_of(shell, job), codes=codes)
    if signal == "INT" and shell.options.get("i"):
        shell.state["pending"].append("INT")


def report_death(shell: Core, job: Job, signal: str) -> None:
    """Say of what a job in front has died."""
    if signal in ("INT", "PIPE"):
        return
    text = DEATHS.get(signal, signal)
    if shell.dialect.name == "bash" and not shell.options.get("i"):
        if signal == "TERM" and job["background"]:
            return
        text = f"{shell.prefix()}{job['pids'][-1]} {text:<23} {job['text']}"
    try:
        shell.write(text + "\n", 2)
    except UnixError:
        return


def refresh(shell: Core) -> None:
    """See which jobs in the background have ended, stopped or gone on."""
    for job in shell.state["jobs"]:
        if job["state"] == "done" or collect(shell, job):
            continue
        if monitored(shell):
            job["state"] = "stopped" if is_stopped(shell, job) else "running"


def report_jobs(shell: Core) -> None:
    """Before a prompt: tell of jobs that have ended, and forget them."""
    if not shell.state["jobs"]:
        return
    refresh(shell)
    for job in list(shell.state["jobs"]):
        if job["state"] == "done":
            shell.write(describe(shell, job) + "\n", 2)
            shell.state["jobs"].remove(job)


def describe(shell: Core, job: Job, *, pids: bool = False) -> str:
    """The line that `jobs` prints for *job*."""
    mark = mark_of(shell, job)
    state = state_text(job)
    number = f"{job['pids'][0]} " if pids else ""
    if shell.dialect.name == "bash":
        ampersand = " &" if job["state"] == "running" else ""
        return f"[{job['id']}]{mark}  {number}{state:<23} {job['text']}{ampersand}"
    if shell.dialect.name == "dash":
        return f"[{job['id']}] {mark} {number}{state:<26} {job['text']}"
    return f"[{job['id']}]{mark}  {number}{state:<26} {job['text']}"


def mark_of(shell: Core, job: Job) -> str:
    """`+` for the current job, `-` for the one before."""
    order = by_age(shell)
    return "+" if order[:1] == [job] else "-" if order[1:2] == [job] else " "


def by_age(shell: Core) -> list[Job]:
    """The jobs, the current one first: stopped ones come before running ones."""
    jobs: list[Job] = shell.state["jobs"] or shell.state.get("listed", [])
    return sorted(jobs, key=lambda job: (job["state"] == "stopped", job["id"]), reverse=True)


def state_text(job: Job) -> str:
    if job["state"] != "done":
        return "Stopped" if job["state"] == "stopped" else "Running"
    code, signal = job["ends"][str(job["pids"][-1])]
    if signal:
        return DEATHS.get(signal, str(signal))
    return f"Done({code})" if code and code < 10 else f"Exit {code}" if code else "Done"


def find(shell: Core, name: str) -> Job:
    """The job that `%1`, `%+`, `%-`, `%text` or a pid means; raises ShellError."""
    order = by_age(shell)
    wanted = name.removeprefix("%")
    if not name.startswith("%"):
        matching = [job for job in order if wanted in map(str, job["pids"])]
    elif wanted in ("", "%", "+"):
        matching = order[:1]
    elif wanted == "-":
        matching = order[1:2] or order[:1]
    elif wanted.isdecimal():
        matching = [job for job in order if str(job["id"]) == wanted]
    elif wanted.startswith("?"):
        matching = [job for job in order if wanted[1:] in job["text"]]
    else:
        matching = [job for job in order if job["text"].startswith(wanted)]
    if matching:
        return matching[0]
    if wanted in ("", "%", "+"):
        raise ShellError(shell.say("nocurrent"))
    raise ShellError(shell.say("nojob", name))
