"""What others may hear of classes. Sent by `send_robust`: whoever hears it and fails does no harm. Hearing it should take no time."""

from django.dispatch import Signal

from labsite.classes.models import Desk, Seat

joined = Signal()  # somebody learns in a class who did not before: seat
left = Signal()  # somebody does so no more; sent while the seat is still theirs: seat
raised = Signal()  # a learner has raised their hand: user, desk


def tell_joined(seat: Seat) -> None:
    """Somebody has sat down for the first time, or learns now instead of teaching."""
    if seat.role == "learner" and seat.user_id:
        joined.send_robust(Seat, seat=seat)


def tell_left(seat: Seat) -> None:
    """Whoever sits there is about to leave, or to teach instead of learning."""
    if seat.role == "learner" and seat.user_id:
        left.send_robust(Seat, seat=seat)


def tell_raised(desk: Desk) -> None:
    """A hand is up."""
    raised.send_robust(Desk, user=desk.user, desk=desk)
