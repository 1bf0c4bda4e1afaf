"""A moment as a link: whoever opens it gets a sandbox of their own that goes on from there.

The link carries the share's id, signed; the share holds the moment's cluster itself, so it does not hang on the history it came from.
"""

from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse

from labsite.accounts.models import User
from labsite.sandboxes import clock, history, screens
from labsite.sandboxes.history import Moment
from labsite.sandboxes.models import Sandbox, Share

LIFE = 30 * 86_400 * clock.SECOND
MOST = 20  # living shares of one sandbox; the oldest makes room
signer = signing.Signer(salt="podlab.moments")


def share(row: Sandbox, moment: Moment, title: str) -> Share:
    """Share *moment*; raises NoMoment."""
    past, now = history.at(row, moment), clock.wall()
    state, shown = past.lab.snapshot(), screens.store(past.screens)
    made = Share.objects.create(
        sandbox=row, title=title, at=moment.at, unix=past.lab.unix, state=state, screens=shown, expires=now + LIFE
    )
    Share.objects.filter(expires__lte=now).delete()
    living = Share.objects.filter(sandbox=row).order_by("-created", "-id").values_list("pk", flat=True)
    Share.objects.filter(pk__in=list(living[MOST:])).delete()
    return made


def shares(row: Sandbox) -> list[Share]:
    """The links that open something, the newest first."""
    return list(Share.objects.filter(sandbox=row, expires__gt=clock.wall()).defer("state", "screens"))


def revoke(row: Sandbox, name: UUID) -> None:
    """The link opens nothing any more; copies that were made stay whose they are."""
    Share.objects.filter(sandbox=row, pk=name).delete()


def path(made: Share) -> str:
    """The address below the site's own."""
    return reverse("moment", args=[signer.sign(str(made.pk))])


def find(text: str) -> Share | None:
    """The share whose signed id *text* is; None if it is none of ours, expired or taken back."""
    try:
        name = UUID(signer.unsign(text))
    except (signing.BadSignature, ValueError):
        return None
    return Share.objects.filter(pk=name, expires__gt=clock.wall()).select_related("sandbox").first()


@transaction.atomic
def copy(found: Share, owner: User) -> Sandbox:
    """A sandbox of *owner*'s with the moment's cluster. It takes no other's place, and no progress counts in it."""
    origin = found.sandbox
    return Sandbox.objects.create(
        owner=owner,
        lesson=origin.lesson,
        edition=origin.edition,
        set_aside=True,
        seed=origin.seed,
        epoch=origin.epoch,
        state=bytes(found.state),
        screens=bytes(found.screens),
        birth=found.unix - found.at,
        now=found.at,
    )
