"""What a turn leaves in a cluster's history: inputs, checkpoints, marks, how far the learner is. It is stored with the turn."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from labsite.sandboxes import checkpoints, lives, marks
from labsite.sandboxes.models import Checkpoint, Entry, Life, Mark, Sandbox, Standing
from simulator.lab import Lab

Message = dict[str, Any]


class Chronicle:
    """Belongs to one turn of the cluster in *row*, whose counts it moves on."""

    def __init__(self, row: Sandbox) -> None:
        self.row = row
        self.entries: list[Entry] = []
        self.checkpoints: list[Checkpoint] = []
        self.marks: list[Mark] = []
        self.lives: list[Life] = []
        self.standings: list[Standing] = []
        self.writes: list[Callable[[], object]] = []  # what else is to be stored
        self.large = False  # an input was so large that the log is to be cut after it
        self.arrive()

    def arrive(self) -> None:
        """The row stands at another moment now (or the turn begins): what happens from here on comes after its last input."""
        self.inputs = [(-1, self.row.number)]

    def number_at(self, at: int) -> int:
        """Which input was the last at a virtual time of this turn."""
        return next(number for when, number in reversed(self.inputs) if when <= at)

    # --- what is to be kept

    def put_in(self, at: int, client_id: str, entry: dict[str, Any], by: str = "") -> None:
        """An input has happened at the virtual time *at*; *by* whom, if it was not the learner."""
        row = self.row
        row.entries_count += 1
        row.number = row.entries_count
        self.inputs.append((at, row.number))
        where: dict[str, Any] = {"sandbox": row, "branch": row.branch, "at": at, "number": row.number}
        self.entries.append(Entry(**where, entry=entry, client_id=client_id, by=by))
        size = len(msgspec.json.encode(entry))
        row.logged += checkpoints.ENTRY + size
        self.large = self.large or size > checkpoints.LARGE

    def note(self, noted: Iterable[marks.Noted]) -> None:
        """Marks."""
        self.marks += [Mark(sandbox=self.row, branch=self.row.branch, **mark._asdict()) for mark in noted]

    def live(self, noted: Iterable[lives.Piece]) -> None:
        """Facts of the lives of Pods."""
        where: dict[str, Any] = {"sandbox": self.row, "branch": self.row.branch}
        self.lives += [Life(**where, at=piece.facts[0]["at"], **piece._asdict()) for piece in noted if piece.facts]

    def keep(self, lab: Lab, *, pinned: bool = False) -> None:
        """A checkpoint of the cluster as it stands; the row's screens must be of now."""
        row, state, screens = self.row, lab.snapshot(), bytes(self.row.screens)
        where: dict[str, Any] = {"sandbox": row, "branch": row.branch, "at": lab.now, "number": row.number}
        weight = {"size": len(state) + len(screens), "cost": row.spent}
        self.checkpoints.append(Checkpoint(**where, **weight, state=state, screens=screens, pinned=pinned))
        row.kept_at, row.spent = lab.now, 0

    def is_due(self, lab: Lab) -> bool:
        """Whether a checkpoint is due at the end of the turn."""
        return self.large or checkpoints.due(self.row, lab.now)

    def stand(self, lab: Lab, progress: dict[str, Any]) -> None:
        """How far the learner is now."""
        row = self.row
        self.standings.append(
            Standing(sandbox=row, branch=row.branch, at=lab.now, number=row.number, progress=progress)
        )

    def forget_turn(self) -> None:
        """Nothing of what happened until now in this turn is to be kept: its branch goes."""
        self.checkpoints, self.marks, self.lives, self.standings = [], [], [], []

    # --- what comes of it

    def told(self) -> list[Message]:
        """What browsers are told of it."""
        made: Message = {
            "type": "mark.made",
            "branch": self.row.branch,
            "marks": [marks.told(mark) for mark in self.marks],
        }
        grew = {"type": "life.grew", "branch": self.row.branch, "lives": [lives.of_row(life) for life in self.lives]}
        return ([made] if self.marks else []) + ([grew] if self.lives else [])

    def store(self) -> None:
        """Write it, and keep the history within its bounds; within the transaction that stores the row."""
        row, logged = self.row, self.row.logged
        for write in self.writes:
            write()
        Entry.objects.bulk_create(self.entries)
        Standing.objects.bulk_create(self.standings)
        Mark.objects.bulk_create(self.marks)
        Life.objects.bulk_create(self.lives)
        Checkpoint.objects.bulk_create(self.checkpoints)
        if self.checkpoints:
            checkpoints.thin(row)
            checkpoints.cut_marks(row.pk)
            checkpoints.cut_lives(row.pk)
        if row.logged != logged:
            Sandbox.objects.filter(pk=row.pk).update(logged=row.logged)
