"""One attempt at a delivery, and what comes of it.

Who does not answer is left alone for a while: with all that waits for them, so that others do not wait for it, too.
"""

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError

from labsite.access import gate, table
from labsite.outside.addresses import proper
from labsite.outside.parcels import WAITS, sends
from labsite.outside.requests import Answer, Unreachable, ask
from labsite.sandboxes import clock
from labsite.webhooks import signing
from labsite.webhooks.models import Delivery, Hook

SECONDS, MOST_ANSWER = 8.0, 1 << 16
MOST_FAILURES = 12  # in a row: with the waits between them, about a day and a half
# Who takes long to answer has the carrier wait, and with it all others: they are left alone for so many times as long.
SLOW, PATIENCE = clock.SECOND, 5
KEPT = 200  # deliveries of one address that have arrived or were given up
GONE = 410


@sends(Delivery)
def send(delivery: Delivery) -> None:
    """One attempt."""
    hook = delivery.hook
    if not hook.on:
        delivery.failed("the webhook is switched off", final=True)
    elif not allowed(hook):
        delivery.failed("whoever registered the webhook may not do so any more", final=True)
        switch_off(hook, "owner")
    else:
        attempt(delivery, hook)
    forget(hook)


def allowed(hook: Hook) -> bool:
    """Whether the owner may still hear what is told: somebody who does not teach any more must not."""
    name, parts = ("class-webhooks", {"classroom": hook.classroom_id}) if hook.classroom_id else ("webhooks", {})
    return gate.may(table.PAGES, name, gate.role_for(table.PAGES, name, hook.owner, parts))


def attempt(delivery: Delivery, hook: Hook) -> None:
    """Ask the other side to take it."""
    begun = clock.wall()
    try:
        answer = posted(delivery, hook)
    except InvalidToken:
        delivery.failed("the secret was sealed with another SECRET_KEY: rotate it", final=True)
        fell(hook)
    except (Unreachable, ValidationError) as error:
        delivery.failed("; ".join(getattr(error, "messages", [str(error)])))
        fell(hook)
    else:
        settle(delivery, hook, answer, clock.wall() - begun)


def posted(delivery: Delivery, hook: Hook) -> Answer:
    """The answer; raises Unreachable, InvalidToken and ValidationError."""
    return ask(
        "POST",
        proper(hook.url),
        headers=signing.headers(delivery, clock.wall()),
        body=delivery.body.encode(),
        private=settings.PRIVATE_TARGETS,
        seconds=SECONDS,
        most=MOST_ANSWER,
    )


def settle(delivery: Delivery, hook: Hook, answer: Answer, took: int) -> None:
    """Write down what the other side says, after so many microseconds."""
    if answer.good:
        delivery.arrived(answer.status)
        if hook.failures:
            recovered(hook)
        if took > SLOW:
            rest(hook, clock.wall() + PATIENCE * took)
        return
    gone = answer.status == GONE
    delivery.failed(f"HTTP {answer.status}", answer.status, final=gone)
    if gone:
        switch_off(hook, "gone")
    else:
        fell(hook)


def recovered(hook: Hook) -> None:
    """The other side is there again: what waited goes now."""
    Hook.objects.filter(pk=hook.pk).update(failures=0, resting=0)
    now = clock.wall()
    hook.deliveries.filter(state="waiting", due__gt=now).update(due=now)


def fell(hook: Hook) -> None:
    """Nothing is tried for a while, longer with each failure; after too many, nothing is tried any more."""
    failures = hook.failures + 1
    until = clock.wall() + WAITS[min(failures, len(WAITS)) - 1] * clock.SECOND
    Hook.objects.filter(pk=hook.pk).update(failures=failures)
    rest(hook, until)
    if failures >= MOST_FAILURES:
        switch_off(hook, "failures")


def rest(hook: Hook, until: int) -> None:
    """Try nothing until the wall shows *until*."""
    Hook.objects.filter(pk=hook.pk).update(resting=until)
    hook.deliveries.filter(state="waiting", due__lt=until).update(due=until)


def switch_off(hook: Hook, why: str) -> None:
    """Tell it nothing more. Its owner hears of it on the next page (notices.py), unless it was their own hand."""
    Hook.objects.filter(pk=hook.pk).update(on=False, why_off=why, told=why == "hand")
    hook.deliveries.filter(state="waiting").update(state="dead", problem="the webhook was switched off")


def switch_on(hook: Hook) -> None:
    """Tell it again what happens from now on."""
    Hook.objects.filter(pk=hook.pk).update(on=True, why_off="", told=True, failures=0, resting=0, missed=0)


def forget(hook: Hook) -> None:
    """Keep the last deliveries only."""
    settled = hook.deliveries.exclude(state="waiting").order_by("-pk").values_list("pk", flat=True)
    if old := list(settled[KEPT : KEPT + 500]):
        Delivery.objects.filter(pk__in=old).delete()
