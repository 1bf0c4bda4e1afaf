"""Builtins that change what runs next: break, return, exit, eval, `.`, command, trap."""

import re

from simulator.runtime.syscalls import UnixError
from simulator.shell import events
from simulator.shell.core import Core, Frame
from simulator.shell.jobs import EVENTS, INTERACTIVE_SIGNALS
from simulator.shell.memory import ShellError, decode
from simulator.shell.traps import BY_NAME, NUMBERS, poll, signal_name

SCRIPT_LIMIT = 512 * 1024


# --- loops ----------------------------------------------------------------------------------------------------------


def break_loop(shell: Core, argv: list[str]) -> int:
    return jump(shell, argv, 1)


def continue_loop(shell: Core, argv: list[str]) -> int:
    return jump(shell, argv, 2)


def jump(shell: Core, argv: list[str], where: int) -> int:
    """Leave loops, and go to where the outermost of them says."""
    count = loop_count(shell, argv)
    frames = reachable(shell)
    found = 0
    for frame in frames:
        nest = frame["nest"]
        for index in range(len(nest) - 1, -1, -1):
            if nest[index][0] == "loop":
                found += 1
                target = (frame, index)
                if found == count:
                    return land(shell, *target, where)
    if not found:
        if shell.dialect.name == "bash":
            shell.complain("only meaningful in a `for', `while', or `until' loop", argv[0])
        return 0
    return land(shell, *target, where)


def reachable(shell: Core) -> list[Frame]:
    """The frames whose loops can be left: the one on top, and those below an `eval` or a `.`."""
    found = []
    for frame in reversed(shell.stack):
        found.append(frame)
        if frame["kind"] not in ("eval", "dot", "trap"):
            break
    return found


def land(shell: Core, frame: Frame, index: int, where: int) -> int:
    while shell.stack[-1] is not frame:
        shell.pop()
    shell.undo(shell.state.pop("undo", None))
    shell.unwind(frame, index + 1)
    entry = frame["nest"][index]
    if where == 1:
        entry[5] = 0
    shell.pc = entry[where]
    return 0


def loop_count(shell: Core, argv: list[str]) -> int:
    if len(argv) < 2:
        return 1
    text = argv[1]
    if text.isdecimal() and int(text[:9]) > 0:
        return int(text[:9])
    if shell.dialect.name == "bash" and text.isdecimal():
        raise ShellError(f"{text}: loop count out of range", status=1)
    raise ShellError(shell.say("loopnumber", text), fatal=True, status=128 if shell.dialect.name == "bash" else 2)


# --- leaving --------------------------------------------------------------------------------------------------------


def status_argument(shell: Core, argv: list[str]) -> int:
    if len(argv) < 2:
        return int(shell.state["status"])
    text = argv[1]
    if not text.removeprefix("-").isdecimal() or (text.startswith("-") and shell.dialect.misuse_exits):
        raise ShellError(shell.say("number", text), fatal=shell.dialect.misuse_exits, status=2)
    return int(text[:12])


def leave(shell: Core, argv: list[str]) -> int | None:
    """`exit [status]`"""
    try:
        status = status_argument(shell, argv)
    except ShellError as error:
        if shell.dialect.misuse_exits:
            raise
        shell.complain(error.message, "exit")
        status = 2
    if shell.options.get("i") and shell.dialect.name == "bash":
        shell.write("logout\n" if str(shell.state["name"]).startswith("-") else "exit\n", 2)
    shell.state.pop("undo", None)
    shell.exit(status & 255)
    return None


def logout(shell: Core, argv: list[str]) -> int | None:
    if not str(shell.state["name"]).startswith("-"):
        raise ShellError("not login shell: use `exit'", status=1)
    return leave(shell, argv)


def give_back(shell: Core, argv: list[str]) -> int | None:
    """`return [status]`"""
    status = status_argument(shell, argv)
    status = status if shell.dialect.name == "dash" else status & 255
    kinds = [frame["kind"] for frame in shell.stack]
    if not any(kind in ("call", "dot") for kind in kinds):
        if shell.dialect.name == "bash":
            raise ShellError("can only `return' from a function or sourced script", status=2)
        shell.exit(status & 255)
        return None
    while shell.frame["kind"] not in ("call", "dot"):
        shell.pop()
    shell.undo(shell.state.pop("undo", None))
    left, last = shell.frame, shell.state["status"]
    shell.pop()
    shell.state["status"] = status
    shell.state["codes"] = [status]
    events.behind(shell, left, last)
    return None


# --- more commands --------------------------------------------------------------------------------------------------


def evaluate(shell: Core, argv: list[str]) -> int | None:
    """`eval words...`"""
    text = " ".join(argv[1:])
    if not text.strip():
        return 0
    shell.push(shell.source_frame(text, "eval", tested=shell.state["tested"], undo=shell.state.pop("undo", None)))
    return None


def dot(shell: Core, argv: list[str]) -> int | None:
    """`. file [args]`"""
    if len(argv) < 2:
        raise ShellError("filename argument required", status=2)
    name = argv[1]
    text = decode(read_source(shell, name))
    undo = shell.state.pop("undo", None) or {}
    if len(argv) > 2:
        undo["args"] = shell.state["args"]
        shell.state["args"] = argv[2:]
    frame = shell.source_frame(text, "dot", path=name, tested=shell.state["tested"], undo=undo)
    shell.push(frame | {"path": name, "called": shell.state["line"]})
    return None


DESCRIPTOR = re.compile(r"/dev/(?:stdin|fd/([0-9]{1,4}))|/proc/self/fd/([0-9]{1,4})")


def descriptor(shell: Core, path: str) -> str:
    """The path of what the shell has open, where *path* names one of its descriptors; any other path as it is."""
    match = DESCRIPTOR.fullmatch(path)
    real = shell.state["fds"].get(match[1] or match[2] or "0") if match else None
    return path if real is None else f"/proc/self/fd/{real}"


def read_source(shell: Core, name: str) -> bytes:
    """The file that `.` means: looked up on PATH unless its name has a slash."""
    bash = shell.dialect.name == "bash"
    paths = [name] if "/" in name else [f"{root}/{name}" for root in (shell.get("PATH") or "").split(":")[:100]]
    if bash and "/" not in name:
        paths.append(name)
    for path in (descriptor(shell, path) for path in paths):
        try:
            if shell.sys.stat(path).kind == "char":
                return b""
            if shell.sys.stat(path).size > SCRIPT_LIMIT:
                raise shell.error("memory")
            return shell.sys.read_file(path)
        except UnixError as error:
            message = error.message
    kind = "source" if "/" in name else "source missing"
    reason = "No such file" if shell.dialect.name == "dash" else message
    text = shell.say(kind, name, reason)
    if bash:
        shell.complain(text)
        raise ShellError("", status=1)
    raise ShellError(text, fatal=True, status=2)


def builtin(shell: Core, argv: list[str]) -> int | None:
    """`builtin name args`, without functions."""
    return command(shell, ["command", *argv[1:]])


def exec_marker(shell: Core, argv: list[str]) -> int | None:
    """`exec` is done by `launch`, before its redirections would be undone; this is its place in the table."""
    return 0


def command(shell: Core, argv: list[str]) -> int | None:
    """`command` is done by `launch`, and `command -v` by `info`; this is its place in the table."""
    return 0


# --- traps ----------------------------------------------------------------------------------------------------------


def trap(shell: Core, argv: list[str]) -> int:
    """`trap`, `trap action signals`, `trap - signals`, `trap '' signals`."""
    args = argv[1:]
    if args[:1] == ["--"]:
        args = args[1:]
    if not args or args[0] == "-p":
        return show_traps(shell)
    if args[0] == "-l" and shell.dialect.name == "bash":
        return list_signals(shell)
    if args[0].startswith("-") and len(args[0]) > 1:
        raise ShellError(shell.say("option", args[0]), fatal=True, status=2)
    action: str | None = args[0]
    signals = args[1:]
    if action == "-" or not signals or (signal_name(args[0]) and args[0].isdecimal()):
        signals = signals if action == "-" else args
        action = None
    status = 0
    for text in signals:
        name = event_name(shell, text)
        if name is None:
            bad_signal(shell, text)
            status = 1
        else:
            set_trap(shell, name, action)
    return status


def event_name(shell: Core, text: str) -> str | None:
    """The name of a signal, or of what else bash can trap."""
    name = text.upper().removeprefix("SIG")
    return name if shell.dialect.name == "bash" and name in EVENTS else signal_name(text)


def bad_signal(shell: Core, text: str) -> None:
    message = shell.say("signal", text)
    if shell.dialect.name == "dash":
        shell.write(message + "\n", 2)
    else:
        shell.complain(message, "trap")


def set_trap(shell: Core, name: str, action: str | None) -> None:
    """Do *action* when the signal comes; None: its default; empty: ignore it."""
    traps = shell.state["traps"]
    shell.state["inherited"] = {}
    if action is None:
        traps.pop(name, None)
    else:
        traps[name] = action
        events.set_in_function(shell, name)
    if name in (*EVENTS, "KILL", "STOP"):
        return
    if action:
        shell.sys.catch(name)
    elif action == "":
        shell.sys.ignore(name)
    elif shell.options.get("i") and name in INTERACTIVE_SIGNALS:
        shell.sys.catch(name)
    else:
        shell.sys.default(name)
    poll(shell)


def show_traps(shell: Core) -> int:
    traps = shell.state["traps"] or shell.state["inherited"]
    prefix = "SIG" if shell.dialect.name == "bash" else ""
    for name in sorted(traps, key=lambda name: BY_NAME.get(name, 99 * EVENTS.index(name) if name in EVENTS else 0)):
        action = traps[name].replace("'", "'\\''" if prefix else "'\"'\"'")
        shell.write(f"trap -- '{action}' {name if name in EVENTS else prefix + name}\n")
    return 0


def list_signals(shell: Core) -> int:
    """The table of signals, five in a line, as bash prints it."""
    cells = [f"{number:2d}) SIG{name}" for number, name in NUMBERS.items()]
    for start in range(0, len(cells), 5):
        shell.write("\t".join(cells[start : start + 5]) + "\n")
    return 0
