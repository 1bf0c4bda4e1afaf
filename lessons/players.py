"""A player types a transcript into a cluster, in virtual time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lessons.transcripts import Answer, Command, Piece, Transcript, matches
from simulator.lab import Change, Lab

HOME = "/root"
# Transcripts and lessons are played on the same day each time: Friday, 20 November 2026, 09:00 UTC.
EPOCH = 1_795_165_200_000_000
LIMIT = 2 * 3600 * 1_000_000  # a command that takes longer than two virtual hours does not end
COLUMNS, ROWS = 240, 50


@dataclass(frozen=True)
class Outcome:
    """What a command printed (lines), and its exit status; None if it did not end."""

    lines: tuple[str, ...]
    code: int | None


@dataclass(frozen=True)
class Check:
    """A command of a transcript and what became of it."""

    command: Command
    outcome: Outcome

    @property
    def passed(self) -> bool:
        """Whether it printed and ended as the transcript says."""
        return self.outcome.code == self.command.code and matches(self.command.expected, self.outcome.lines)


class Player:
    """Types at the terminals of one cluster, and hears all that the cluster tells."""

    def __init__(
        self,
        lab: Lab,
        listener: Callable[[list[Change]], None] | None = None,
        answer: Callable[[Answer], None] | None = None,
    ) -> None:
        self.lab = lab
        self.listener = listener
        self.answer = answer
        self.opened: set[str] = set()
        self.output = ""
        self.ended: dict[str, Any] | None = None

    def play(self, transcript: Transcript) -> list[Check]:
        """All steps of *transcript*, in order."""
        return [check for step in transcript.steps if (check := self.step(step))]

    def step(self, step: Piece) -> Check | None:
        """One step: a command gives a check."""
        if isinstance(step, Command):
            return Check(step, self.type(step.text, step.host))
        if isinstance(step, Answer):
            if self.answer:
                self.answer(step)
        else:
            self.save(step.path, step.content)
        return None

    def save(self, path: str, content: str) -> None:
        """Write a file as the editor does, below the learner's home unless *path* is absolute."""
        full = path if path.startswith("/") else f"{HOME}/{path}"
        self.submit({"type": "file.save", "host": self.lab.home, "path": full, "content": content})

    def type(self, text: str, host: str = "") -> Outcome:
        """Type *text* (one command, perhaps over several lines) and wait until it has ended."""
        self.output, self.ended = "", None
        for line in text.split("\n"):
            self.wait_for_reader(host)
            self.enter(line, host)
        self.wait_for_end()
        code = None if self.ended is None else int(self.ended["code"])
        if code is None:
            self.give_up(host)
        return Outcome(tuple(line.rstrip("\r") for line in self.output.split("\n")), code)

    def type_all(self, lines: Sequence[str]) -> None:
        """Type *lines* one after the other, each when the terminal waits for it."""
        for line in lines:
            self.ended = None
            self.enter(line, "")
            self.wait_for_prompt()

    def give_up(self, host: str) -> None:
        """Ctrl+C, so that the next command finds a prompt."""
        printed = self.output
        self.submit({"type": "keys", "terminal": self.terminal(host or self.lab.home), "data": "\x03"})
        self.wait_for_prompt()
        self.output = printed

    def enter(self, line: str, host: str) -> None:
        """Type one line."""
        self.submit({"type": "line", "terminal": self.terminal(host or self.lab.home), "text": line})

    def terminal(self, host: str) -> str:
        """The player's terminal on *host*, opened if it is the first time."""
        name = f"replay-{host}"
        if name not in self.opened:
            self.opened.add(name)
            self.submit({"type": "terminal.open", "terminal": name, "host": host, "columns": COLUMNS, "rows": ROWS})
            self.lab.settle(1_000_000)
            self.hear()
        return name

    def submit(self, entry: Mapping[str, Any]) -> None:
        """Hand an input to the cluster; a refusal is a fault of the transcript."""
        if error := self.lab.submit(entry).get("error"):
            raise ValueError(error)
        self.hear()

    def wait_for_end(self) -> None:
        """Let time pass until the command line that was typed has ended and the prompt is back."""
        limit = self.lab.now + LIMIT
        while self.ended is None:
            due = self.lab.next_at()
            if due is None or due > limit:
                return
            self.lab.advance(due)
            self.hear()

    def wait_for_reader(self, host: str) -> None:
        """Let time pass until somebody reads what is typed: each line of a command is typed at its own prompt."""
        terminal, limit = self.terminal(host or self.lab.home), self.lab.now + LIMIT
        while self.lab.terminals()[terminal]["mode"] == "busy":
            due = self.lab.next_at()
            if due is None or due > limit:
                return
            self.lab.advance(due)
            self.hear()

    def wait_for_prompt(self) -> None:
        """Let time pass until the shell asks for a line: the next command, or more of the one that was begun."""
        limit = self.lab.now + LIMIT
        while any(terminal["mode"] != "edit" for terminal in self.lab.terminals().values()):
            due = self.lab.next_at()
            if due is None or due > limit:
                return
            self.lab.advance(due)
            self.hear()

    def hear(self) -> None:
        """Take what the cluster tells."""
        changes = self.lab.drain()
        for change in changes:
            if change.kind == "output" and self.ended is None:
                self.output += change.data["data"]
            elif change.kind == "terminal" and change.data["mode"] == "edit":
                self.output = self.output.removesuffix(change.data["prompt"])
            elif change.kind == "command":
                self.ended = change.data
        if changes and self.listener:
            self.listener(changes)
