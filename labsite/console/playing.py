"""The solution of a lesson played through the site itself: each line as the message that a browser sends, each in a turn as a worker
takes it, stored and woken again in between. So `manage.py lessons check` proves lessons on the way that learners go."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connections

from labsite.accounts.models import User
from labsite.console import intake, messages
from labsite.sandboxes import keeping, tasks
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import Turn, take
from lessons import transcripts
from lessons.catalogue import Lesson
from lessons.models import Run
from lessons.players import COLUMNS, EPOCH, HOME, ROWS
from lessons.transcripts import Answer, Command, FileBlock, Piece

MOST_WAITS = 2000  # turns for which one prompt is waited


class Visitor:
    """Somebody whose browser says what a solution does."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.number = 0
        self.opened: dict[str, str] = {}
        self.reached: list[str] = []
        self.refused: list[str] = []
        self.ended: list[dict[str, Any]] = []

    def say(self, kind: str, **data: Any) -> list[dict[str, Any]]:
        """Send a message: what the browser is answered."""
        self.number += 1
        message = messages.decode(json.dumps({"type": kind, "id": f"v-{self.number}", **data}))
        entry = intake.entry(message)
        wanted = [{"id": intake.identity(message), "type": kind, "entry": entry}]
        turn = take(self.sandbox.pk, lambda turn: tasks.put_all(wanted, turn))
        self.hear(turn)
        return turn.answers

    def hear(self, turn: Turn) -> None:
        """Note what has come of it."""
        self.reached += [told["step"] for told in turn.said if told["type"] == "step.reached"]
        self.refused += [told["reason"] for told in turn.answers if told["type"] == "refused"]
        self.ended += [change.data for change in turn.changes if change.kind == "command"]

    def terminal(self, host: str) -> str:
        """The visitor's terminal on *host*."""
        if host not in self.opened:
            self.opened[host] = f"visit-{len(self.opened)}"
            self.say("terminal.opened", terminal=self.opened[host], host=host, columns=COLUMNS, rows=ROWS)
            self.wait(self.opened[host])
        return self.opened[host]

    def wait(self, terminal: str) -> None:
        """Let time pass until the shell asks for a line."""
        for _ in range(MOST_WAITS):
            answers = self.say("prompt.awaited", terminal=terminal)
            if any(answer.get("there") for answer in answers):
                return

    def do(self, piece: Piece) -> None:
        """One piece of the solution."""
        match piece:
            case FileBlock(path=path, content=content):
                full = path if path.startswith("/") else f"{HOME}/{path}"
                self.say("file.saved", path=full, content=content)
            case Answer(question=question, given=given):
                self.say("question.answered", question=question, answer=list(given))
            case Command(host=host, text=text):
                terminal = self.terminal(host or "master")
                for line in text.split("\n"):
                    self.say("line.typed", terminal=terminal, text=line)
                    self.wait(terminal)


def problems(lesson: Lesson, seed: int = 1) -> list[str]:
    """What goes otherwise on the site than the solution says, for a learner whose cluster has *seed*; empty if nothing does."""
    learner = User.new_guest()
    sandbox = keeping.of(learner, lesson.slug)
    Sandbox.objects.filter(pk=sandbox.pk).update(seed=seed, epoch=EPOCH)
    try:
        return list(differences(lesson, sandbox))
    finally:
        learner.delete()


def differences(lesson: Lesson, sandbox: Sandbox) -> Iterator[str]:
    """The same in a sandbox in which the lesson has not begun."""
    visitor, where = Visitor(sandbox), f"{lesson.slug}/solution.md"
    for piece in transcripts.parse(lesson.solution).steps:
        visitor.do(piece)
        yield from (f"{where}:{piece.line}: refused on the site: {reason}" for reason in visitor.refused)
        if isinstance(piece, Command) and [end["code"] for end in visitor.ended[-1:]] != [piece.code]:
            yield f"{where}:{piece.line}: `{piece.text}` ends otherwise on the site"
        visitor.refused.clear()
    steps = [step.id for step in lesson.steps]
    if visitor.reached != steps and not lesson.is_exam:
        missed = next(step for step in [*steps, ""] if step not in visitor.reached)
        yield f"{where}:1: on the site the steps are reached as {', '.join(visitor.reached)}, without {missed or 'their order'}"
    if not Run.objects.filter(sandbox=visitor.sandbox.pk, finished__isnull=False).exists() and not lesson.is_exam:
        yield f"{where}:1: on the site the lesson is not finished at the end"


def make_tables() -> None:
    """The tables of all models, as they are now: an empty database needs no migrations, which take longer than the rest of the proof."""
    connection = connections["default"]
    connection.disable_constraint_checking()
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    connection.enable_constraint_checking()


@contextmanager
def site() -> Iterator[Callable[[Lesson, int], list[str]]]:
    """`problems` on a site with a database in memory in place of its own, so that proofs leave no trace and need nothing."""
    before = connections.settings["default"]
    connections["default"].close()
    connections.settings["default"] = connections.configure_settings(
        {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    )["default"]
    del connections["default"]
    try:
        make_tables()
        yield problems
    finally:
        connections["default"].close()
        del connections["default"]
        connections.settings["default"] = before
