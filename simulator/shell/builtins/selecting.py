"""`select`: shows a list of words with numbers, and asks for one (bash execute_cmd.c, select_query).

The parser makes of `select name in words` a loop around this builtin; without arguments it is told that the list is to be
shown once more, as at the beginning of each such loop.
"""

from simulator.runtime.syscalls import Wait
from simulator.shell.builtins import read
from simulator.shell.core import Core

PROMPT = "#? "
BEHIND = ") "
WIDTH = 80
ENDED = "?"  # in the place of a name: how did the loop end?


def begin(shell: Core, argv: list[str]) -> int | None:
    """Ask which of the words behind the name of the variable it shall be."""
    if len(argv) < 2:
        shell.state["listed"] = False
        shell.state.pop("unanswered", None)
        return 0
    if argv[1:] == [ENDED]:
        unanswered = shell.state.pop("unanswered", None)
        return int(shell.state["status"]) if unanswered is None else int(unanswered)
    items = argv[2:]
    if not items:
        shell.state["unanswered"] = False
        return 1
    if not shell.state.pop("listed", True):
        shell.write(menu(items, width_of(shell)), 2)
    ask(shell, argv[1], items)
    return None


def ask(shell: Core, name: str, items: list[str]) -> None:
    """Prompt, and wait for a line."""
    prompt = shell.get("PS3")
    shell.write(PROMPT if prompt is None else prompt, 2)
    read.begin(shell, ["read"])
    shell.state["waiting"] = ["select", shell.state["waiting"][1], name, items]


def go_on(shell: Core) -> int | Wait:
    """Take what has come; with a whole line the variable is the word of that number, or empty."""
    _, _, name, items = shell.state["waiting"]
    step = read.go_on(shell)
    if isinstance(step, Wait):
        return step
    if step:
        shell.write("\n")
        shell.state["unanswered"] = True
        return 1
    reply = shell.get("REPLY") or ""
    if not reply:
        shell.write(menu(items, width_of(shell)), 2)
        ask(shell, name, items)
        return Wait(until=shell.sys.now)
    number = int(reply.strip()[:9]) if reply.strip().isascii() and reply.strip().isdecimal() else 0
    shell.set(name, items[number - 1] if 0 < number <= len(items) else "")
    return 0


def width_of(shell: Core) -> int:
    """How wide the terminal is."""
    text = shell.get("COLUMNS") or ""
    return int(text[:4]) if text.isascii() and text.isdecimal() else WIDTH


def menu(items: list[str], columns: int) -> str:
    """The list, in as many columns as there is room for (print_select_list)."""
    digits = len(str(len(items)))
    widest = max(map(len, items)) + digits + len(BEHIND) + 2
    across = max(columns // widest, 1)
    rows = -(-len(items) // across)
    across = -(-len(items) // rows)
    if rows == 1:
        rows, across = across, 1
    lines = [_line(items[row::rows], row + 1, rows, digits, widest) for row in range(rows)]
    return "".join(f"{line}\n" for line in lines)


def _line(items: list[str], first: int, rows: int, digits: int, widest: int) -> str:
    """One line: every so manieth item."""
    line = ""
    for place, item in enumerate(items):
        width = len(str(rows)) if place == 0 else digits
        line = _indented(line, place * widest) + f"{first + place * rows:>{width}}{BEHIND}{item}"
    return line


def _indented(line: str, to: int) -> str:
    """The line up to a column, by tabs where they fit (indent)."""
    while len(line.expandtabs()) < to:
        at = len(line.expandtabs())
        line += "\t" if to // 8 > at // 8 else " "
    return line
