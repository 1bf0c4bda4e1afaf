"""A request on its way: what only reads is answered from the row at once, everything else goes the way of every command."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from django.core.cache import cache

from labsite.door import lookups, tasks, times
from labsite.door.mailbox import mailbox
from labsite.door.statuses import bad_request, not_found
from labsite.sandboxes import clock, engine
from labsite.sandboxes.models import Sandbox
from simulator.lab import Lab, UnknownVersion

Message = dict[str, Any]


async def ask(sandbox: UUID, entry: Message) -> Message:
    """What comes of *entry*: {"response", "offset"} or {"error"}; raises Refusal."""
    await attend(sandbox)
    if tasks.reads(entry):
        look = partial(read_by, entry["request"])
        read: Message | None = await lookups.found(glance, sandbox, look)
        if read is not None:
            return read
    return await mailbox().ask(sandbox, entry)


def read_by(request: Message, lab: Lab) -> Message:
    """What *lab* answers to a request that only reads."""
    return {"response": lab.read(request)}


async def attend(sandbox: UUID) -> None:
    """Whoever asks is there for a while; it is noted once in a heartbeat."""
    if cache.add(f"attended:{sandbox}", 1, timeout=clock.HEARTBEAT // clock.SECOND):
        await mailbox().attend(sandbox)


def glance(sandbox: UUID, see: Callable[[Lab], Message]) -> Message | None:
    """What *see* finds in the cluster as it is now; None if a turn must be taken to know. Raises Refusal."""
    row = Sandbox.objects.filter(pk=sandbox).first()
    if row is None:
        raise not_found()
    now = clock.wall()
    if not row.state or not (row.paused or row.hold or row.running(now)):
        return None
    lab = waken(row)
    target = row.virtual(now)
    due = lab.next_at()
    fresh = due is None or due > target
    if fresh:
        lab.advance(target)  # nothing happens until then, so this is still what the row says, only later
    try:
        return see(lab) | {"offset": times.offset(now, lab.unix)} if fresh else None
    finally:
        engine.awake.put(row.id, row.version, lab)


@contextmanager
def stored(sandbox: UUID) -> Iterator[tuple[Sandbox, Lab]]:
    """The cluster as it was stored last, for looking; raises Refusal."""
    row = Sandbox.objects.filter(pk=sandbox).first()
    if row is None or not row.state:
        raise not_found()
    lab = waken(row)
    try:
        yield row, lab
    finally:
        engine.awake.put(row.id, row.version, lab)


def waken(row: Sandbox) -> Lab:
    """The cluster of *row*; raises Refusal if another release stored it."""
    try:
        return engine.wake(row)
    except UnknownVersion:
        raise not_found() from None


def response_of(found: Message) -> Message:
    """The response in what came of an entry: {code, body, warnings}; raises Refusal for an input that could not be read."""
    if "response" not in found:
        raise bad_request(str(found.get("error", "")))
    response: Message = {"warnings": [], **found["response"]}
    return response
