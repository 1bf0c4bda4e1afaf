"""The task that puts requests and streams from outside into a cluster."""

import logging
from functools import partial
from typing import Any
from uuid import UUID

from labsite.bridge import tell
from labsite.celery import app
from labsite.door import statuses, times
from labsite.sandboxes import clock
from labsite.sandboxes.models import Entry, Sandbox
from labsite.sandboxes.tasks import AGAIN, set_alarm
from labsite.sandboxes.turn import Turn, take
from simulator.lab import UnknownVersion

log = logging.getLogger(__name__)
Message = dict[str, Any]
READS = ("get", "list", "watch")


@app.task(**AGAIN)
def serve(sandbox: str, inputs: list[Message], reply: str) -> None:
    """Put *inputs* ({id, entry}) into the cluster, each once, and tell *reply* what came of each, before anything else is done."""
    results: dict[str, Message] = {}
    turn: Turn | None = None
    try:
        turn = take(UUID(sandbox), partial(put_all, inputs, results))
    except (Sandbox.DoesNotExist, UnknownVersion):
        results = refused(inputs, statuses.not_found())
    except Exception as error:
        if isinstance(error, AGAIN["autoretry_for"]):
            raise
        log.exception("sandbox %s: a request from outside failed, and nothing of it was stored", sandbox)
        results = refused(inputs, statuses.failed())
    tell(reply, {"type": "answered", "results": results})
    if turn is not None:
        set_alarm(turn)


def refused(inputs: list[Message], refusal: statuses.Refusal) -> dict[str, Message]:
    """The same refusal for all."""
    return {message["id"]: {"response": {"code": refusal.code, "body": refusal.status}} for message in inputs}


def put_all(inputs: list[Message], results: dict[str, Message], turn: Turn) -> None:
    """Put in what was not put in before. It may run again on another turn, which then is the one that counts.

    The first time nobody is asked what was put in before: the database takes nothing twice (Entry), and the turn is taken again."""
    done = known(inputs, turn) if results else set()
    results.clear()
    for message in inputs:
        results[message["id"]] = refused([message], statuses.unavailable())[message["id"]]
        if message["id"] not in done:
            results[message["id"]] = put_one(turn, message["id"], message["entry"])


def known(inputs: list[Message], turn: Turn) -> set[str]:
    """Which of *inputs* were put in before."""
    entries = Entry.objects.filter(sandbox=turn.row, client_id__in=[message["id"] for message in inputs])
    return set(entries.values_list("client_id", flat=True))


def put_one(turn: Turn, name: str, entry: Message) -> Message:
    """One input; what only reads leaves no trace."""
    result = {"response": turn.lab.read(entry["request"])} if reads(entry) else turn.enter(name, entry)
    return result | {"offset": times.offset(clock.wall(), turn.lab.unix)}


def reads(entry: Message) -> bool:
    """Whether an input is a request that only reads."""
    return entry["type"] == "api" and entry["request"]["verb"] in READS
