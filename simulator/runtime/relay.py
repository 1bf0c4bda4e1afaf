"""Bytes between a process's own input and output and a program elsewhere, until that has ended: the client's half of a remote command.

The state, plain data that the process keeps: {"channels": my ends of the streams by name (`stdin`, `stdout`, `stderr`, `status`),
"in": input that was not taken yet, "eof": whether no more of it comes, "tty": how the terminal was before, "status": what came there}.
"""

from typing import Any

import msgspec

from simulator.runtime.syscalls import Sys, UnixError, Wait

MAX_READS = 64
MAX_PENDING = 65_536
# While bytes are relayed, signals typed here belong to the program over there.
RAW = {"canonical": False, "echo": False, "signals": False}

State = dict[str, Any]


def begin(sys: Sys, channels: dict[str, int], *, stdin: bool, tty: bool) -> State:
    """The state of a relay over *channels*; with *tty* my terminal is made raw, and shows the one over there."""
    state: State = {"channels": channels, "in": b"", "eof": not stdin, "tty": {}, "status": b""}
    if tty:
        state["tty"] = dict(sys.tty_mode(0))
        sys.tty_mode(0, **RAW)
        sys.tty_mirror(0, channels.get("stdin", channels["stdout"]))
    return state


def restore(sys: Sys, state: State) -> None:
    """Give the terminal back as it was before bytes were relayed; nothing happens if it was not taken."""
    tty = state.pop("tty", None)
    if tty:
        sys.tty_mirror(0, None)
        sys.tty_mode(0, **{name: value for name, value in tty.items() if name in RAW})


def step(sys: Sys, state: State) -> Wait | None:
    """Pass on what has come in both directions; None when the other side has ended, its Status stands in `status` then. A terminal
    that was taken is given back then, and where a system call fails."""
    try:
        for name, fd in (("stdout", 1), ("stderr", 2)):
            if name in state["channels"]:
                _copy_out(sys, state["channels"], name, fd)
        _copy_in(sys, state)
        if not _ended(sys, state):
            return _wait(state)
    except UnixError:
        restore(sys, state)
        raise
    restore(sys, state)
    return None


def exit_code(state: State) -> int:
    """The exit code that the Status of a command that has ended tells of."""
    status = msgspec.json.decode(state["status"] or b"{}")
    causes = (status.get("details") or {}).get("causes") or [{"message": "0"}]
    return int(causes[0]["message"])


def _wait(state: State) -> Wait:
    channels: dict[str, int] = state["channels"]
    readable = [channels[name] for name in ("stdout", "stderr", "status") if name in channels]
    if not state["eof"] and len(state["in"]) < MAX_PENDING:
        readable.append(0)
    writable = (channels["stdin"],) if state["in"] and "stdin" in channels else ()
    return Wait(readable=tuple(readable), writable=writable)


def _copy_out(sys: Sys, channels: dict[str, int], name: str, fd: int) -> None:
    for _ in range(MAX_READS):
        data = _read(sys, channels[name])
        if data is None:
            return
        if not data:
            sys.close(channels.pop(name))
            return
        write_all(sys, fd, data)


def _read(sys: Sys, fd: int) -> bytes | None:
    """What has come; a terminal whose program has hung up is at its end."""
    try:
        return sys.read(fd)
    except UnixError as error:
        if error.name != "EIO":
            raise
        return b""


def write_all(sys: Sys, fd: int, data: bytes) -> None:
    """Write text whole, even to a full pipe; bytes that are no text as far as the pipe takes them."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        sys.write(fd, data)
        return
    (sys.out if fd == 1 else sys.err)(text)


def _copy_in(sys: Sys, state: State) -> None:
    channels = state["channels"]
    while not state["eof"] and len(state["in"]) < MAX_PENDING:
        data = sys.read(0)
        if data is None:
            break
        state["eof"] = not data
        state["in"] += data
    if "stdin" not in channels:
        state["in"] = b""
        return
    try:
        while state["in"]:
            taken = sys.write(channels["stdin"], state["in"])
            if not taken:
                return
            state["in"] = state["in"][taken:]
    except UnixError:
        state["in"], state["eof"] = b"", True
    if state["eof"]:
        sys.close(channels.pop("stdin"))


def _ended(sys: Sys, state: State) -> bool:
    """Whether the Status has come and all output was passed on."""
    channels = state["channels"]
    while "status" in channels:
        data = _read(sys, channels["status"])
        if data is None:
            return False
        if not data:
            sys.close(channels.pop("status"))
        state["status"] += data
    return "stdout" not in channels and "stderr" not in channels
