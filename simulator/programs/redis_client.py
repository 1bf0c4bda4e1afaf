"""redis-cli: commands for a redis-server, and its answers as people read them (redis-cli.c)."""

from typing import Any

from simulator.programs.lookups import is_address
from simulator.programs.options import Dialect, Refused, refuse
from simulator.programs.redis import PORT, version
from simulator.programs.redis_protocol import Value, decode, encode
from simulator.runtime.syscalls import STRERROR, Step, Sys, UnixError, Wait


def client(sys: Sys, dialect: Dialect) -> Step:
    """Send one command, or those that come line by line, and show the answers."""
    state = sys.state
    if "phase" not in state:
        if any(word in ("-v", "--version") for word in sys.argv[1:]):
            sys.out(f"redis-cli {version(sys)}\n")
            return 0
        state |= _arguments(sys) | {"phase": "connect", "got": b""}
        _connect(sys)
    try:
        return _converse(sys)
    except UnixError as error:
        if state["phase"] != "connect":
            sys.err("Error: Server closed the connection\n")
            return 1
        return _no_connection(sys, error)


def _arguments(sys: Sys) -> dict[str, Any]:
    words = sys.argv[1:]
    found: dict[str, Any] = {"host": "127.0.0.1", "port": PORT, "auth": "", "fd": -1}
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word in ("-h", "-p", "-a", "-n") and not words:
            raise refuse(sys, f"Unrecognized option or bad number of args for: '{word}'")
        if word == "-h":
            found["host"] = words.pop(0)
        elif word == "-p":
            text = words.pop(0)
            if not text.isdecimal() or not 0 < int(text[:6]) < 65536:
                raise Refused("Invalid server port.\n")
            found["port"] = int(text)
        elif word in ("-a", "-n"):
            value = words.pop(0)
            found["auth"] = value if word == "-a" else found["auth"]
        elif word not in ("--raw", "--no-raw", "--no-auth-warning", "-x"):
            raise Refused(f"Unrecognized option or bad number of args for: '{word}'\n")
    return found | {"words": words, "shell": not words}


def _connect(sys: Sys) -> None:
    state = sys.state
    addresses = [state["host"]] if is_address(state["host"]) else sys.resolve(state["host"])
    if not addresses:
        raise Refused(f"Could not connect to Redis at {state['host']}:{state['port']}: Name or service not known\n")
    state["fd"] = sys.connect(addresses[0], state["port"])


def _no_connection(sys: Sys, error: UnixError) -> int:
    sys.err(
        f"Could not connect to Redis at {sys.state['host']}:{sys.state['port']}: {STRERROR.get(error.name, error.message)}\n"
    )
    return 1


def _converse(sys: Sys) -> Step:
    state = sys.state
    if state["phase"] == "connect":
        if not sys.connected(state["fd"]):
            return Wait(writable=(state["fd"],))
        if state["auth"]:
            sys.write(state["fd"], encode([b"AUTH", state["auth"].encode("utf-8", "surrogateescape")]))
        state["phase"] = "auth" if state["auth"] else "ask"
    while True:
        if state["phase"] == "ask":
            words = _next_command(sys)
            if words is None:
                return Wait(readable=(0, state["fd"]))
            if not words or words[0].lower() in ("exit", "quit"):
                return 0
            sys.write(state["fd"], encode([word.encode("utf-8", "surrogateescape") for word in words]))
            state["asked"] = words[0].lower()
            state["phase"] = "answer"
        step = _take_answer(sys)
        if step is not None:
            return step


def _next_command(sys: Sys) -> list[str] | None:
    state = sys.state
    if not state["shell"]:
        return list(state["words"])
    if sys.isatty(0) and not state.get("prompted"):
        state["prompted"] = True
        sys.tty_edit(0, f"{state['host']}:{state['port']}> ")
    data = sys.read(0)
    if data is None:
        return None
    state["typed"] = state.get("typed", b"") + data
    line, newline, rest = state["typed"].partition(b"\n")
    if not newline and data:
        return None
    state["typed"] = rest
    state["prompted"] = False
    words = line.decode("utf-8", "surrogateescape").split()
    return words if words or not data else _next_command(sys)


def _take_answer(sys: Sys) -> Step | None:
    state = sys.state
    data = sys.read(state["fd"])
    if data is None:
        return Wait(readable=(state["fd"],))
    if not data and not state["got"]:
        if state.get("asked") == "shutdown":
            return 0
        raise UnixError("ECONNRESET")
    state["got"] += data
    value, size = decode(state["got"])
    if size < 0:
        return Wait(readable=(state["fd"],)) if data else 1
    state["got"] = state["got"][size:]
    if state["phase"] == "auth":
        if isinstance(value, str) and value.startswith("-"):
            sys.err(f"AUTH failed: {value[1:]}\n")
        state["phase"] = "ask"
        return None
    failed = isinstance(value, str) and value.startswith("-")
    raw = not sys.isatty(1)
    text = value[1:] + "\n" if failed and raw and isinstance(value, str) else shown(value, raw, "")
    sys.out(text + ("\n" if failed and raw else ""))
    state["phase"] = "ask"
    return None if state["shell"] else (1 if failed else 0)


def shown(value: Value, raw: bool, indent: str) -> str:
    """An answer as redis-cli prints it: plain on a pipe, with types on a terminal."""
    if isinstance(value, str):
        return (f"(error) {value[1:]}" if value.startswith("-") and not raw else value[1:]) + "\n"
    if value is None:
        return "\n" if raw else "(nil)\n"
    if isinstance(value, int):
        return f"{value}\n" if raw else f"(integer) {value}\n"
    if isinstance(value, bytes):
        text = value.decode("utf-8", "surrogateescape")
        return (
            text + "\n"
            if raw
            else '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"\n'
        )
    if not value:
        return "\n" if raw else "(empty array)\n"
    return "".join(
        (indent if number else "") + ("" if raw else f"{number + 1}) ") + shown(item, raw, indent + "   ")
        for number, item in enumerate(value)
    )
