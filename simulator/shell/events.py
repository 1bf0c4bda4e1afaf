"""What bash traps and is no signal: DEBUG, before a command, and RETURN, behind a function or a sourced file (bash trap.c)."""

from simulator.shell.core import Core, Frame

IN_TRAP = frozenset(("trap", "err", "exit"))


def busy(shell: Core) -> bool:
    """Whether a trap's own action runs: nothing interrupts that."""
    return any(frame["kind"] in IN_TRAP for frame in shell.stack)


def calling(shell: Core) -> Frame | None:
    """The frame of the function that runs."""
    return next((frame for frame in reversed(shell.stack) if frame["kind"] == "call"), None)


def before(shell: Core, *texts: str) -> bool:
    """Whether what is trapped on DEBUG runs now, once before each of *texts*; then the instruction is to be done again."""
    if busy(shell):
        return False
    at = shell.state.pop("debugged", 0)
    action = shell.state["traps"].get("DEBUG")
    if not action or at >= len(texts) or shell.state["expansion"] is not None:
        return False
    function = calling(shell)
    if function is not None and not shell.options.get("T") and "DEBUG" not in function.get("traps", ()):
        return False
    shell.state |= {"debugged": at + 1, "command": texts[at]}
    shell.pc -= 1
    act(shell, action)
    return True


def simple(shell: Core, text: str) -> bool:
    """The same for a simple command, which is remembered for BASH_COMMAND."""
    trapped = bool(shell.state["traps"])
    if (trapped or shell.state["exiting"] is not None) and busy(shell):
        return False
    shell.state["command"] = text
    return trapped and before(shell, text)


def behind(shell: Core, left: Frame, last: int | None = None) -> None:
    """Do what is trapped on RETURN, if the frame that was *left* is that of a function or file for which it holds. The action sees
    the status of the *last* command, not that of `return`."""
    action = shell.state["traps"].get("RETURN")
    if not action or not shell.stack or busy(shell):
        return
    top = left["kind"] == "dot" and calling(shell) is None
    if top or shell.options.get("T") or "RETURN" in left.get("traps", ()):
        act(shell, action)
        shell.state["status"] = shell.state["status"] if last is None else last


def act(shell: Core, action: str) -> None:
    """Run an action, behind which the status is what it was."""
    line, status = shell.state["line"], shell.state["status"]
    shell.push(shell.source_frame(action, "err", line=line, status=status))


def set_in_function(shell: Core, name: str) -> None:
    """A trap that a function sets holds in that function, too."""
    function = calling(shell)
    if function is not None and name in ("DEBUG", "RETURN"):
        function["traps"] = [*function.get("traps", ()), name]
