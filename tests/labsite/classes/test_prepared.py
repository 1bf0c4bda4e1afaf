"""Prepared clusters: offered by whoever teaches, taken by the learner on a branch of its own, from which they can go back."""

import pytest

from labsite.accounts.models import User
from labsite.classes import many
from labsite.classes.models import Offer, Prepared, Seat
from labsite.sandboxes import history, prepared
from tests.labsite.classes import cast
from tests.labsite.travelling import Traveller, Wall

pytestmark = pytest.mark.django_db


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """The clock on the wall."""
    return Wall(monkeypatch)


def offered(wall: Wall) -> tuple[Traveller, Traveller, Offer]:
    """Who teaches, with a Pod; who learns, with another; and what is offered."""
    user, learner = cast.teacher(), User.objects.create_user("ann")
    room = cast.classroom(user)
    Seat.objects.create(classroom=room, user=learner, name="Ann")
    guide, ann = Traveller(wall, user=user), Traveller(wall, user=learner)
    guide.type("pod theirs")
    ann.type("pod mine")
    assert many.offer_state(many.chosen(room.pk, []), user, guide.id, "With a Pod") == 1
    return guide, ann, Offer.objects.get(user=learner)


def test_it_is_a_branch_of_its_own_and_the_learner_can_go_back(wall: Wall) -> None:
    _, ann, offer = offered(wall)
    assert [a["reason"] for a in ann.put({"type": "prepared", "offer": offer.pk}) if a["type"] == "refused"] == []
    assert list(ann.turn.lab.state["pods"]) == ["default/theirs"]  # type: ignore[attr-defined]
    assert ann.row.branch == 1
    assert history.branches(ann.id)[1].name == "With a Pod"
    ann.type("pod more")
    moment = history.locate(ann.row, 1, ann.row.now)
    assert list(history.at(ann.row, moment).lab.state["pods"]) == ["default/theirs", "default/more"]  # type: ignore[attr-defined]
    ann.put({"type": "branch.chosen", "current": 1, "branch": 0})
    assert list(ann.turn.lab.state["pods"]) == ["default/mine"]  # type: ignore[attr-defined]
    assert not Offer.objects.exists()


def test_nobody_takes_what_is_offered_to_another_or_twice(wall: Wall) -> None:
    guide, ann, offer = offered(wall)
    taking = {"type": "prepared", "offer": offer.pk}
    assert [answer["reason"] for answer in guide.put(taking)] == [prepared.GONE]
    ann.put(taking)
    assert [answer["reason"] for answer in ann.put(taking)] == [prepared.GONE]


def test_nobody_hands_on_what_is_not_their_own(wall: Wall) -> None:
    _, ann, _ = offered(wall)
    seats = list(Seat.objects.filter(user__username="ann"))
    assert many.offer_state(seats, User.objects.get(username="teacher"), ann.id, "Stolen") == 0
    assert Prepared.objects.count() == 1
    assert many.offer_start(seats, "teacher", "no-such-lesson") == 0
    assert many.offer_start(seats, "teacher", "what-a-pod-is") == 1
