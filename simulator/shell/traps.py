"""Signals: what is trapped, and what an interactive shell does with ^C."""

from simulator.shell.core import Core
from simulator.shell.jobs import INTERACTIVE_SIGNALS, take_back

PENDING_LIMIT = 100
NUMBERS = {
    1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 10: "USR1", 11: "SEGV",
    12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM", 16: "STKFLT", 17: "CHLD", 18: "CONT", 19: "STOP", 20: "TSTP",
    21: "TTIN", 22: "TTOU", 23: "URG", 24: "XCPU", 25: "XFSZ", 26: "VTALRM", 27: "PROF", 28: "WINCH", 29: "IO",
    30: "PWR", 31: "SYS",
}  # fmt: skip
BY_NAME = {name: number for number, name in NUMBERS.items()}


def signal_name(text: str) -> str | None:
    """The name of the signal that *text* means (`TERM`, `SIGTERM`, `15`; `EXIT` and `0`), or None."""
    if text.isdecimal():
        return "EXIT" if int(text[:3]) == 0 else NUMBERS.get(int(text[:3]))
    name = text.upper().removeprefix("SIG")
    return name if name == "EXIT" or name in BY_NAME else None


def begin_step(shell: Core) -> None:
    """Take the signals that have arrived; a child first gives up what its parent caught."""
    defaults = shell.state.pop("defaults", None)
    if defaults:
        early = list(iter(shell.sys.take_signal, None))
        shell.sys.default(*defaults)
        for signal in early:
            shell.sys.kill(shell.sys.pid, signal)
    ignored = shell.state.pop("ignored", None)
    if ignored:
        shell.sys.ignore(*ignored)
    poll(shell)


def poll(shell: Core) -> None:
    """Put the signals that have arrived in line."""
    while (signal := shell.sys.take_signal()) is not None:
        if len(shell.state["pending"]) < PENDING_LIMIT:
            shell.state["pending"].append(signal)


def deliver(shell: Core) -> None:
    """Act on the signals in line, as far as now is the time for it."""
    pending: list[str] = shell.state["pending"]
    kept: list[str] = []
    shell.state["pending"] = []
    for signal in pending:
        action = shell.state["traps"].get(signal)
        if action:
            if not can_trap(shell):
                kept.append(signal)
                continue
            run_trap(shell, signal, action)
        elif signal == "INT" and shell.options.get("i") and action is None:
            interrupt(shell)
    shell.state["pending"] = kept + shell.state["pending"]
    if kept and not shell.state["pending"]:
        shell.state["pending"] = kept


def can_trap(shell: Core) -> bool:
    """A trap runs between commands: while a job in front runs, it waits; `wait`, `read` and the prompt give way to it."""
    waiting = shell.state["waiting"]
    return not waiting or waiting[0] == "wait"


def run_trap(shell: Core, signal: str, action: str) -> None:
    """Push the frame of a trap's action."""
    waiting = shell.state["waiting"]
    if waiting and waiting[0] == "wait":
        shell.state["waiting"] = None
        shell.state["status"] = 128 + BY_NAME[signal]
        shell.undo(shell.state.pop("undo", None))
    if shell.state["expansion"] is not None:
        shell.state["pending"].append(signal)
        return
    if not shell.stack:
        return
    shell.push(shell.source_frame(action, "trap", status=shell.state["status"]))


def interrupt(shell: Core) -> None:
    """^C at an interactive shell: back to the prompt."""
    waiting = shell.state["waiting"]
    if waiting and waiting[0] == "job":
        return
    if (waiting and waiting[0] in ("line", "read", "wait")) or not waiting:
        shell.write("\n", 2)
    shell.overlay = {}
    shell.state["buffer"] = ""
    shell.state["line_waits"] = 0
    take_back(shell)
    shell.abandon()
    shell.state["status"] = 130


def at_end(shell: Core) -> bool:
    """The program is over; whether the action for EXIT is yet to run."""
    if shell.state["exiting"] is None and shell.state["traps"].get("EXIT"):
        shell.exit(shell.state["status"])
        return True
    return False


def guard_interactive(shell: Core) -> None:
    """From now on the signals of the terminal do not end this shell."""
    shell.sys.catch(*INTERACTIVE_SIGNALS)
