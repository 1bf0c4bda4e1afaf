"""The commands that a page goes back through with the arrow keys: those that were typed anywhere, in order, and bounded."""

from functools import partial
from itertools import count
from typing import Any

import pytest

from labsite.accounts.models import User
from labsite.sandboxes import keeping, tasks, typed
from labsite.sandboxes.models import Sandbox
from labsite.sandboxes.turn import take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("real_simulator")]

NUMBERS = count()


@pytest.fixture
def sandbox() -> Sandbox:
    """A free lab with a terminal on the master, and one on a node."""
    row = keeping.of(User.new_guest(), "")
    for terminal, host in (("t1", "master"), ("t2", "node01")):
        act(row, {"type": "terminal.open", "terminal": terminal, "host": host, "columns": 80, "rows": 24})
    return row


def act(row: Sandbox, *entries: dict[str, Any]) -> None:
    """Put *entries* in."""
    inputs = [{"id": str(next(NUMBERS)), "type": entry["type"], "entry": entry} for entry in entries]
    take(row.pk, partial(tasks.put_all, inputs))


def say(row: Sandbox, text: str, terminal: str = "t1") -> None:
    """Type a line."""
    act(row, {"type": "line", "terminal": terminal, "text": text})


def lines(row: Sandbox) -> dict[str, list[str]]:
    """What a page that is opened now is told."""
    found: dict[str, list[str]] = take(row.pk, tasks.show).answers[0]["lines"]
    return found


def test_a_page_that_is_opened_knows_what_was_typed_on_each_machine(sandbox: Sandbox) -> None:
    assert lines(sandbox) == {}
    for text, terminal in (("echo one", "t1"), ("hostname", "t2"), ("  ", "t1"), ("echo two  ", "t1")):
        say(sandbox, text, terminal)
    assert lines(sandbox) == {"master": ["echo one", "echo two"], "node01": ["hostname"]}


def test_a_long_command_is_whole_and_a_secret_is_none_of_them(sandbox: Sandbox) -> None:
    long = "echo " + "word " * 100 + "end"
    for text in (long, "read -s secret", "hunter2", "echo after"):
        say(sandbox, text)
    assert lines(sandbox)["master"] == [long, "read -s secret", "echo after"]


def test_what_was_undone_was_typed_all_the_same(sandbox: Sandbox) -> None:
    say(sandbox, "echo one")
    number = Sandbox.objects.get(pk=sandbox.pk).number
    act(sandbox, {"type": "command.undone", "current": 0, "number": number})
    say(sandbox, "echo two")
    assert Sandbox.objects.get(pk=sandbox.pk).branch == 1
    assert lines(sandbox)["master"] == ["echo one", "echo two"]


def test_the_newest_are_kept_and_no_more_text_than_a_page_can_bear(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed, "MOST", 3)
    for number in range(5):
        say(sandbox, f"echo {number}")
    assert lines(sandbox)["master"] == ["echo 2", "echo 3", "echo 4"]
    monkeypatch.setattr(typed, "MOST_TEXT", 15)
    assert lines(sandbox)["master"] == ["echo 3", "echo 4"]
