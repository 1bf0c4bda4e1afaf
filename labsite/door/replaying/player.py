"""A player whose kubectl is a real one, which comes in through the door; all else happens in the simulated shell."""

import dataclasses
import json
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from labsite.door import mailbox, visits
from labsite.door.asking import stored
from labsite.door.replaying import runs
from labsite.door.replaying.ages import about
from labsite.door.replaying.runs import Run
from labsite.door.replaying.versions import alike, still_done
from labsite.sandboxes import clock
from labsite.sandboxes.tasks import set_alarm
from labsite.sandboxes.turn import Turn, happened, take
from lessons.players import LIMIT, Check, Outcome, Player
from lessons.transcripts import Piece
from simulator.lab import Change, Lab

Found = TypeVar("Found")
DESKS = "/run/podlab/"
TICK_S = 0.03
# A client that watches and asks nothing for so long waits for time to pass; one that does not watch may only be slow.
IDLE, ASLEEP = 150 * clock.MILLISECOND, 1500 * clock.MILLISECOND
# A client that still asks after that, and watches nothing, asks each second whether something has come.
POLLING = 4 * clock.SECOND
STEP = 2 * clock.SECOND
PATIENCE = 60 * clock.SECOND
REACTION = 30 * clock.MILLISECOND  # no client hears of something sooner; a program that is quick has ended by then


class TurnLab:
    """A sandbox as `Player` knows a lab: each call is a turn, as any worker takes it."""

    def __init__(self, sandbox: UUID) -> None:
        self.sandbox = sandbox
        self.heard: deque[Change] = deque()
        happened.connect(self.hear)

    def hear(self, sandbox: UUID, changes: Sequence[Change], **_: Any) -> None:
        """A turn was taken, by whichever thread."""
        if sandbox == self.sandbox:
            self.heard.extend(changes)

    def turn(self, act: Callable[[Lab], Found]) -> Found:
        """Let *act* happen in a turn."""
        found: list[Found] = []

        def go(turn: Turn) -> None:
            found[:] = [act(turn.lab)]
            turn.target = max(turn.target, turn.lab.now)  # what was skipped is not to be waited for

        set_alarm(take(self.sandbox, go))
        return found[0]

    def see(self, look: Callable[[Lab], Found]) -> Found:
        """What *look* finds, as it was stored last."""
        with stored(self.sandbox) as (_, lab):
            return look(lab)

    @property
    def home(self) -> str:
        return self.see(lambda lab: lab.home)

    @property
    def now(self) -> int:
        return self.see(lambda lab: lab.now)

    def next_at(self) -> int | None:
        return self.see(lambda lab: lab.next_at())

    def submit(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return self.turn(lambda lab: lab.submit(entry))

    def advance(self, until: int) -> bool:
        return self.turn(lambda lab: lab.advance(max(until, lab.now)))

    def settle(self, horizon: int) -> bool:
        return self.turn(lambda lab: lab.settle(horizon))

    def step(self, most: int) -> None:
        """Advance to the next timer, at most *most*, and a little further."""
        self.turn(lambda lab: lab.advance(min(lab.next_at() or lab.now + most, lab.now + most) + REACTION))

    def terminals(self) -> dict[str, dict[str, Any]]:
        return self.see(lambda lab: lab.terminals())

    def drain(self) -> list[Change]:
        return [self.heard.popleft() for _ in range(len(self.heard))]


class OutsidePlayer(Player):
    """Plays a transcript with the real *binary*."""

    def __init__(self, sandbox: UUID, binary: Path, folder: Path, token: str) -> None:
        self.turns = TurnLab(sandbox)
        super().__init__(self.turns, self.notice)  # type: ignore[arg-type]
        self.binary, self.folder, self.token = binary, folder, token
        self.desks: dict[str, str] = {}
        self.runs: dict[str, Run] = {}
        self.begun = 0  # when the newest of them was

    def step(self, step: Piece) -> Check | None:
        check = super().step(step)
        if check is None:
            return None
        printed = alike(check.outcome.lines)
        expected = still_done(alike(check.command.expected), printed)
        command = dataclasses.replace(check.command, expected=about(expected, printed))
        return Check(command, Outcome(printed, check.outcome.code))

    def notice(self, changes: list[Change]) -> None:
        """A stand-in may want something."""
        for change in changes:
            data = change.data
            if change.kind == "editor" and data["path"].startswith(DESKS) and data["open"]:
                self.desks[data["path"]] = data["host"]

    def wait_for_end(self) -> None:
        end = clock.wall() + PATIENCE
        limit = self.turns.now + LIMIT
        while self.ended is None and clock.wall() < end:
            self.tend()
            self.hear()
            if self.ended is not None:
                break
            if self.runs:
                self.pace()
            elif not self.desks:
                due = self.turns.next_at()
                if due is None or due > limit:
                    time.sleep(TICK_S)  # another thread may just have heard what comes next
                else:
                    self.turns.advance(due)
            self.hear()
        for desk in list(self.runs):
            self.runs.pop(desk).stop()
        self.desks.clear()

    def pace(self) -> None:
        """Give the client time; let the cluster's pass when the client only waits."""
        time.sleep(TICK_S)
        now = clock.wall()
        waits = mailbox.heard(self.turns.sandbox) or now - self.begun > POLLING
        if now - visits.latest.get(self.token, 0) > (IDLE if waits else ASLEEP):
            self.turns.step(STEP)

    def tend(self) -> None:
        """Begin what is wanted, and pass on what was printed."""
        for desk, host in list(self.desks.items()):
            if desk not in self.runs:
                self.begin(desk, host)
            elif answer := self.runs[desk].answer():
                del self.desks[desk]
                if answer["code"] is not None:
                    self.keep(host, self.runs.pop(desk))
                self.tell(desk, host, answer)

    def keep(self, host: str, run: Run) -> None:
        """Have in the lab what the client has written."""
        for path, text in run.written():
            self.write(host, path, text)

    def tell(self, desk: str, host: str, answer: dict[str, Any]) -> None:
        """Let the stand-in print."""
        self.write(host, f"{desk}.answer", json.dumps(answer))
        self.turns.submit({"type": "editor.close", "host": host, "path": desk})
        self.turns.settle(clock.MILLISECOND)

    def write(self, host: str, path: str, text: str) -> None:
        """Have *text* in a file of the lab."""
        self.turns.submit({"type": "file.save", "host": host, "path": path, "content": text})

    def begin(self, desk: str, host: str) -> None:
        """Run what is on the desk."""
        top = self.folder / "files"
        config = (self.folder / "kubeconfig").read_text()
        question = self.turns.see(lambda lab: lay_out(lab, host, desk, top, config))
        self.begun = clock.wall()
        visits.latest[self.token] = self.begun + clock.SECOND // 2  # it has to start first
        self.runs[desk] = Run(self.binary, self.folder, self.folder / "kubeconfig", question, top)


def lay_out(lab: Lab, host: str, desk: str, top: Path, config: str) -> dict[str, Any]:
    """The question on the desk, and its files below *top*."""
    question = runs.asked(lab.read_file(host, desk) or "{}")
    runs.copied(top, question, config, lambda path: lab.read_file(host, path), lambda path: lab.files(host, path))
    return question
