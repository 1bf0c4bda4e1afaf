"""What if: the same command at two moments, on copies of the cluster of which nothing is kept."""

from typing import Any

from labsite.console.tables import TABLES, table
from labsite.sandboxes import clock, history
from labsite.sandboxes.history import Moment
from labsite.sandboxes.models import Sandbox
from simulator.lab import Change, Lab

Message = dict[str, Any]

BUDGET = 1500 * clock.MILLISECOND  # processor time of one side
SLICE = 500
TERMINAL = "what-if"
MOST_OUTPUT = 20_000


def compared(row: Sandbox, moments: list[Moment], line: str, terminal: str, seconds: int) -> list[Message]:
    """What is to be seen *seconds* after *line* was typed at each of *moments*; an empty line: as it is. Raises NoMoment."""
    return [side(history.at(row, moment).lab, moment, line, terminal, seconds) for moment in moments]


def side(lab: Lab, moment: Moment, line: str, terminal: str, seconds: int) -> Message:
    """One side: {branch, at, now, line, output, code, done, cut, tables}. *code* is None while the command has not ended; *cut*:
    the time did not pass to its end, because that would have been too much work."""
    typed = type_line(lab, line, terminal) if line else ""
    cut = not pass_time(lab, lab.now + seconds * clock.SECOND)
    output, code = heard(lab.drain(), typed)
    return {
        "branch": moment.branch,
        "at": moment.at,
        "now": lab.unix // 1000,
        "output": output[-MOST_OUTPUT:],
        "code": code,
        "cut": cut,
        "tables": {resource: table(lab, resource) for resource in TABLES},
    }


def type_line(lab: Lab, line: str, terminal: str) -> str:
    """Type *line* where the learner would, or in a terminal of its own where a program runs: the terminal's name."""
    lab.advance(lab.now)
    known = lab.terminals()
    if known.get(terminal, {}).get("mode") != "edit":
        if known:
            lab.submit({"type": "terminal.close", "terminal": list(known)[-1]})
        terminal = TERMINAL
        lab.submit({"type": "terminal.open", "terminal": terminal, "host": lab.home, "columns": 120, "rows": 40})
        lab.settle(clock.SECOND, steps=SLICE)
    lab.drain()
    lab.submit({"type": "line", "terminal": terminal, "text": line})
    return terminal


def pass_time(lab: Lab, until: int) -> bool:
    """Let time pass to *until*; False if that was too much work."""
    began = clock.cpu()
    while not lab.advance(until, steps=SLICE):
        if clock.cpu() - began > BUDGET:
            return False
    return True


def heard(changes: list[Change], terminal: str) -> tuple[str, int | None]:
    """What the command printed, and its exit status; None if it has not ended."""
    shown = ""
    for change in changes:
        if change.data.get("terminal") != terminal:
            continue
        if change.kind == "command":
            return change.data["output"], change.data["code"]
        shown += change.data["data"] if change.kind == "output" else ""
    return shown.replace("\r\n", "\n"), None
