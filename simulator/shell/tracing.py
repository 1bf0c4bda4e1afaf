"""`set -x`: each command is shown on standard error before it runs, quoted as the dialect quotes."""

import re
from typing import Any

from simulator.shell.core import Core
from simulator.shell.syntax import Assign

SAFE = {
    "ash": re.compile(r"[\w@%+:,./\]~-]+"),
    "bash": re.compile(r"[\w@%+=:,./~-]+"),
}


def quote(text: str, dialect: str) -> str:
    """*text* as it could be typed."""
    if dialect == "dash" or SAFE[dialect].fullmatch(text):
        return text
    inner = text.replace("'", "'\\''" if dialect == "bash" else "'\"'\"'")
    return f"'{inner}'"


def assignment(one: Assign, value: Any, dialect: str) -> str:
    """An assignment as it could be typed; *value* is what its right side has become. Lists stand as they are written."""
    name = one.name
    if one.subscript is not None:
        key, value = value
        name = f"{name}[{key}]"
    equals = "+=" if one.append else "="
    if isinstance(value, str):
        return f"{name}{equals}{quote(value, dialect) if value else ''}"
    return f"{name}{equals}{one.source}"


def depth(shell: Core) -> int:
    """In how many substitutions, `eval`s and sourced files the command stands: bash repeats the first letter of PS4 as often."""
    inner = sum(frame["kind"] in ("eval", "dot", "trap", "err") for frame in shell.stack)
    return int(shell.state.get("substituted", 0)) + inner


def start_of(shell: Core) -> str:
    """What stands before each line."""
    prefix = shell.get("PS4")
    start = "+ " if prefix is None else prefix
    return start[:1] * depth(shell) + start if shell.dialect.name == "bash" else start


def traces_compound(shell: Core) -> bool:
    """Whether compound commands are shown as well: only bash does that."""
    return bool(shell.options.get("x")) and shell.dialect.name == "bash"


def trace_text(shell: Core, text: str) -> None:
    """Show what begins a compound command."""
    if traces_compound(shell):
        shell.write(f"{start_of(shell)}{text}\n", 2)


def trace(shell: Core, argv: list[str], assigns: list[tuple[Assign, Any]]) -> None:
    """Show a command; what `select` consists of has been shown as a whole."""
    if argv[:1] == ["select"] and shell.dialect.name == "bash":
        return
    dialect, start = shell.dialect.name, start_of(shell)
    shown = [assignment(one, value, dialect) for one, value in assigns]
    if dialect == "bash":
        for text in shown:
            shell.write(f"{start}{text}\n", 2)
        shown = []
    words = shown + [quote(word, dialect) for word in argv]
    if words:
        shell.write(start + " ".join(words) + "\n", 2)
