"""One turn of a cluster: wake it, bring its clock up to now, put something into it, and store it if nobody else did meanwhile."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils import timezone

from labsite.bridge import publish
from labsite.console import focus, picture, translate
from labsite.sandboxes import clock, engine, presence, screens
from labsite.sandboxes.models import Entry, Sandbox
from lessons import catalogue, progress
from lessons.catalogue import Lesson
from lessons.models import Run
from lessons.progress import Progress
from simulator.lab import Change, Lab

log = logging.getLogger(__name__)

Message = dict[str, Any]

ATTEMPTS = 20
SLICE = 500  # wake-ups between two looks at the processor's clock
BUDGET = 500 * clock.MILLISECOND  # processor time of one turn; what is left over waits for the next one
HORIZON = 250 * clock.MILLISECOND  # how far a command may run ahead so that its prompt comes back at once
LEAD = 2 * clock.SECOND  # and how far a cluster may be ahead of the wall in all

happened = Signal()  # a turn was stored, with all that the cluster told in it: sandbox, changes


class Lost(Exception):
    """Another worker stored the cluster first; the turn is taken again on what it stored."""


@dataclass
class Turn:
    """A cluster that is awake, and what has happened in this turn."""

    row: Sandbox
    lab: Lab
    wall: int
    run: Run | None
    entries: list[Entry] = field(default_factory=list)
    seen: list[Change] = field(default_factory=list)  # in the cluster, before what is still to be drained
    said: list[Message] = field(default_factory=list)
    answers: list[Message] = field(default_factory=list)  # for the one browser that asked
    repeated: bool = False  # something had been put in before: who missed the answer then is to notice now
    began: int = field(default_factory=clock.cpu)
    wants_picture: bool = False
    carried: list[Message] = field(default_factory=list)  # what streams to tools outside carry
    objects: bool = False  # whether any object has changed
    changes: Sequence[Change] = ()  # all that the cluster told
    new_alarm: int = 0  # the alarm that this turn has set; 0 if the one before it still holds

    def __post_init__(self) -> None:
        self.was_running = self.row.running(self.wall)
        self.lesson = catalogue.of(self.row.lesson, self.row.seed)
        row = self.row
        running = clock.virtual_target(row.now, row.anchor, row.lease, self.wall)
        self.target = running if row.state else self.lab.now  # one that has just been born stands where it was born

    # --- time -------------------------------------------------------------------------------------------------------

    def in_budget(self) -> bool:
        """Whether this turn may still use the processor."""
        return clock.cpu() - self.began < BUDGET

    def catch_up(self) -> None:
        """Bring the cluster's clock up to now. If that takes too long, the cluster lags behind, as a busy machine does."""
        while self.in_budget() and not self.lab.advance(self.target, steps=SLICE):
            pass

    def settle(self) -> None:
        """Let what was put in have its first effects, so that the prompt comes back without a second turn."""
        end = min(self.lab.now + HORIZON, self.target + LEAD)
        while self.lab.now < end and self.in_budget() and not self.lab.settle(end - self.lab.now, steps=SLICE):
            pass

    # --- what is put in ------------------------------------------------------------------------------------------------

    def put(self, client_id: str, entry: dict[str, Any]) -> str:
        """Put *entry* in and write it into the log: why it was refused, or an empty text."""
        return str(self.enter(client_id, entry).get("error", ""))

    def enter(self, client_id: str, entry: dict[str, Any]) -> dict[str, Any]:
        """The same, with all that the cluster answers."""
        if entry["type"] in ("file.save", "editor.close"):
            entry = {**entry, "host": self.lab.home}
        # All that is due at this instant happens before, so that the log says exactly what came after what.
        self.lab.advance(self.lab.now)
        self.show_typed(client_id, entry)
        at, result = self.lab.now, self.lab.submit(entry)
        self.row.entries_count += 1
        self.entries.append(
            Entry(sandbox=self.row, number=self.row.entries_count, at=at, entry=entry, client_id=client_id)
        )
        self.settle()
        return result

    def show_typed(self, client_id: str, entry: dict[str, Any]) -> None:
        """A line that was edited in one browser belongs on the terminal in all of them, between what came before and after."""
        terminal = self.lab.terminals().get(entry.get("terminal", ""))
        if entry["type"] != "line" or terminal is None:
            return
        data = entry["text"].replace("\n", "\r\n") + "\r\n" if terminal["echo"] else ""
        shown = {"id": client_id, "terminal": entry["terminal"], "text": entry["text"], "data": data}
        self.seen += [*self.lab.drain(), Change(self.lab.now, "line", shown)]

    def move_focus(self, wish: dict[str, Any]) -> None:
        """Look at another Pod."""
        self.row.focus = focus.moved(self.lab, wish)
        if self.row.focus:
            self.said += [focus.described(self.lab, self.row.focus), focus.log(self.lab, self.row.focus)]

    def give_hint(self, step: str) -> Message | None:
        """The next hint for *step*."""
        if self.run is None or self.lesson is None:
            return None
        self.run.progress, message = progress.hint(self.lesson, self.run.progress, step, self.lab)
        return message

    def learn(self, act: Callable[[Lesson, Progress, Lab], tuple[Progress, list[Message]]]) -> str:
        """Let the learner do something with the lesson: why it was refused, or an empty text."""
        if self.run is None or self.lesson is None:
            return "There is no lesson here."
        try:
            self.run.progress, told = act(self.lesson, self.run.progress, self.lab)
        except progress.NotNow as error:
            return str(error)
        self.said += told
        self.note_end()
        return ""

    # --- what comes of it --------------------------------------------------------------------------------------------------

    def finish(self) -> Message | None:
        """Store the turn: what is to be published, or None if there is nothing to tell; raises Lost."""
        self.hear([*self.seen, *self.lab.drain()])
        version = self.row.version
        self.set_clock()
        told = bool(self.said) or self.repeated or self.was_running != self.row.running(self.wall)
        self.row.seq += told
        self.row.version += 1
        self.row.state = self.lab.snapshot()
        self.store(version)
        engine.awake.put(self.row.id, self.row.version, self.lab)
        if self.wants_picture:
            self.answers.append(picture.draw(self.row, self.lab, self.run, self.wall))
        if not told:
            return None
        return {"seq": self.row.seq, "clock": self.row.clock(self.wall), "changes": self.said}

    def hear(self, changes: Sequence[Change]) -> None:
        """Turn what the cluster told into what browsers are told, and into what is kept of it."""
        if not changes:
            return
        self.complain(changes)
        self.changes = changes
        self.carried = [change.data for change in changes if change.kind == "stream"]
        self.objects = any(change.kind == "object" for change in changes)
        self.said = translate.messages(self.lab, changes) + self.said
        self.row.focus, told = focus.follow(self.lab, self.row.focus, changes)
        self.said += told
        self.row.screens = screens.store(screens.after(screens.load(bytes(self.row.screens)), changes))
        self.hear_lesson(changes)

    def complain(self, changes: Sequence[Change]) -> None:
        """What the simulator itself failed at is for whoever runs the site."""
        for change in changes:
            if change.kind == "failure":
                log.error("sandbox %s: the simulator failed: %s", self.row.id, change.data)

    def hear_lesson(self, changes: Sequence[Change]) -> None:
        """Let the lesson look at what happened."""
        if self.run is None or self.lesson is None:
            return
        self.run.progress, told = progress.feed(self.lesson, self.run.progress, self.lab, changes, self.wall)
        self.said += told
        self.note_end()

    def note_end(self) -> None:
        """Write down when the lesson was finished."""
        if self.run and self.lesson and self.run.finished is None and progress.finished(self.lesson, self.run.progress):
            self.run.finished = timezone.now()

    def set_clock(self) -> None:
        """Write down where the clock stands, until when it goes, and when to look again."""
        row = self.row
        row.birth = self.lab.unix - self.lab.now
        row.now, row.anchor = self.lab.now, self.wall + max(self.lab.now - self.target, 0)
        row.lease = presence.lease(row.id, self.wall)
        wanted = clock.alarm(self.lab.next_at(), row.now, row.anchor, self.wall, clock.cpu() - self.began)
        if not row.running(self.wall):
            row.alarm_at = 0
        elif not self.wall < row.alarm_at <= wanted:  # one that rings earlier will do: it sets the next
            row.alarm_at = self.new_alarm = wanted

    def store(self, version: int) -> None:
        """Write row, log and progress, all or nothing; raises Lost if the row is not of *version* any more."""
        row = self.row
        kept = (
            "state",
            "version",
            "seq",
            "entries_count",
            "birth",
            "now",
            "anchor",
            "lease",
            "alarm_at",
            "screens",
            "focus",
        )
        values = {name: getattr(row, name) for name in kept} | {"updated": timezone.now()}
        try:
            with transaction.atomic():
                if not Sandbox.objects.filter(pk=row.pk, version=version).update(**values):
                    raise Lost
                Entry.objects.bulk_create(self.entries)
                if self.run is not None:
                    self.run.save(update_fields=["progress", "finished"])
        except IntegrityError as error:
            raise Lost from error


def begin(sandbox: UUID) -> Turn:
    """Wake the cluster for a turn; raises Sandbox.DoesNotExist and UnknownVersion."""
    row = Sandbox.objects.get(pk=sandbox)
    run = Run.objects.filter(sandbox=sandbox).first() if row.lesson else None
    return Turn(row, engine.wake(row), clock.wall(), run)


def take(sandbox: UUID, act: Callable[[Turn], None]) -> Turn:
    """Take a turn and tell all who watch; *act* may run more than once, on another turn each time."""
    for _ in range(ATTEMPTS):
        turn = begin(sandbox)
        turn.catch_up()
        act(turn)
        try:
            published = turn.finish()
        except Lost:
            continue
        happened.send(Turn, sandbox=sandbox, changes=turn.changes)
        if published:
            publish(group(sandbox), {"type": "sandbox.published", "message": {"type": "changes", **published}})
        if turn.carried or turn.objects:
            publish(outside(sandbox), {"type": "carried", "sandbox": str(sandbox), "pieces": turn.carried})
        return turn
    raise Lost(f"{sandbox}: {ATTEMPTS} turns were overtaken")


def look(sandbox: UUID, see: Callable[[Lab], Message]) -> Message:
    """What *see* finds in the cluster as it is stored; nothing changes. Raises what `begin` raises."""
    row = Sandbox.objects.get(pk=sandbox)
    lab = engine.wake(row)
    seen = see(lab)
    if row.state:
        engine.awake.put(row.id, row.version, lab)
    return seen


def outside(sandbox: UUID) -> str:
    """The group of those who serve the sandbox's API to tools outside."""
    return f"outside.{sandbox}"


def group(sandbox: UUID) -> str:
    """The group of all browsers that watch the sandbox."""
    return f"sandbox.{sandbox}"
