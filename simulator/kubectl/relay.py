"""Bytes between this terminal (or these pipes) and a program in a container, until it ends (models remotecommand)."""

import json
from typing import Any

from simulator.api.requests import Request
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step, Sys, UnixError, Wait

NO_TTY = "Unable to use a TTY - input is not a terminal or the right kind of file\n"
MAX_READS = 64
MAX_PENDING = 65_536
# While bytes are relayed, signals typed here belong to the program over there.
RAW = {"canonical": False, "echo": False, "signals": False}


def wants_tty(session: Session, stdin: bool) -> bool:
    """Whether a terminal is asked for and can be had."""
    if not session.flag("tty"):
        return False
    if not stdin:
        return False
    if not session.sys.isatty(0):
        if not session.flag("quiet"):
            session.err(NO_TTY)
        return False
    return True


def options(stdin: bool, tty: bool) -> dict[str, str]:
    """The parameters of exec and attach."""
    chosen = {"stdin": stdin, "tty": tty, "stderr": not tty}
    return {name: "true" for name, value in chosen.items() if value}


def begin(session: Session, request: Request, *, stdin: bool, tty: bool) -> Step:
    """Open the channels, make the terminal raw if there is one, and begin to relay."""
    try:
        channels = session.open(request)
    except ServerFailure as failure:
        raise refused(failure) from None
    state: dict[str, Any] = {"channels": channels, "in": b"", "eof": not stdin, "tty": {}, "status": b""}
    session.state["relay"] = state
    if tty:
        state["tty"] = dict(session.sys.tty_mode(0))
        session.sys.tty_mode(0, **RAW)
        session.sys.tty_mirror(0, channels.get("stdin", channels["stdout"]))
    return step(session)


def refused(failure: ServerFailure) -> Failure:
    """A refusal of the kubelet, which comes as the text of a failed upgrade."""
    if failure.reason in ("InternalError", ""):
        text = failure.message
        return Failure(
            text if text.startswith(("unable to upgrade", "Internal error")) else f"Internal error occurred: {text}"
        )
    return failure


def step(session: Session) -> Step:
    """Pass on what has come in both directions; the exit code when the program has ended."""
    state = session.state["relay"]
    channels: dict[str, int] = state["channels"]
    for name, fd in (("stdout", 1), ("stderr", 2)):
        if name in channels:
            _copy_out(session, channels, name, fd)
    _copy_in(session, state)
    code = _status(session, state)
    if code is not None:
        restore(session.sys)
        return code
    readable = [channels[name] for name in ("stdout", "stderr", "status") if name in channels]
    if not state["eof"] and len(state["in"]) < MAX_PENDING:
        readable.append(0)
    writable = (channels["stdin"],) if state["in"] and "stdin" in channels else ()
    return Wait(readable=tuple(readable), writable=writable)


def _copy_out(session: Session, channels: dict[str, int], name: str, fd: int) -> None:
    for _ in range(MAX_READS):
        data = _read(session, channels[name])
        if data is None:
            return
        if not data:
            session.sys.close(channels.pop(name))
            return
        write_all(session, fd, data)


def _read(session: Session, fd: int) -> bytes | None:
    """What has come; a terminal whose program has hung up is at its end."""
    try:
        return session.sys.read(fd)
    except UnixError as error:
        if error.name != "EIO":
            raise
        return b""


def write_all(session: Session, fd: int, data: bytes) -> None:
    """Write text whole, even to a full pipe; bytes that are no text as far as the pipe takes them."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        session.sys.write(fd, data)
        return
    (session.out if fd == 1 else session.err)(text)


def _copy_in(session: Session, state: dict[str, Any]) -> None:
    channels = state["channels"]
    while not state["eof"] and len(state["in"]) < MAX_PENDING:
        data = session.sys.read(0)
        if data is None:
            break
        state["eof"] = not data
        state["in"] += data
    if "stdin" not in channels:
        state["in"] = b""
        return
    try:
        while state["in"]:
            taken = session.sys.write(channels["stdin"], state["in"])
            if not taken:
                return
            state["in"] = state["in"][taken:]
    except UnixError:
        state["in"], state["eof"] = b"", True
    if state["eof"]:
        session.sys.close(channels.pop("stdin"))


def _status(session: Session, state: dict[str, Any]) -> int | None:
    """The exit code, once the Status has come and all output was passed on."""
    channels = state["channels"]
    while "status" in channels:
        data = _read(session, channels["status"])
        if data is None:
            return None
        if not data:
            session.sys.close(channels.pop("status"))
        state["status"] += data
    if "stdout" in channels or "stderr" in channels:
        return None
    return _exit_code(session, state["status"])


def _exit_code(session: Session, data: bytes) -> int:
    status: dict[str, Any]
    try:
        status = json.loads(data) if data else {"status": "Success"}
    except ValueError:
        status = {"status": "Success"}
    if status.get("status") == "Success":
        return 0
    if status.get("reason") == "NonZeroExitCode":
        causes = (status.get("details") or {}).get("causes") or []
        code = next((int(cause["message"]) for cause in causes if cause.get("reason") == "ExitCode"), 1)
        session.err(f"command terminated with exit code {code}\n")
        return code
    message = str(status.get("message", ""))
    session.err(f"error: {message}\n")
    return 1


def restore(sys: Sys) -> None:
    """Give the terminal back as it was before bytes were relayed; nothing happens if it was not taken."""
    tty = (sys.state.get("run") or {}).get("relay", {}).pop("tty", None)
    if tty:
        sys.tty_mirror(0, None)
        sys.tty_mode(0, **{name: value for name, value in tty.items() if name in RAW})
