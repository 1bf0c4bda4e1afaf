"""The clocks of a class that is paused: each cluster of its learners stands still from the moment of the pause to that of its end,
whenever its next turn comes. An exam's time stands still with them: what the pause has taken is added.
"""

from labsite.classes.models import Pause
from labsite.sandboxes import clock
from labsite.sandboxes.models import Sandbox
from lessons.models import Run

PAUSED = "The clocks of the class are paused."


def heed(row: Sandbox, run: Run | None, wall: int) -> None:
    """Bring *row*'s hold ({pause, since, by}, or {}) up to what holds in the classes of its learner when the wall shows *wall*."""
    seats = {"classroom__seats__user": row.owner_id, "classroom__seats__role": "learner"}
    lasting = {pause.pk: pause for pause in Pause.objects.filter(until=0, **seats)}
    if row.hold and row.hold["pause"] not in lasting:
        release(row, run, wall)
    if lasting and not row.hold:
        first = next(iter(lasting.values()))
        since = max(first.since, clock.unix(row.created))
        row.hold = {"pause": first.pk, "since": since, "by": first.by}


def release(row: Sandbox, run: Run | None, wall: int) -> None:
    """The clock goes on from the end of the pause; without one (the learner has left the class), from now."""
    ended = Pause.objects.filter(pk=row.hold["pause"]).values_list("until", flat=True).first() or wall
    held = max(ended - row.hold["since"], 0)
    if run and run.progress.get("ends"):
        run.progress = {**run.progress, "ends": run.progress["ends"] + held}
    row.anchor, row.hold = max(row.anchor, ended), {}
