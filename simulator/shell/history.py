"""The lines that were typed: remembered in bounds, kept in a file, and called back with `!` (bash)."""

import re
from typing import Any

from simulator.runtime.syscalls import UnixError
from simulator.shell.core import Core
from simulator.shell.memory import ShellError, decode

LIMIT = 500  # lines
LENGTH_LIMIT = 4_096  # characters of one line that are remembered
FILES = {"bash": ".bash_history", "ash": ".ash_history"}
EVENT = re.compile(r"!(!|\$|\^|\*|-?\d{1,9}|\?[^?\s]+\??|[A-Za-z_./~][^\s;&|()'\"!:]*)(:(?:\$|\^|\*|\d{1,4}|p))?")


def remember(state: dict[str, Any], line: str) -> None:
    """Add *line* to the history."""
    history: list[str] = state["history"]
    if line.strip() and len(line) <= LENGTH_LIMIT:
        history.append(line)
        if len(history) > LIMIT:
            del history[0]
            state["forgotten"] += 1


def file_of(shell: Core) -> str:
    name = FILES.get(shell.dialect.name, "")
    home = shell.get("HOME")
    return shell.get("HISTFILE") or (f"{home}/{name}" if name and home else "")


def load(shell: Core) -> None:
    """Read the history of earlier sessions."""
    try:
        lines = decode(shell.sys.read_file(file_of(shell))).splitlines()
    except UnixError:
        return
    shell.state["history"] = [line[:LENGTH_LIMIT] for line in lines[-LIMIT:]]


def save(shell: Core) -> None:
    """Write the history down for later sessions."""
    path = file_of(shell)
    if not path or not shell.state["history"]:
        return
    try:
        shell.sys.write_file(path, ("\n".join(shell.state["history"]) + "\n").encode(), mode=0o600)
    except UnixError:
        return


def expand_history(line: str, history: list[str]) -> str:
    """*line* with its events put in; raises ShellError if one is not there. Single quotes keep a `!`."""
    out: list[str] = []
    pos = 0
    quoted = double = False
    while pos < len(line):
        char = line[pos]
        double ^= char == '"' and not quoted
        quoted ^= char == "'" and not double
        if char == "\\":
            out.append(line[pos : pos + 2])
            pos += 2
            continue
        match = EVENT.match(line, pos) if char == "!" and not quoted and line[pos - 2 : pos] != "${" else None
        out.append(event(match, history) if match else char)
        pos = match.end() if match else pos + 1
    text = "".join(out)
    if len(text) > LENGTH_LIMIT * 4:
        raise ShellError("history expansion: line too long")
    return text


def event(match: re.Match[str], history: list[str]) -> str:
    """What one event stands for."""
    name = match.group(1)
    short = name in ("$", "^", "*")
    line = find(name, history) if not short else (history[-1] if history else None)
    if line is None:
        raise ShellError(f"{match.group()}: event not found")
    words = line.split()
    designator = name if short else (match.group(2) or "")[1:]
    if designator == "$":
        return words[-1] if words else ""
    if designator == "^":
        return words[1] if len(words) > 1 else ""
    if designator == "*":
        return " ".join(words[1:])
    if designator.isdecimal():
        return words[int(designator)] if int(designator) < len(words) else ""
    return line


def find(name: str, history: list[str]) -> str | None:
    """The line that `!name` calls back."""
    if name == "!":
        return history[-1] if history else None
    if name.lstrip("-").isdecimal():
        number = int(name)
        index = number - 1 if number > 0 else len(history) + number
        return history[index] if 0 <= index < len(history) and number else None
    if name.startswith("?"):
        return next((line for line in reversed(history) if name.strip("?") in line), None)
    return next((line for line in reversed(history) if line.startswith(name)), None)
