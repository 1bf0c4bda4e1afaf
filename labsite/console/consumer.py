"""The WebSocket of a sandbox. It carries: what a browser says goes to the tasks, what they tell goes to the browser."""

import asyncio
import logging
import re
import secrets
from collections.abc import Coroutine
from typing import Any

import msgspec
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from labsite import limits, metrics
from labsite.access import gate, opening, table
from labsite.access.roles import Role
from labsite.bridge import bridge
from labsite.classes import beside, demonstrations, desks
from labsite.console import focuses, intake, messages
from labsite.console.inputs import Inputs
from labsite.console.languages import localised
from labsite.console.messages import base, classroom, looking
from labsite.sandboxes import clock, keyboard, presence, tasks
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import STIRRED, group

log = logging.getLogger(__name__)

Message = dict[str, Any]

KEYBOARD = (classroom.KeyboardAsked, classroom.KeyboardReturned, classroom.KeyboardKept)
TAB = re.compile(r"[a-z0-9-]{1,40}")
BESIDE = "beside-"  # so begin the names that whoever looks gives to inputs: they never are those of the learner's own
ASKING = limits.Rate(burst=3, every=20 * clock.SECOND)  # how often one may ask a learner for the keyboard
BUSY = "The cluster cannot keep up. Wait a moment and send it again."
# Files are asked for when they were saved just now: the answer is to know of that.
BEHIND = ("file.wanted", "files.wanted")


class Console(AsyncWebsocketConsumer):
    """One browser that watches one sandbox."""

    sandbox: Sandbox
    role = Role.STRANGER

    async def connect(self) -> None:
        self.joined = False
        self.inputs = Inputs(self.hand_out, self.question)
        self.bucket: tuple[int, int] | None = None
        self.jobs: set[asyncio.Task[None]] = set()
        self.language, self.tab, self.page = language_of(self.scope), tab_of(self.scope), ""
        await self.accept()
        if refusal := await self.find():
            await self.close(code=refusal)
            return
        if settings.EMBEDDED:
            bridge.serve(asyncio.get_running_loop())
        await self.channel_layer.group_add(group(self.sandbox.id), self.channel_name)
        self.joined = True
        metrics.count("podlab_sockets_opened_total")
        await self.look_after()
        await self.show()
        await self.stir() if self.looks else await self.greet()
        self.begin(self.heart())

    async def show(self) -> None:
        """Have the whole picture sent."""
        await self.task(tasks.watch, self.channel_name, self.page)

    @property
    def looks(self) -> bool:
        """Whether it is somebody who teaches, beside the learner."""
        return self.role != Role.LEARNER

    async def greet(self) -> None:
        """Who learns in a class is told how they stand there; who shows this cluster to one, to which."""
        if standing := await database_sync_to_async(beside.standing)(self.scope["user"].pk, self.sandbox.pk):
            await self.say({"type": "class", **standing})
        await self.say({"type": "shown", "to": await database_sync_to_async(beside.shown_to)(self.sandbox.pk)})

    async def stir(self) -> None:
        """Have the learner's pages told how things stand."""
        await self.channel_layer.group_send(group(self.sandbox.pk), STIRRED)

    async def find(self) -> int:
        """Find the sandbox; the code to close with if it is nobody's business here."""
        self.role, refusal = await opening.asked(self.scope, "console")
        if refusal:
            return refusal
        found = await Sandbox.objects.filter(pk=self.scope["url_route"]["kwargs"]["sandbox"]).only("id").afirst()
        if found is None:
            return opening.NOT_FOUND
        self.sandbox = found
        self.page = f"{focuses.BESIDE}{self.scope['user'].pk}:{self.tab}" if self.looks else self.tab
        return 0

    async def disconnect(self, code: int) -> None:
        for job in list(self.jobs):
            job.cancel()
        self.inputs.rest()
        if self.joined:
            await self.channel_layer.group_discard(group(self.sandbox.id), self.channel_name)
            await self.go_away()

    async def go_away(self) -> None:
        """Note that nobody watches here any more."""
        await database_sync_to_async(presence.leave)(self.channel_name, clock.wall())
        if self.looks:
            await database_sync_to_async(keyboard.give_back)(self.sandbox.pk, self.channel_name)
            await self.stir()
        else:
            await database_sync_to_async(keyboard.learner_left)(self.sandbox.pk)
            await self.task(tasks.rest)

    async def heart(self) -> None:
        """While the browser is there, say so; and see to it that the cluster's alarm is not lost."""
        while True:
            await asyncio.sleep(clock.HEARTBEAT / clock.SECOND)
            try:
                if await self.look_after():
                    await self.task(tasks.watch)
            except Exception:
                log.exception("sandbox %s: could not look after it", self.sandbox.id)

    async def look_after(self) -> bool:
        """Note that somebody watches; whether the alarm is overdue. The clock does not go for who looks over a shoulder, and
        who may not look any more is shown out."""
        if self.looks:
            if code := await self.find():
                await self.close(code=code)
                return False
            here, who = (self.sandbox.pk, self.channel_name), self.scope["user"].username
            await database_sync_to_async(presence.arrive)(*here, clock.wall(), self.page, who)
            await database_sync_to_async(keyboard.renew)(self.channel_name)
            return False

        def note() -> bool:
            now = clock.wall()
            presence.arrive(self.sandbox.id, self.channel_name, now, self.page)
            return presence.overdue(self.sandbox.id, now)

        overdue: bool = await database_sync_to_async(note)()
        return overdue

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work* beside the messages, until the browser has gone."""
        job = asyncio.create_task(work)
        self.jobs.add(job)
        job.add_done_callback(self.jobs.discard)

    async def task(self, task: Any, *args: Any) -> None:
        """Hand a task for this sandbox to the queue; that is network, so a thread does it."""
        if not gate.may(table.TASKS, task.name, self.role):
            raise PermissionError(task.name)
        await sync_to_async(task.delay, thread_sensitive=False)(str(self.sandbox.id), *args)

    # --- what the browser says ---------------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self.joined:
            return
        self.bucket, granted = limits.take(limits.SOCKET, self.bucket, clock.wall())
        if not granted:
            metrics.count("podlab_throttled_total", what="socket")
            await self.refuse(text_data, "Too many messages. Wait a moment and send it again.")
        elif text_data is None:
            await self.refuse(None, "Messages are text.")
        elif len(text_data) > messages.LARGEST:
            await self.refuse(text_data, f"The message is too long: {len(text_data)} characters.")
        else:
            await self.read(text_data)

    async def read(self, text: str) -> None:
        """A message that is not too long and not one too many."""
        try:
            message = messages.decode(text)
        except (msgspec.DecodeError, RecursionError) as error:
            await self.refuse(text, str(error))
            return
        if not await self.may(intake.name(message)):
            await self.refuse(text, keyboard.NOT_LENT)
        elif (entry := intake.entry(message)) is not None:
            await self.take_in(message, entry, text)
        elif isinstance(message, classroom.HandRaised):
            await database_sync_to_async(desks.raise_hand)(self.scope["user"], message.up)
            await self.greet()
        elif isinstance(message, classroom.OfferMade):
            who = self.scope["user"].username
            await database_sync_to_async(beside.offer)(self.sandbox.pk, who, message.kind, message.text)
        elif isinstance(message, classroom.OfferClosed):
            await database_sync_to_async(beside.close)(self.scope["user"], message.offer)
            await self.greet()
        elif isinstance(message, classroom.DemonstrationEnded):
            await self.end_demonstration()
        elif isinstance(message, KEYBOARD):
            await self.keyboard(message)
        elif isinstance(message, looking.PictureWanted):
            await self.show()
        else:
            await self.wonder({"type": intake.name(message), **msgspec.to_builtins(message)}, text)

    async def wonder(self, question: Message, text: str) -> None:
        """Ask a question, at once or behind what was put in before."""
        if question["type"] not in BEHIND:
            await self.question(question)
        elif self.inputs.full:
            await self.refuse(text, BUSY)
        else:
            await self.inputs.wonder(question)

    async def question(self, question: Message) -> None:
        """Have a question answered."""
        await self.task(tasks.ask, question, self.channel_name)

    async def may(self, what: str) -> bool:
        """Whether whoever is here may say that: by their role, or because the keyboard is lent to them, who may still look."""
        if gate.may(table.MESSAGES, what, self.role):
            return True
        if not gate.may(table.BORROWING, what, self.role) or await self.find():
            return False
        lent: bool = await database_sync_to_async(keyboard.is_lent_to)(self.sandbox.pk, self.channel_name)
        return lent

    async def keyboard(self, message: base.Message) -> None:
        """The keyboard is asked for, given back, or kept."""
        match message:
            case classroom.KeyboardAsked():
                who, sandbox = self.scope["user"], self.sandbox.pk
                if not await database_sync_to_async(limits.allowed)("keyboard", f"{who.pk}-{sandbox}", ASKING):
                    await self.refuse(None, "The learner was asked just now. Wait a moment.")
                    return
                await database_sync_to_async(keyboard.ask)(sandbox, self.channel_name, who.username)
            case classroom.KeyboardReturned():
                await database_sync_to_async(keyboard.give_back)(self.sandbox.pk, self.channel_name)
            case classroom.KeyboardKept():
                await database_sync_to_async(keyboard.keep)(self.sandbox.pk)

    async def end_demonstration(self) -> None:
        """What is shown of this cluster, to whichever class, is over."""
        for each in await database_sync_to_async(beside.shown_to)(self.sandbox.pk):
            await database_sync_to_async(demonstrations.end)(each["class"])

    async def take_in(self, message: base.Message, entry: Message, text: str) -> None:
        """Put an input in line."""
        if self.inputs.full:
            await self.refuse(text, BUSY)
            return
        name = intake.identity(message) or f"s-{secrets.token_hex(8)}"
        if self.looks and intake.identity(message) and not name.startswith(BESIDE):
            await self.refuse(text, f"The name of an input begins with {BESIDE} here.")
            return
        by = {"by": self.scope["user"].username, "channel": self.channel_name} if self.looks else {}
        await self.inputs.put({"id": name, "type": intake.name(message), "entry": entry, "page": self.page, **by})

    async def hand_out(self, batch: list[Message]) -> None:
        """Have a batch done."""
        await self.task(tasks.act, batch, self.channel_name)

    async def refuse(self, text: str | None, reason: str) -> None:
        """Say that a message could not be taken, and why."""
        await self.say({"type": "refused", "reason": reason} | named(text))

    # --- what the tasks tell -------------------------------------------------------------------------------------------------

    async def sandbox_published(self, event: Message) -> None:
        """Something happened in the cluster."""
        message = event["message"]
        await self.say({**message, "changes": focuses.heard(message["changes"], self.page)})

    async def sandbox_stirred(self, event: Message) -> None:
        """Something beside the cluster has changed."""
        if not self.looks:
            await self.greet()
            return
        told = await database_sync_to_async(beside.keyboard_of)(self.sandbox.pk, self.channel_name)
        await self.say({"type": "keyboard", **told})

    async def sandbox_answered(self, event: Message) -> None:
        """A task has done what this browser wanted."""
        for message in event["messages"]:
            await self.say(message)
            if message["type"] == "taken":
                await self.inputs.taken(message["ids"])

    async def say(self, message: Message) -> None:
        """Send *message* in the learner's language."""
        await self.send(text_data=msgspec.json.encode(localised(message, self.language)).decode())


def language_of(scope: Message) -> str:
    """The language that the page was opened in: the socket's address says it."""
    return said_in(scope, "language")


def tab_of(scope: Message) -> str:
    """What the page calls itself, which it still does after a reload; one that says nothing, or nonsense, is another each time."""
    said = said_in(scope, "page")
    return said if TAB.fullmatch(said) else secrets.token_hex(8)


def said_in(scope: Message, name: str) -> str:
    """What the socket's address says of *name*."""
    words = scope["query_string"].decode("latin-1").split("&")
    return next((word.removeprefix(f"{name}=") for word in words if word.startswith(f"{name}=")), "")


class Header(msgspec.Struct):
    """As much of a bad message as its answer repeats."""

    type: str = ""
    id: str = ""


def named(text: str | None) -> Message:
    """Which message an answer is about, as far as it can be told."""
    try:
        header = msgspec.json.decode(text or "", type=Header)
    except msgspec.DecodeError:
        return {"of": ""}
    return {"of": header.type[:64]} | ({"id": header.id[:64]} if header.id else {})
