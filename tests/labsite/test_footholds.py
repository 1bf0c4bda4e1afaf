"""What is kept of ways back: which point of which way, how much of it, and for whom."""

from uuid import UUID, uuid4

import pytest

from labsite.sandboxes import footholds
from labsite.sandboxes.footholds import End, Foothold, Footholds, Place
from simulator.lab import Lab

ALICE, BOB = uuid4(), uuid4()
INPUTS = [(4, 100), (5, 200), (9, 300)]


@pytest.mark.parametrize(
    ("place", "leads"),
    [
        (Place(1, 0, 50), True),
        (Place(1, 0, 100), True),
        (Place(1, 4, 150), True),
        (Place(1, 9, 350), True),
        (Place(1, 9, 400), True),
        (Place(2, 4, 150), False),  # from another checkpoint
        (Place(1, 6, 250), False),  # after an input of another branch
        (Place(1, 5, 310), False),  # the next input had happened by then
        (Place(1, 0, 101), False),
        (Place(1, 9, 401), False),  # too late
    ],
)
def test_a_place_is_on_the_way_or_it_is_not(place: Place, leads: bool) -> None:
    assert place.leads_to(1, INPUTS, 400) is leads


def laid(kept: Footholds, sandbox: UUID, *ats: int, size: int = 10) -> None:
    for at in ats:
        kept.lay(sandbox, Foothold(Place(1, 0, at), bytes(size), {}))


def found(kept: Footholds, sandbox: UUID, until: int) -> int | None:
    there = kept.take(sandbox, 1, [], until)
    return there.place.at if there else None


def test_the_last_foothold_before_a_moment_is_found_again_and_again() -> None:
    kept = Footholds()
    laid(kept, ALICE, 10, 30, 20)
    assert [found(kept, ALICE, until) for until in (9, 10, 25, 25, 99)] == [None, 10, 20, 20, 30]


def test_nobody_is_given_what_was_laid_for_another() -> None:
    kept = Footholds()
    laid(kept, ALICE, 10)
    assert found(kept, BOB, 99) is None


def test_the_lab_at_the_end_of_a_way_belongs_to_one_taker() -> None:
    kept, lab = Footholds(), Lab.boot({}, seed=1, epoch=0)
    laid(kept, ALICE, 10)
    kept.give_back(ALICE, End(Place(1, 0, 20), lab, {}))
    assert found(kept, ALICE, 15) == 10
    end = kept.take(ALICE, 1, [], 25)
    assert isinstance(end, End)
    assert end.lab is lab
    assert found(kept, ALICE, 25) == 10


def test_footholds_of_no_use_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footholds, "MOST", 3)
    kept = Footholds()
    laid(kept, ALICE, 10, 20, 30)
    assert found(kept, ALICE, 15) == 10
    laid(kept, ALICE, 40)
    assert [place.at for place in kept.kept[ALICE].footholds] == [30, 10, 40]


def test_the_bytes_of_one_sandbox_and_the_number_of_sandboxes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footholds, "MOST_BYTES", 100)
    kept = Footholds(sandboxes=2)
    laid(kept, ALICE, 10, 20, 30, size=40)
    assert [place.at for place in kept.kept[ALICE].footholds] == [20, 30]
    laid(kept, ALICE, 40, size=101)  # larger than all that is allowed
    assert [place.at for place in kept.kept[ALICE].footholds] == [20, 30]
    others = [uuid4(), uuid4()]
    for other in others:
        laid(kept, other, 10)
    assert list(kept.kept) == others
