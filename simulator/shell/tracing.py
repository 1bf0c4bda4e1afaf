"""`set -x`: each command is shown on standard error before it runs, quoted as the dialect quotes."""

import re

from simulator.shell.core import Core

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


def trace(shell: Core, argv: list[str], assigns: list[tuple[str, str]]) -> None:
    """Show a command."""
    dialect = shell.dialect.name
    prefix = shell.get("PS4")
    start = "+ " if prefix is None else prefix
    shown = [f"{name}={quote(value, dialect) if value else ''}" for name, value in assigns]
    if dialect == "bash":
        for text in shown:
            shell.write(f"{start}{text}\n", 2)
        shown = []
    words = shown + [quote(word, dialect) for word in argv]
    if words:
        shell.write(start + " ".join(words) + "\n", 2)
