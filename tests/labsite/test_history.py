"""Going back, branching, coming back: over a tiny cluster."""

import pytest

from labsite.console import past
from labsite.sandboxes import checkpoints, clock, history
from labsite.sandboxes.models import Branch, Checkpoint, Entry, Mark, Sandbox, Standing
from labsite.sandboxes.turn import take
from tests.labsite.travelling import Traveller, Wall

pytestmark = pytest.mark.django_db(transaction=True)
S = clock.SECOND


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """A wall clock that the test moves."""
    return Wall(monkeypatch)


@pytest.fixture
def alice(wall: Wall) -> Traveller:
    """Alice at her free lab, with a terminal."""
    return Traveller(wall)


def pods(alice: Traveller) -> list[str]:
    """The Pods that there are."""
    return sorted(pod["metadata"]["name"] for pod in take(alice.id, lambda turn: None).lab.objects("pods"))


def test_the_last_command_is_undone_and_the_branch_with_it_is_kept(alice: Traveller) -> None:
    alice.type("pod one").wait(5).type("pod two").wait(5)
    assert pods(alice) == ["one", "two"]
    alice.undo()
    assert pods(alice) == ["one"]
    assert alice.screen().endswith("pod/one created\r\n$ ")
    assert alice.row.branch == 1
    alice.choose(0)
    assert pods(alice) == ["one", "two"]
    alice.choose(1)
    assert pods(alice) == ["one"]


def test_undo_goes_further_back_each_time_without_leaving_empty_branches(alice: Traveller) -> None:
    alice.type("pod one").wait(2).type("pod two").wait(2).type("pod three").wait(2)
    for left in (["one", "two"], ["one"], []):
        alice.undo()
        assert pods(alice) == left
    assert len(history.branches(alice.id)) == 2
    assert alice.undo()[0]["reason"] == "There is no command that could be undone."


def test_an_undo_that_is_heard_twice_takes_one_command_back(alice: Traveller) -> None:
    alice.type("pod one").type("pod two")
    wish = {"type": "command.undone", "current": 0, "number": alice.row.number}
    assert alice.put(wish, "u1") == []
    assert alice.put(wish, "u1") == []
    assert pods(alice) == ["one"]


def test_an_undo_of_what_is_not_the_last_command_any_more_is_refused(alice: Traveller) -> None:
    alice.type("pod one")
    wish = {"type": "command.undone", "current": 0, "number": alice.row.number}
    alice.type("pod two")
    assert alice.put(wish)[0]["reason"] == "Meanwhile something else has happened."
    assert pods(alice) == ["one", "two"]


def test_what_happens_on_a_branch_does_not_happen_on_the_other(alice: Traveller) -> None:
    alice.type("pod one").wait(10)
    fork = alice.row.now
    alice.wait(10).type("pod two").wait(10)
    alice.go_back(fork)
    assert alice.row.now == fork
    alice.wait(3).type("pod other").wait(3)
    assert pods(alice) == ["one", "other"]
    row = alice.row
    assert [mark.text for mark in history.marks(row, 0, 99) if mark.kind == "command"] == ["pod one", "pod two"]
    assert [mark.text for mark in history.marks(row, 1, 99) if mark.kind == "command"] == ["pod one", "pod other"]
    assert [branch.fork_at for branch in Branch.objects.filter(sandbox=row, branch=1)] == [fork]


def test_a_branch_that_leaves_before_another_leaves_the_trunk(alice: Traveller) -> None:
    alice.type("pod one").wait(10)
    early = alice.row.now
    alice.wait(10).type("pod two").wait(1)
    alice.go_back(alice.row.now)
    alice.type("pod three").wait(1)
    alice.go_back(early)
    assert pods(alice) == ["one"]
    assert Branch.objects.get(sandbox=alice.id, branch=2).parent == 0


def test_looking_at_the_past_changes_nothing(alice: Traveller) -> None:
    alice.type("pod one").wait(5)
    then = alice.row.now
    alice.type("pod two").wait(5)
    before = Sandbox.objects.filter(pk=alice.id).values().get()
    wanted = {"type": "moment.wanted", "id": "q", "branch": 0, "at": then - S, "number": history.EVER}
    seen = past.answer(alice.id, {**wanted, "namespace": "", "pod": "", "container": ""})
    assert seen
    assert [row["key"] for row in seen["tables"]["pods"]["rows"]] == ["default/one"]
    assert seen["terminals"][0]["screen"].endswith("pod/one created\r\n$ ")
    assert (seen["clock"]["running"], seen["at"]) == (False, then - S)
    assert Sandbox.objects.filter(pk=alice.id).values().get() == before


def test_a_file_is_read_as_it_was(alice: Traveller) -> None:
    for text in ("old", "new"):
        alice.put({"type": "file.save", "path": "/root/a", "content": text})
        alice.wait(5)
    first = Entry.objects.filter(sandbox=alice.id, entry__type="file.save").earliest("number")
    moment = {"branch": 0, "at": first.at + S, "number": history.EVER}
    answer = past.answer(alice.id, {"type": "file.wanted", "path": "/root/a", "moment": moment})
    assert answer == {"type": "file", "path": "/root/a", "content": "old"}


def test_a_time_at_which_a_command_had_happened_is_none_at_which_it_had_not(alice: Traveller) -> None:
    alice.type("pod one").wait(5)
    number, at = alice.row.number, Entry.objects.get(sandbox=alice.id, number=alice.row.number).at
    moment = history.locate(alice.row, 0, at + 3 * S, number - 1)
    assert (moment.at, moment.number) == (at, number - 1)


def test_a_moment_beyond_the_end_or_on_no_branch(alice: Traveller) -> None:
    row = alice.row
    assert history.locate(row, 0, row.now + 99 * S).at == row.now
    assert history.locate(row, 0, 0).at == Checkpoint.objects.earliest("at").at
    question = {"type": "moment.wanted", "id": "q", "branch": 7, "at": 0, "number": 0}
    answer = past.answer(alice.id, question)
    assert answer
    assert (answer["type"], answer["id"]) == ("refused", "q")


def test_whoever_watches_sees_a_gap_when_the_cluster_is_another(alice: Traveller) -> None:
    alice.type("pod one")
    before = alice.row.seq
    alice.undo()
    assert alice.row.seq == before + 2
    assert alice.row.travels == 1


def test_branches_are_named_removed_and_bounded(alice: Traveller) -> None:
    start = alice.row.now
    for number in range(19):
        alice.wait(1).type(f"pod p{number}").wait(1)
        assert alice.go_back(start) == []
    alice.type("pod last")
    assert "At most 20 branches" in alice.go_back(start)[0]["reason"]
    alice.put({"type": "branch.named", "branch": 3, "name": " the third "})
    assert history.branches(alice.id)[3].name == "the third"
    alice.put({"type": "branch.removed", "branch": 3})
    assert 3 not in history.branches(alice.id)
    assert not Entry.objects.filter(sandbox=alice.id, branch=3).exists()
    assert "comes from this one" in alice.put({"type": "branch.removed", "branch": 0})[0]["reason"]
    assert alice.go_back(start) == []


def test_the_number_and_size_of_checkpoints_are_bounded_and_every_moment_can_still_be_had(
    alice: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "COST", 0)
    monkeypatch.setattr(checkpoints, "MOST", 12)
    monkeypatch.setattr(checkpoints, "NEWEST", 3)
    monkeypatch.setattr(checkpoints, "LONGEST", 10**12)
    seen = []
    for number in range(30):
        alice.type(f"pod p{number}").wait(2)
        seen.append((alice.row.now - S, number + 1))
    assert Checkpoint.objects.filter(sandbox=alice.id).count() <= 12
    for at, count in seen:
        assert len(history.at(alice.row, history.locate(alice.row, 0, at)).lab.objects("pods")) == count


def test_history_begins_later_when_it_would_become_too_long(alice: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "COST", 0)
    monkeypatch.setattr(checkpoints, "MOST_LOGGED", 4_000)
    for number in range(40):
        alice.type(f"pod p{number}").wait(2)
    row = alice.row
    assert row.logged == checkpoints.logged(row.pk) <= 4_000 + 400
    begun = history.beginning(row.pk, history.line(row.pk, 0))
    assert begun.pinned
    assert history.locate(row, 0, 0).at == begun.at
    oldest = Entry.objects.filter(sandbox=row).earliest("number").number
    assert 0 < oldest == begun.number + 1
    assert history.at(row, history.end(row, 0)).lab.snapshot() == bytes(row.state)


def test_marks_are_bounded_and_commands_stay(alice: Traveller, monkeypatch: pytest.MonkeyPatch) -> None:
    alice.type("pod one")
    row = alice.row
    Mark.objects.bulk_create(
        Mark(sandbox=row, branch=0, at=row.now, number=row.number, kind="event", text=str(each)) for each in range(5200)
    )
    monkeypatch.setattr(checkpoints, "COST", 0)
    alice.type("pod two")
    assert Mark.objects.filter(sandbox=row, kind="event").count() == 4700
    assert [mark.text for mark in history.marks(row, 0, 10) if mark.kind == "command"] == ["pod one", "pod two"]
    assert len(history.marks(row, 0, 10)) == 10


def test_progress_belongs_to_the_moment_but_hints_and_the_end_stay(wall: Wall) -> None:
    alice = Traveller(wall, "init-containers")
    turn = take(alice.id, lambda turn: None)
    assert turn.run is not None
    first, second = {**turn.run.progress, "done": ["write"]}, {**turn.run.progress, "done": ["write", "create"]}
    for progress in (first, second):
        alice.wait(5)

        def reach(turn: object, progress: dict[str, object] = progress) -> None:
            turn.run.progress = progress  # type: ignore[attr-defined]

        take(alice.id, reach)
    alice.put({"type": "hint", "step": "describe"})
    alice.go_back(Standing.objects.filter(sandbox=alice.id, progress__done=["write"]).latest("at").at + S)
    run = take(alice.id, lambda turn: None).run
    assert run
    assert run.progress["done"] == ["write"]
    assert run.progress["hints"] == {"describe": ["0"]}
    alice.choose(0)
    run = take(alice.id, lambda turn: None).run
    assert run
    assert run.progress["done"] == ["write", "create"]
