"""What somebody did in a cluster, read from its input log: the commands and files that a transcript can play again.

Not everything can: keys pressed in a running program, faults, requests of a client outside. Such an input is left out, and
`Recording.lost` says so, for the author is to know that their playing is not all there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import re2

from lessons.proposing import edits
from lessons.transcripts import Command, FileBlock
from simulator.lab import Change, Lab

SIGINT = 130
KEPT_KINDS = ("terminal.open", "terminal.resize", "terminal.close", "editor.close")  # they leave nothing to be played
CTRL_C, CTRL_D = "\x03", "\x04"
SHELL = re2.compile(r"\b(?:ba)?sh\b|\bssh\b")
PASSING = "/kubectl-edit-"  # the name of a file that is gone when the editor is closed
UNWRITABLE = re2.compile(r"\s")  # in the path of a file: a transcript could not name it
FENCE = re2.compile(r"(?m)^```\s*$")  # in its text: a transcript would end it there

Input = tuple[int, Mapping[str, Any]]  # virtual microseconds, what was put in (simulator/lab.py)


class Loss(NamedTuple):
    """Something that cannot be played again: why (a key of labsite/authoring/words.py), and what it was."""

    why: str
    what: str


@dataclass(frozen=True)
class Take:
    """A command or a file, when it began, and when it was over (virtual microseconds)."""

    piece: Command | FileBlock
    began: int
    ended: int


@dataclass
class Typed:
    """A command that has not ended."""

    host: str
    lines: list[str]
    began: int
    keys: str = ""
    editing: str = ""  # the file that it has opened in the editor, and waits for
    before: str | None = None  # what stood in it
    after: str = ""  # what was saved


@dataclass
class Recording:
    """What was done, in the order in which it was begun."""

    takes: list[Take] = field(default_factory=list)
    lost: list[Loss] = field(default_factory=list)
    until: int = 0
    home: str = ""
    hosts: dict[str, str] = field(default_factory=dict)
    open: dict[str, Typed] = field(default_factory=dict)

    # --- what was put in ------------------------------------------------------------------------------------------------

    def see(self, at: int, entry: Mapping[str, Any], lab: Lab) -> None:
        """An input, before *lab* takes it."""
        kind = str(entry.get("type"))
        terminal = str(entry.get("terminal", ""))
        if kind == "terminal.open":
            self.hosts.setdefault(terminal, str(entry["host"]))
        elif kind == "terminal.close" and terminal in self.open:
            self.lose("unended", self.open.pop(terminal))
        elif kind == "line":
            self.line(at, terminal, str(entry["text"]))
        elif kind == "keys":
            self.keys(terminal, str(entry["data"]))
        elif kind == "file.save":
            self.file(at, entry, lab)
        elif kind not in KEPT_KINDS:
            self.lost.append(Loss("outside" if kind in ("api", "stream.open") else "input", kind))

    def line(self, at: int, terminal: str, text: str) -> None:
        """A line: a command's first, or one more for the command that runs."""
        if terminal in self.open:
            self.open[terminal].lines.append(text)
        elif text.strip():
            self.open[terminal] = Typed(self.hosts.get(terminal, self.home), [text], at)

    def keys(self, terminal: str, data: str) -> None:
        """Keys: Ctrl+D ends a shell as `exit` does, Ctrl+C a program; all else only its user understands."""
        typed = self.open.get(terminal)
        if typed and data == CTRL_D and SHELL.search(typed.lines[0]):
            typed.lines.append("exit")
        elif typed:
            typed.keys += data

    def file(self, at: int, entry: Mapping[str, Any], lab: Lab) -> None:
        """A file from the editor; a passing one for which `kubectl edit` waits is that command's."""
        path, content = str(entry["path"]), str(entry["content"])
        waiting = next((typed for typed in self.open.values() if typed.editing == path and PASSING in path), None)
        if waiting:
            waiting.before = lab.read_file(lab.home, path) if waiting.before is None else waiting.before
            waiting.after = content
        elif entry.get("host") not in (self.home, None, ""):
            self.lost.append(Loss("elsewhere", f"{entry['host']}:{entry['path']}"))
        elif UNWRITABLE.search(path) or FENCE.search(content):
            self.lost.append(Loss("unwritable", path))
        else:
            self.takes.append(Take(FileBlock(path, whole(content), 0), at, at))

    # --- what came of it ------------------------------------------------------------------------------------------------

    def hear(self, changes: Iterable[Change]) -> None:
        """Commands that have ended, or wait for the editor."""
        for change in changes:
            if change.kind == "editor" and change.data["open"] and change.data["terminal"] in self.open:
                self.open[change.data["terminal"]].editing = change.data["path"]
            typed = self.open.pop(change.data["terminal"], None) if change.kind == "command" else None
            if typed is not None:
                self.ended(typed, change.at, change.data)

    def ended(self, typed: Typed, at: int, data: Mapping[str, Any]) -> None:
        """A command has ended: it can be played again if its user did nothing but type lines."""
        if typed.editing:
            self.edited(typed, at, data)
        elif typed.keys.strip(CTRL_C):
            self.lose("keyed", typed)
        elif typed.keys or data["code"] == SIGINT:
            self.lose("interrupted", typed)
        else:
            host = "" if typed.host == self.home else typed.host
            lines = tuple(str(data["output"]).split("\n"))
            piece = Command(host, "\n".join(typed.lines), lines, int(data["code"]), 0, (0, 0))
            self.takes.append(Take(piece, typed.began, at))

    def edited(self, typed: Typed, at: int, data: Mapping[str, Any]) -> None:
        """The editor was closed. A file that was saved is there already; an object that was edited is patched in its place."""
        if PASSING not in typed.editing or typed.before is None:
            return
        line = edits.patched(typed.before, typed.after)
        if line is None or data["code"]:
            self.lose("edited", typed)
            return
        lines = tuple(str(data["output"]).replace(" edited", " patched").split("\n"))
        self.takes.append(Take(Command("", line, lines, 0, 0, (0, 0)), typed.began, at))

    def lose(self, why: str, typed: Typed) -> None:
        """A command is left out."""
        self.lost.append(Loss(why, typed.lines[0]))

    def finish(self, until: int) -> None:
        """Nothing more comes."""
        for typed in self.open.values():
            self.lose("unended", typed)
        self.open.clear()
        self.until = until
        self.takes.sort(key=lambda take: take.began)
        for first, second in pairwise(self.takes):
            if second.began < first.ended and isinstance(second.piece, Command):
                self.lost.append(Loss("beside", second.piece.text.split("\n")[0]))


def whole(text: str) -> str:
    """*text* with an end of line at its end: so a transcript writes files."""
    return text if text.endswith("\n") else f"{text}\n"


def recorded(lab: Lab, inputs: Iterable[Input], until: int) -> Recording:
    """What *inputs* did in *lab*, which is moved on to the virtual time *until*."""
    found = Recording(home=lab.home, hosts={name: entry["host"] for name, entry in lab.terminals().items()})
    for at, entry in inputs:
        lab.advance(at)
        found.hear(lab.drain())
        found.see(at, entry, lab)
        lab.submit(entry)
        found.hear(lab.drain())
    lab.advance(until)
    found.hear(lab.drain())
    found.finish(until)
    return found
