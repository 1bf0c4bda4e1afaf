"""Bytes between this terminal (or these pipes) and a program in a container, until it ends (models remotecommand)."""

import json
from typing import Any

from simulator.api.requests import Request
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.session import Session
from simulator.runtime import relay
from simulator.runtime.syscalls import Step, Sys

NO_TTY = "Unable to use a TTY - input is not a terminal or the right kind of file\n"


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
    channels = opened(session, request)
    session.state["relay"] = relay.begin(session.sys, channels, stdin=stdin, tty=tty)
    return step(session)


def opened(session: Session, request: Request) -> dict[str, int]:
    """The channels of a program in a container; a refusal is told as the real client tells it."""
    try:
        return session.open(request)
    except ServerFailure as failure:
        raise refused(failure) from None


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
    wait = relay.step(session.sys, state)
    return _exit_code(session, state["status"]) if wait is None else wait


def _exit_code(session: Session, data: bytes) -> int:
    status: dict[str, Any]
    try:
        status = json.loads(data) if data else {"status": "Success"}
    except ValueError:
        status = {"status": "Success"}
    return exit_code(session, status)


def exit_code(session: Session, status: dict[str, Any]) -> int:
    """The exit code that a Status tells of; says what went wrong."""
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
    relay.restore(sys, (sys.state.get("run") or {}).get("relay", {}))
