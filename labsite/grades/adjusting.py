"""Marks that are set by hand: beside the reckoned one, which stays; and comments. What was done is written down and never changed."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from labsite.accounts.models import User
from labsite.classes.models import Seat
from labsite.grades import telling
from labsite.grades.models import LONGEST_COMMENT, LONGEST_REASON, Adjustment, Comment, Grade
from lessons import grades
from lessons.catalogue import Lesson

MOST = 200  # adjustments and comments of one mark


class Refused(Exception):
    """Why it cannot be done; the text is for whoever wanted it."""


def points_in(text: str, of: int) -> Decimal:
    """The points that were typed; raises Refused."""
    try:
        found = Decimal(text.strip().replace(",", "."))
        fits = found.is_finite() and 0 <= found <= of
    except InvalidOperation:
        fits = False
    if not fits:
        raise Refused(_("The points must be a number from 0 to %(of)s.") % {"of": of})
    return grades.rounded(found)


def words_in(text: str, most: int, missing: str) -> str:
    """A reason or a comment, tidied; raises Refused with *missing* where there is none."""
    found = " ".join(text.split())
    if not found:
        raise Refused(missing)
    if len(found) > most:
        raise Refused(_("That is too long: at most %(most)s signs.") % {"most": most})
    if not found.isprintable():
        raise Refused(_("There is a sign in it that cannot be printed."))
    return found


def of_seat(seat: Seat, lesson: Lesson, of: int) -> Grade:
    """The grade of somebody, locked; who has none yet gets one with nothing in it."""
    fresh = {"of": of, "steps": len(lesson.steps), "updated": timezone.now()}
    Grade.objects.get_or_create(seat=seat, lesson=lesson.slug, defaults=fresh)
    found = Grade.objects.select_for_update().get(seat=seat, lesson=lesson.slug)
    found.seat = seat
    return found


def adjust(seat: Seat, lesson: Lesson, of: int, *, points: str, reason: str, by: User) -> Grade:
    """Set a mark; raises Refused."""

    def decide(grade: Grade) -> Decimal | None:
        return points_in(points, grade.of)

    return settle(seat, lesson, of, decide, reason, by)


def release(seat: Seat, lesson: Lesson, of: int, *, reason: str, by: User) -> Grade:
    """Let the mark be again as it is reckoned; raises Refused."""
    return settle(seat, lesson, of, lambda grade: None, reason, by)


def undo(seat: Seat, lesson: Lesson, of: int, *, reason: str, by: User) -> Grade:
    """Take the newest adjustment back: the one before it holds again. That is another entry. Raises Refused."""

    def decide(grade: Grade) -> Decimal | None:
        newest = list(grade.adjustments.all()[:2])
        if not newest:
            raise Refused(_("There is nothing to take back."))
        return newest[1].points if len(newest) == 2 else None

    return settle(seat, lesson, of, decide, reason, by)


def settle(
    seat: Seat, lesson: Lesson, of: int, decide: Callable[[Grade], Decimal | None], reason: str, by: User
) -> Grade:
    """Set the mark to what *decide* says, write down who did it and why, and tell it; raises Refused."""
    why = words_in(reason, LONGEST_REASON, _("Say why: whoever learns reads it."))
    with transaction.atomic():
        grade = of_seat(seat, lesson, of)
        points = decide(grade)
        if points == grade.adjusted:
            raise Refused(_("The mark is so already."))
        if grade.adjustments.count() >= MOST:
            raise Refused(_("This mark was changed too often."))
        before = grade.mark
        grade.adjusted, grade.updated = points, timezone.now()
        grade.save(update_fields=["adjusted", "updated"])
        facts = {"points": points, "before": before, "after": grade.mark}
        Adjustment.objects.create(grade=grade, reason=why, by=by, name=by.username, **facts)
    telling.tell(seat.classroom_id, [grade])
    return grade


def comment(seat: Seat, lesson: Lesson, of: int, *, text: str, by: User) -> None:
    """Say something to the learner about the mark; raises Refused."""
    said = words_in(text, LONGEST_COMMENT, _("Write something first."))
    with transaction.atomic():
        grade = of_seat(seat, lesson, of)
        if grade.comments.count() >= MOST:
            raise Refused(_("There are too many comments on this mark."))
        Comment.objects.create(grade=grade, text=said, by=by, name=by.username)
