"""The keyboard of a learner's console, lent by turns to somebody who looks over their shoulder.

It is asked for, given by the learner alone, and theirs again at one word, or when either browser has gone. While it is lent, only
its holder types lines and keys, and nothing else; each such input is looked at in the very turn in which it happens.
"""

from functools import partial
from uuid import UUID

from django.db import transaction

from labsite.bridge import publish
from labsite.sandboxes import clock, presence
from labsite.sandboxes.models import Keyboard
from labsite.sandboxes.turn import STIRRED, Lost, Message, Turn, group

TYPING = ("line", "keys")
MOST_ASKING = 3  # at a time
NOT_LENT = "You may only look here."
LENT = "Somebody else has the keyboard. Take it back first."
GONE = "Nobody asks for the keyboard any more."
EXAM = "In an exam the keyboard stays with the learner."


def living(sandbox: UUID) -> list[Keyboard]:
    """Who asks for the keyboard, or has it, and is still there."""
    return list(Keyboard.objects.filter(sandbox=sandbox, expires__gt=clock.wall()))


def holder(sandbox: UUID) -> Keyboard | None:
    """Who has it; None: the learner."""
    return next((each for each in living(sandbox) if each.lent), None)


def is_lent_to(sandbox: UUID, channel: str) -> bool:
    """Whether the browser behind *channel* has it."""
    held = holder(sandbox)
    return held is not None and held.channel == channel


def ask(sandbox: UUID, channel: str, name: str) -> None:
    """Somebody would like to type."""
    Keyboard.objects.filter(expires__lte=clock.wall()).delete()
    if Keyboard.objects.filter(sandbox=sandbox).count() < MOST_ASKING:
        fresh = {"sandbox_id": sandbox, "name": name, "expires": clock.wall() + clock.VIEWER_LIFE}
        Keyboard.objects.get_or_create(channel=channel, defaults=fresh)
    stir(sandbox)


def renew(channel: str) -> None:
    """Whoever asks or types is still there."""
    Keyboard.objects.filter(channel=channel).update(expires=clock.wall() + clock.VIEWER_LIFE)


def give_back(sandbox: UUID, channel: str) -> None:
    """They do not want it any more, or have gone."""
    if Keyboard.objects.filter(channel=channel).delete()[0]:
        stir(sandbox)


def keep(sandbox: UUID) -> None:
    """The learner keeps it, or takes it back: at once, whatever waits for a turn."""
    if Keyboard.objects.filter(sandbox=sandbox).delete()[0]:
        stir(sandbox)


def learner_left(sandbox: UUID) -> None:
    """One of the learner's browsers has gone; with the last of them what is lent ends. Tools outside are no browsers."""
    there = presence.own(clock.wall()).filter(sandbox=sandbox)
    if not there.exclude(channel__startswith=f"{sandbox}:").exists():
        keep(sandbox)


def stir(sandbox: UUID) -> None:
    """Have the pages told."""
    publish(group(sandbox), STIRRED)


# --- in a turn ------------------------------------------------------------------------------------------------------------


def lend(turn: Turn, entry: Message) -> str:
    """Give the keyboard to who asked with the number that *entry* says: why it cannot be, or an empty text."""
    number = entry["keyboard"]
    found = next((each for each in living(turn.row.pk) if each.pk == number), None)
    if turn.lesson and turn.lesson.is_exam:
        return EXAM
    if found is None or holder(turn.row.pk) is not None:
        return GONE
    turn.later(partial(Keyboard.objects.filter(pk=number).update, lent=True))
    turn.later(lambda: transaction.on_commit(partial(stir, turn.row.pk)))
    return ""


def refusal(message: Message, turn: Turn) -> str:
    """Why an input may not be typed by whom it comes from ({channel} of who looks; without, it is the learner), or an empty text."""
    if message["entry"]["type"] not in TYPING:
        return ""
    held, channel = holder(turn.row.pk), message.get("channel", "")
    if channel != (held.channel if held else ""):
        return NOT_LENT if channel else LENT
    if held:
        turn.later(partial(confirm, held.pk))
    return ""


def confirm(number: int) -> None:
    """It was not taken back meanwhile; raises Lost if it was, and the turn is taken again without it."""
    if not Keyboard.objects.filter(pk=number, lent=True).exists():
        raise Lost
