"""One turn of a cluster: wake it, bring its clock up to now, put something into it, and store it if nobody else did meanwhile."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils import timezone

from labsite import metrics
from labsite.bridge import publish_all
from labsite.classes.models import Seat
from labsite.console import focus, focuses, hosts, picture, translate
from labsite.sandboxes import checkpoints, clock, engine, history, holding, lives, marks, screens, typed, wayback
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.moving import Moving
from lessons import catalogue, progress
from lessons.catalogue import Lesson
from lessons.models import Run
from lessons.progress import Progress
from simulator.lab import Change, Lab, UnknownVersion

log = logging.getLogger(__name__)

Message = dict[str, Any]

ATTEMPTS = 20
# What a turn stores of the row.
KEPT = (
    "state",
    "version",
    "seq",
    "entries_count",
    "branch",
    "number",
    "travels",
    "kept_at",
    "spent",
    "logged",
    "birth",
    "now",
    "anchor",
    "lease",
    "speed",
    "paused",
    "hold",
    "rate",
    "jump",
    "alarm_at",
    "screens",
    "focuses",
)

# What going back does not take back: what the learner was told, and what was answered or is over for good.
STAYS = ("hints", "answers", "skipped", "ends", "over")
FLEETING = ("last",)  # with every command another

# What tools outside hold ends with the moment that it belonged to.
EVERY = "*"
ELSEWHERE = b'{"metadata": {}, "status": "Failure", "message": "the cluster was taken to another moment"}'
ENDS = tuple(
    {"stream": EVERY, "channel": channel, "data": data} for channel, data in (("status", ELSEWHERE), ("", b""))
)

STIRRED = {"type": "sandbox.stirred"}  # to a group: how things stand beside the cluster is another now

happened = Signal()  # a turn was stored, with all that the cluster told in it: sandbox, changes, turn


class Lost(Exception):
    """Another worker stored the cluster first; the turn is taken again on what it stored."""


@dataclass
class Turn(Moving):
    """A cluster that is awake, and what has happened in this turn."""

    run: Run | None = None
    answers: list[Message] = field(default_factory=list)  # for the one browser that asked
    repeated: bool = False  # something had been put in before: who missed the answer then is to notice now
    picture_for: str | None = None  # the page that is to have the whole picture
    carried: list[Message] = field(default_factory=list)  # what streams to tools outside carry
    objects: bool = False  # whether any object has changed
    changes: Sequence[Change] = ()  # all that the cluster told
    travelled: bool = False  # the cluster is another now: whoever watches needs the whole picture

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lesson = catalogue.of(self.row.lesson, self.row.seed, self.row.edition)
        self.watch, self.lives = marks.Watch(self.lab), lives.Watch(self.lab)
        self.stood = standing_of(self.run)
        if self.row.kept_at < 0:
            self.begin_history()

    def heed(self) -> None:
        """Heed whether the learner's class is paused."""
        holding.heed(self.row, self.run, self.wall)

    @property
    def schooltime(self) -> int:
        """What the wall shows for an exam's clock."""
        return self.row.schooltime(self.wall)

    @cached_property
    def seats(self) -> list[Seat]:
        """Where whoever owns the cluster learns; for those who hear of the turn (`happened`), one question for all of them."""
        return list(Seat.objects.filter(user=self.row.owner_id, role="learner").select_related("user"))

    # --- history ----------------------------------------------------------------------------------------------------

    def begin_history(self) -> None:
        """The first checkpoint, and how far the learner is."""
        self.keep(pinned=True)
        self.chronicle.live(self.lives.begun(self.row.number))
        self.stood = None
        self.note_standing()

    def keep(self, *, pinned: bool = False) -> None:
        """A checkpoint of the cluster as it stands."""
        self.absorb()
        self.chronicle.keep(self.lab, pinned=pinned)

    def later(self, write: Callable[[], object]) -> None:
        """Have *write* done when the turn is stored."""
        self.chronicle.writes.append(write)

    def travel(self, past: history.Past, branch: int) -> None:
        """The cluster is from now on the one of *past*, on *branch*, and the learner as far as then, but for what STAYS."""
        self.absorb()
        self.travelled, self.said, self.carried, self.objects = True, [], list(ENDS), True
        row, self.lab = self.row, past.lab
        row.branch, row.number, row.travels, row.jump = branch, past.moment.number, row.travels + 1, {}
        row.screens = screens.store(past.screens)
        row.kept_at, row.spent = past.moment.at, checkpoints.COST  # the next checkpoint is this turn's own
        if self.run is not None and past.progress is not None:
            stays = {key: self.run.progress[key] for key in STAYS if key in self.run.progress}
            self.run.progress = {**past.progress, **stays}
        self.chronicle.arrive()
        self.target, self.watch, self.lives = self.lab.now, marks.Watch(self.lab), lives.Watch(self.lab)
        self.was_now, self.was_anchor = self.lab.now, self.wall

    # --- what is put in ------------------------------------------------------------------------------------------------

    def put(self, client_id: str, entry: dict[str, Any], by: str = "") -> str:
        """Put *entry* in and write it into the log, and *by* whom if it was not the learner: why it was refused, or an empty text."""
        return str(self.enter(client_id, entry, by).get("error", ""))

    def enter(self, client_id: str, entry: dict[str, Any], by: str = "") -> dict[str, Any]:
        """The same, with all that the cluster answers."""
        if entry["type"] in ("file.save", "editor.close"):
            host, path = hosts.place(self.lab, entry["path"])
            entry = {**entry, "host": host, "path": path}
        # All that is due at this instant happens before, so that the log says exactly what came after what.
        self.lab.advance(self.lab.now)
        self.seen += [*self.lab.drain(), *wayback.typed(self.lab, client_id, entry)]
        noted = marks.of_input(self.lab, self.row.entries_count + 1, entry)
        self.chronicle.note(mark._replace(by=by) for mark in noted)
        at = self.lab.now
        with self.spending():
            result = self.lab.submit(entry)
        self.chronicle.put_in(at, client_id, entry, by)
        self.settle()
        return result

    def move_focus(self, page: str, wish: dict[str, Any]) -> None:
        """*page* looks at another Pod."""
        self.row.focuses = pages = focuses.moved(self.row.focuses, page, focus.moved(self.lab, wish))
        told = focuses.whole(self.lab, focuses.seen(pages, page))
        self.said += focuses.addressed(pages, [page], told, along=focuses.leader(pages)["page"] == page)

    def show(self, page: str) -> None:
        """Have the whole picture drawn for *page*, at the end, since it has the number of what the turn publishes."""
        self.row.focuses, self.picture_for = focuses.joined(self.row.focuses, page), page

    def forget_pages(self) -> None:
        """Forget what pages look at that are gone. Who went along with one of them goes along with another."""
        before, self.row.focuses = self.row.focuses, focuses.living(self.row.focuses, self.there, self.wall)
        leads = focuses.leader(self.row.focuses)["focus"]
        if leads != focuses.leader(before)["focus"]:
            self.said += focuses.addressed(self.row.focuses, [], focuses.whole(self.lab, leads), along=True)

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
        self.take_from_lesson(told)
        return ""

    # --- what comes of it --------------------------------------------------------------------------------------------------

    def finish(self) -> Message | None:
        """Store the turn: what is to be published, or None if there is nothing to tell; raises Lost."""
        self.absorb()
        self.row.focuses, told_of_views = focuses.each(self.row.focuses, lambda one: focus.refreshed(self.lab, one))
        self.said += told_of_views
        self.note_standing()
        version = self.row.version
        self.set_clock()
        self.forget_pages()
        if self.chronicle.is_due(self.lab):
            self.keep()
        self.said += [] if self.travelled else self.chronicle.told()
        told = bool(self.said) or self.repeated or self.travelled or self.clock_changed()
        # Whoever has missed something asks for the whole picture; everybody has, if the cluster is another now.
        self.row.seq += told + self.travelled
        self.row.version += 1
        self.row.state = self.lab.snapshot()
        self.store(version)
        engine.awake.put(self.row.id, self.row.version, self.lab)
        if self.picture_for is not None:
            looked = focuses.picture(self.lab, self.row.focuses, self.picture_for)
            drawn = picture.draw(self.row, self.lab, self.run, self.wall, looked)
            self.answers.append(drawn | {"lines": typed.commands(self.row)})
        if not told:
            return None
        return {"seq": self.row.seq, "clock": self.row.clock(self.wall), "changes": self.said}

    def to_tell(self, published: Message | None) -> Iterator[tuple[str, Message]]:
        """What who is to be told of the turn, of which *published* is for browsers."""
        sandbox = self.row.id
        if self.carried or self.objects:
            yield outside(sandbox), {"type": "carried", "sandbox": str(sandbox), "pieces": self.carried}
        if published:
            yield group(sandbox), {"type": "sandbox.published", "message": {"type": "changes", **published}}

    def absorb(self) -> None:
        """Hear what the cluster has told until now."""
        changes, self.seen = [*self.seen, *self.lab.drain()], []
        self.hear(changes)

    def hear(self, changes: Sequence[Change]) -> None:
        """Turn what the cluster told into what browsers are told, and into what is kept of it."""
        if not changes:
            return
        self.complain(changes)
        self.changes = [*self.changes, *changes]
        self.carried += [change.data for change in changes if change.kind == "stream"]
        self.objects = self.objects or any(change.kind == "object" for change in changes)
        self.said += translate.messages(self.lab, changes)
        self.chronicle.note(self.watch.notice(self.chronicle.number_at, changes))
        self.chronicle.live(self.lives.notice(self.chronicle.number_at, changes))
        self.row.focuses, told = focuses.each(self.row.focuses, lambda one: focus.follow(self.lab, one, changes))
        self.said += told
        self.row.screens = screens.store(screens.after(screens.load(bytes(self.row.screens)), changes))
        self.hear_lesson(changes)

    def complain(self, changes: Sequence[Change]) -> None:
        """What the simulator itself failed at is for whoever runs the site."""
        for change in changes:
            if change.kind == "failure":
                metrics.count("podlab_simulator_failures_total")
                log.error("sandbox %s: the simulator failed: %s", self.row.id, change.data)

    def hear_lesson(self, changes: Sequence[Change]) -> None:
        """Let the lesson look at what happened."""
        if self.run is None or self.lesson is None:
            return
        self.run.progress, told = progress.feed(self.lesson, self.run.progress, self.lab, changes, self.schooltime)
        self.take_from_lesson(told)

    def take_from_lesson(self, told: list[Message]) -> None:
        """What the lesson tells: to all who watch, and into the history."""
        reached = [message["step"] for message in told if message["type"] == "step.reached"]
        self.chronicle.note(marks.noted(self.lab.now, self.row.number, "step", step, step) for step in reached)
        self.note_standing()
        self.said += told
        self.note_end()

    def note_standing(self) -> None:
        """Write down how far the learner is, if that is another now."""
        standing = standing_of(self.run)
        if standing is not None and standing != self.stood:
            self.stood = standing
            self.chronicle.stand(self.lab, standing)

    def note_end(self) -> None:
        """Write down when the lesson was finished."""
        if self.run and self.lesson and self.run.finished is None and progress.finished(self.lesson, self.run.progress):
            self.run.finished = timezone.now()
            self.run.first_finished = self.run.first_finished or self.run.finished

    def store(self, version: int) -> None:
        """Write row, log and progress, all or nothing; raises Lost if the row is not of *version* any more."""
        row = self.row
        values = {name: getattr(row, name) for name in KEPT} | {"updated": timezone.now()}
        try:
            with transaction.atomic():
                if not Sandbox.objects.filter(pk=row.pk, version=version).update(**values):
                    raise Lost
                if self.run is not None:
                    self.run.save(update_fields=["progress", "finished", "first_finished"])
                self.chronicle.store()
        except IntegrityError as error:
            raise Lost from error


def standing_of(run: Run | None) -> Progress | None:
    """What is kept of the learner's progress in the cluster's history; None without a lesson."""
    return {key: value for key, value in run.progress.items() if key not in FLEETING} if run else None


def begin(sandbox: UUID) -> Turn:
    """Wake the cluster for a turn; raises Sandbox.DoesNotExist and UnknownVersion."""
    row = Sandbox.objects.get(pk=sandbox)
    run = Run.objects.filter(sandbox=sandbox).first() if row.lesson else None
    return Turn(row, engine.wake(row), clock.wall(), run=run)


def take(sandbox: UUID, act: Callable[[Turn], None]) -> Turn:
    """Take a turn and tell all who watch; *act* may run more than once, on another turn each time."""
    for _ in range(ATTEMPTS):
        with measured():
            turn = begin(sandbox)
            turn.catch_up()
            act(turn)
        try:
            published = turn.finish()
        except Lost:
            metrics.count("podlab_turns_total", result="overtaken")
            continue
        metrics.count("podlab_turns_total", result="stored")
        try:  # whoever watches is told first: what others make of the turn, such as marks, keeps no learner waiting
            publish_all(list(turn.to_tell(published)))
        finally:
            happened.send(Turn, sandbox=sandbox, changes=turn.changes, turn=turn)
        return turn
    raise Lost(f"{sandbox}: {ATTEMPTS} turns were overtaken")


@contextmanager
def measured() -> Iterator[None]:
    """Count the processor time of what is done meanwhile, and its failure."""
    begun = clock.cpu()
    try:
        yield
    except UnknownVersion:
        metrics.count("podlab_turns_total", result="unreadable")
        raise
    except Exception:
        metrics.count("podlab_turns_total", result="failed")
        raise
    finally:
        metrics.count("podlab_turn_cpu_seconds_total", (clock.cpu() - begun) / clock.SECOND)


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
