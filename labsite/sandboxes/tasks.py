"""The tasks: open the lab, let it act, tell the browsers, set one alarm."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from django.db import OperationalError

from labsite.bridge import tell
from labsite.celery import app
from labsite.console import past, picture, why
from labsite.sandboxes import clock, keyboard, prepared, schoolwork, texts, travels
from labsite.sandboxes.models import Entry, Sandbox
from labsite.sandboxes.turn import Lost, Message, Turn, look, take
from simulator.lab import UnknownVersion

log = logging.getLogger(__name__)

TRAVELLING = {*travels.WISHES, "again", "prepared"}
ACTIONS = {**schoolwork.ACTIONS, "lend": keyboard.lend, "prepared": prepared.take}
FAILED = "The simulator failed at this. Nothing was changed."


# A turn that was overtaken too often is taken again a moment later, and so is one that the database did not let in.
AGAIN: dict[str, Any] = {"autoretry_for": (Lost, OperationalError), "default_retry_delay": 0.5, "max_retries": 20}


@app.task(**AGAIN)
def act(sandbox: str, inputs: list[Message], reply: str = "") -> None:
    """Put *inputs* ({id, type, entry, page?}) into the cluster, each once, however often this task runs."""
    ids = [message["id"] for message in inputs]
    with complaints(sandbox, reply, ids):
        answers: list[Message] = []
        for part in parts(inputs):
            turn = take(UUID(sandbox), partial(put_all, part))
            set_alarm(turn)
            answers += turn.answers
        tell_all(reply, answers, ids)


@app.task(**AGAIN)
def watch(sandbox: str, reply: str = "", page: str = "") -> None:
    """A browser watches: bring the clock up to now and hand it the whole picture, with what its *page* looks at."""
    with complaints(sandbox, reply):
        turn = take(UUID(sandbox), partial(show, page=page))
        tell_all(reply, turn.answers)
        set_alarm(turn)


@app.task(**AGAIN)
def rest(sandbox: str) -> None:
    """A browser has gone: if it was the last one, the clock stands still."""
    with complaints(sandbox):
        set_alarm(take(UUID(sandbox), lambda turn: None))


@app.task(**AGAIN)
def heed(sandbox: str) -> None:
    """The clocks of a class are paused, or go again: the cluster heeds it."""
    with complaints(sandbox):
        set_alarm(take(UUID(sandbox), stop_alarm))


@app.task(**AGAIN)
def wake(sandbox: str, at: int) -> None:
    """The alarm for *at* rings; it steps aside if the row says that another has taken its place."""
    if Sandbox.objects.filter(pk=sandbox, alarm_at=at).exists():
        with complaints(sandbox):
            set_alarm(take(UUID(sandbox), stop_alarm))


@app.task
def ask(sandbox: str, question: Message, reply: str) -> None:
    """Answer *question*, which changes nothing in the cluster: a completion, a file, a moment of the past, why something is so."""
    with complaints(sandbox, reply):
        id = UUID(sandbox)
        answer = why.refusal(id, question) or past.answer(id, question) or look(id, partial(picture.answer, question))
        tell_all(reply, [answer])


@contextmanager
def complaints(sandbox: str, reply: str = "", ids: Sequence[str] = ()) -> Iterator[None]:
    """Whatever goes wrong for good, whoever asked hears of it; nothing of the turn is stored then."""
    try:
        yield
    except (Lost, OperationalError):
        raise
    except Sandbox.DoesNotExist:
        log.info("sandbox %s is gone", sandbox)
    except UnknownVersion:
        tell_all(reply, [{"type": "unreadable"}], ids)
    except Exception:
        log.exception("sandbox %s: the turn failed, and nothing of it was stored", sandbox)
        tell_all(reply, [{"type": "refused", "of": "", "id": name, "reason": FAILED} for name in ids or [""]], ids)


def tell_all(reply: str, messages: list[Message], ids: Sequence[str] = ()) -> None:
    """Tell the browser behind *reply* its answers, and which inputs need not be sent again."""
    taken = [{"type": "taken", "ids": list(ids)}] if ids else []
    tell(reply, {"type": "sandbox.answered", "messages": messages + taken})


def set_alarm(turn: Turn) -> None:
    """Have the cluster looked at again when its next timer is due."""
    if turn.new_alarm:
        wait = max(turn.new_alarm - clock.wall(), 0) / clock.SECOND
        wake.apply_async((str(turn.row.id), turn.new_alarm), countdown=wait)


def put_all(inputs: list[Message], turn: Turn) -> None:
    """Put in what has not been put in before."""
    known = Entry.objects.filter(sandbox=turn.row, client_id__in=[message["id"] for message in inputs])
    done = set(known.values_list("client_id", flat=True))
    turn.repeated = bool(done)
    for message in inputs:
        if message["id"] not in done:
            done.add(message["id"])
            put_one(message, turn)


def parts(inputs: list[Message]) -> list[list[Message]]:
    """*inputs* in turns: going to another moment takes one of its own, since it looks at what is stored."""
    found: list[list[Message]] = []
    alone = True
    for message in inputs:
        travels_now = message["entry"]["type"] in TRAVELLING
        if alone or travels_now:
            found.append([])
        found[-1].append(message)
        alone = travels_now
    return found


def put_one(message: Message, turn: Turn) -> None:
    """One input: a wish of the page, or something for the cluster."""
    entry = message["entry"]
    error = keyboard.refusal(message, turn)
    if error:
        pass
    elif entry["type"] == "focus":
        turn.move_focus(message.get("page", ""), entry)
    elif entry["type"] == "hint":
        hint = turn.give_hint(entry["step"])
        turn.answers.append(hint or refused(message, "There is no further hint for this step."))
    elif entry["type"] == "clock":
        error = turn.wind(entry)
    elif entry["type"] in ACTIONS:
        error = ACTIONS[entry["type"]](turn, entry)
    elif entry["type"] in travels.WISHES:
        error = travels.go(entry, turn)
    elif entry["type"] == "file.save":
        error = texts.save(message, turn)
    else:
        error = turn.put(message["id"], entry, message.get("by", ""))
    if error:
        turn.answers.append(refused(message, error))


def refused(message: Message, reason: str) -> Message:
    """The answer to an input that could not be taken."""
    return {"type": "refused", "of": message["type"], "id": message["id"], "reason": reason}


def show(turn: Turn, page: str = "") -> None:
    """Ask for the whole picture. The alarm is set anew: the one before may have been lost with the process that held it."""
    turn.show(page)
    stop_alarm(turn)


def stop_alarm(turn: Turn) -> None:
    """No alarm is set any more; the turn sets another if somebody watches."""
    turn.row.alarm_at = 0
