"""A cluster's owner with a time machine, and a wall clock that the test moves."""

from itertools import count
from typing import Any

import pytest

from labsite.accounts.models import User
from labsite.sandboxes import clock, history, keeping, marks, presence, tasks
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import Turn, take

Message = dict[str, Any]
START = 1_800_000_000 * clock.SECOND


class Wall:
    """The clock on the wall, which goes when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = START
        monkeypatch.setattr(clock, "wall", lambda: self.now)


class Traveller:
    """Alice at her free lab; everything she does goes through the tasks, as from a browser."""

    def __init__(self, wall: Wall, lesson: str = "", user: User | None = None) -> None:
        self.wall = wall
        self.numbers = count()
        self.id = keeping.of(user or User.new_guest(), lesson).id
        self.turn: Turn
        self.watch()
        self.put({"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24})

    @property
    def row(self) -> Sandbox:
        """The row as it is stored."""
        return Sandbox.objects.get(pk=self.id)

    def watch(self) -> None:
        """Her browser is still there."""
        presence.arrive(self.id, f"browser of {self.id}", self.wall.now)
        tasks.watch(str(self.id))

    def put(self, entry: Message, name: str = "") -> list[Message]:
        """Put something in: what the browser is answered."""
        message = {"id": name or f"i{next(self.numbers)}", "type": entry["type"], "entry": entry}
        answers: list[Message] = []
        for part in tasks.parts([message]):
            self.turn = take(self.id, lambda turn, part=part: tasks.put_all(part, turn))  # type: ignore[misc]
            answers += self.turn.answers
        return answers

    def type(self, text: str) -> "Traveller":
        """Type a line."""
        self.put({"type": "line", "terminal": "t1", "text": text})
        return self

    def wait(self, seconds: int) -> "Traveller":
        """Let time pass on the wall, looked at now and then."""
        for _ in range(seconds // 20):
            self.wall.now += 20 * clock.SECOND
            self.watch()
        self.wall.now += seconds % 20 * clock.SECOND
        self.watch()
        return self

    def wind(self, speed: int | None = None, paused: bool | None = None) -> list[Message]:
        """Set the clock."""
        return self.put({"type": "clock", "to": "", "speed": speed, "paused": paused})

    def jump(self, to: str, *, seconds: int = 0, pod: str = "", state: str = "", namespace: str = "") -> list[Message]:
        """Begin a jump: what is told in its first slice."""
        wish = {"type": "clock", "to": to, "seconds": seconds, "namespace": namespace, "pod": pod, "state": state}
        refused = self.put(wish)
        return refused or self.turn.said

    def undo(self) -> list[Message]:
        """Take the last command back."""
        row = self.row
        last = history.last_input(row, marks.INPUTS)
        return self.put({"type": "command.undone", "current": row.branch, "number": last.number if last else 0})

    def go_back(self, at: int, branch: int | None = None, number: int = history.EVER) -> list[Message]:
        """Continue from a moment."""
        row = self.row
        wish = {"current": row.branch, "branch": row.branch if branch is None else branch, "at": at, "number": number}
        return self.put({"type": "branch.begun", **wish})

    def choose(self, branch: int) -> list[Message]:
        """Come back to a branch."""
        return self.put({"type": "branch.chosen", "current": self.row.branch, "branch": branch})

    def screen(self) -> str:
        """What the terminal shows."""
        turn = take(self.id, tasks.show)
        return str(next(each["screen"] for each in turn.answers[0]["terminals"] if each["terminal"] == "t1"))
