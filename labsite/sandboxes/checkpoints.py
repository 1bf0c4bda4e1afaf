"""Which checkpoints are kept of a cluster's history, and how far back it reaches: the policy, stated in README.md.

A new one is due when the processor time since the last would make going back slow, so that what is between two of them is cheap
to play again, however much or little happened. When there are too many, that one of the older ones goes whose loss makes the
cheapest stretch. When even that would be too long a stretch, or the input log has grown too large, the history's beginning moves on.
"""

from itertools import pairwise
from uuid import UUID

from django.db.models import F, Q, Sum, TextField
from django.db.models.functions import Cast, Length

from labsite.sandboxes import clock, history
from labsite.sandboxes.models import Branch, Checkpoint, Entry, Life, Mark, Sandbox, Standing

COST = 60 * clock.MILLISECOND  # processor time after which a checkpoint is due
SPAN = 6 * 3600 * clock.SECOND  # and virtual time
MOST, MOST_BYTES = 160, 8_000_000  # of one sandbox
NEWEST = 24  # are not thinned out
LONGEST = 2 * clock.SECOND  # processor time of the longest stretch that thinning may make
MOST_LOGGED = 8_000_000  # bytes of the input log
LARGE = 200_000  # an input of so many bytes is followed by a checkpoint, so that the log can be cut there
ENTRY = 200  # bytes that an input takes beside its own text
MOST_MARKS, MARKS_CUT = 5_000, 500
MOST_LIVES, LIVES_CUT = 6_000, 600  # pieces of the lives of Pods


def due(row: Sandbox, now: int) -> bool:
    """Whether a checkpoint is due at the virtual time *now*."""
    return row.kept_at < 0 or row.spent >= COST or now - row.kept_at >= SPAN


def thin(row: Sandbox) -> None:
    """Keep the history of *row*, to which a checkpoint has just been added, within its bounds."""
    while (rows := stored(row.pk)) and (len(rows) > MOST or sum(each.size for each in rows) > MOST_BYTES):
        cheapest = min(mergers(rows), default=None, key=lambda pair: pair[0].cost + pair[1].cost)
        if cheapest is None or sum(each.cost for each in cheapest) > LONGEST:
            if not forget(row):
                return
            continue
        gone, after = cheapest
        Checkpoint.objects.filter(pk=after.pk).update(cost=F("cost") + gone.cost)
        Checkpoint.objects.filter(pk=gone.pk).delete()
    while row.logged > MOST_LOGGED and forget(row):
        pass


def stored(sandbox: UUID) -> list[Checkpoint]:
    """All checkpoints in order, without what is in them."""
    return list(Checkpoint.objects.filter(sandbox_id=sandbox).defer("state", "screens"))


def mergers(rows: list[Checkpoint]) -> list[tuple[Checkpoint, Checkpoint]]:
    """Each checkpoint that may go, with the one after it on its branch."""
    found = []
    for branch in {each.branch for each in rows}:
        own = [each for each in rows if each.branch == branch]
        found += [(one, after) for one, after in pairwise(own[1:]) if not one.pinned]  # its first stays
    newest = {each.pk for each in rows[-NEWEST:]}
    return [(one, after) for one, after in found if one.pk not in newest]


def forget(row: Sandbox) -> bool:
    """Let the history begin later: at the checkpoint a quarter on the way. Branches that left before it go. False if it cannot."""
    stretches = history.line(row.pk, row.branch)
    kept = list(history.on(Checkpoint.objects.defer("state", "screens"), row.pk, stretches))
    if len(kept) < 2:
        return False
    first = kept[max(len(kept) // 4, 1)]
    ours = [stretch.branch for stretch in stretches]
    forked = Q(fork_number__lt=first.number) | Q(fork_number=first.number, fork_at__lt=first.at)
    for branch in Branch.objects.filter(forked, sandbox=row).exclude(branch__in=ours):
        drop(row.pk, branch)
    earlier = Q(number__lt=first.number) | Q(number=first.number, at__lt=first.at)
    standing = history.on(Standing.objects.filter(earlier), row.pk, stretches).order_by("-number", "-at", "-id").first()
    Entry.objects.filter(sandbox=row, number__lte=first.number).delete()
    Checkpoint.objects.filter(earlier, sandbox=row).delete()
    Mark.objects.filter(earlier, sandbox=row).delete()
    Life.objects.filter(earlier, sandbox=row).delete()
    Standing.objects.filter(earlier, sandbox=row).exclude(pk__in=[standing.pk] if standing else []).delete()
    Checkpoint.objects.filter(pk=first.pk).update(pinned=True)
    row.logged = logged(row.pk)
    return True


def drop(sandbox: UUID, branch: Branch) -> None:
    """Delete a branch with all that is only its own."""
    for model in (Entry, Checkpoint, Mark, Life, Standing):
        model.objects.filter(sandbox_id=sandbox, branch=branch.branch).delete()
    branch.delete()


def logged(sandbox: UUID) -> int:
    """About how many bytes the input log takes."""
    inputs = Entry.objects.filter(sandbox_id=sandbox)
    return (inputs.aggregate(all=Sum(Length(Cast("entry", TextField())) + ENTRY))["all"]) or 0


def cut_marks(sandbox: UUID) -> None:
    """Of too many marks the oldest events and statuses go; the commands stay as long as the history has them."""
    if Mark.objects.filter(sandbox_id=sandbox).count() > MOST_MARKS:
        for kinds in (("event", "warning"), ("status",), ("request", "file"), ("command",)):
            found = Mark.objects.filter(sandbox_id=sandbox, kind__in=kinds).order_by("number", "at", "id")
            oldest = list(found.values_list("pk", flat=True)[:MARKS_CUT])
            if len(oldest) == MARKS_CUT:
                Mark.objects.filter(pk__in=oldest).delete()
                return


def cut_lives(sandbox: UUID) -> None:
    """Of too many pieces of the lives of Pods the oldest go."""
    found = Life.objects.filter(sandbox_id=sandbox).order_by("number", "at", "id")
    if found.count() > MOST_LIVES:
        Life.objects.filter(pk__in=list(found.values_list("pk", flat=True)[:LIVES_CUT])).delete()
