"""The keyboard of a learner, lent by turns: only to who asked, only for typing, theirs again at one word."""

from typing import Any

import pytest

from labsite.accounts.models import User
from labsite.sandboxes import clock, keeping, keyboard, presence, tasks
from labsite.sandboxes.models import Entry, Keyboard, Mark, Sandbox
from labsite.sandboxes.turn import Turn, take
from tests.labsite.browser import Browser, Message
from tests.labsite.classes.test_room import a_class, learner, open_socket
from tests.labsite.site import Site

TEACHER = {"by": "head", "channel": "their browser"}


def typed(name: str, text: str, **who: str) -> dict[str, Any]:
    """A line that was typed."""
    return {"id": name, "type": "line.typed", "entry": {"type": "line", "terminal": "t1", "text": text}, **who}


def lend(name: str, number: int) -> dict[str, Any]:
    """The learner's word."""
    return {"id": name, "type": "keyboard.lent", "entry": {"type": "lend", "keyboard": number}}


@pytest.fixture
def sandbox(db: None) -> Sandbox:
    """Alice's sandbox, with her browser and a terminal; somebody beside her asks for the keyboard."""
    row = keeping.of(User.new_guest(), "")
    presence.arrive(row.id, "alice's browser", clock.wall())
    opened = {"type": "terminal.open", "terminal": "t1", "host": "master", "columns": 80, "rows": 24}
    take(row.id, lambda turn: tasks.put_all([{"id": "open", "type": "terminal.opened", "entry": opened}], turn))
    keyboard.ask(row.id, TEACHER["channel"], TEACHER["by"])
    return row


def put(row: Sandbox, *messages: dict[str, Any]) -> list[str]:
    """Put them in: why some were refused."""
    answers: list[Message] = []
    for message in messages:
        answers += take(row.pk, lambda turn, one=message: tasks.put_all([one], turn)).answers  # type: ignore[misc]
    return [answer["reason"] for answer in answers if answer["type"] == "refused"]


def number(row: Sandbox) -> int:
    """Under which number somebody asks."""
    return Keyboard.objects.get(sandbox=row).pk


def lines(row: Sandbox) -> list[tuple[str, str]]:
    """What stands in the input log, and by whom."""
    found = Entry.objects.filter(sandbox=row, entry__type="line")
    return [(entry.entry["text"], entry.by) for entry in found]


def test_who_only_asks_cannot_type(sandbox: Sandbox) -> None:
    assert put(sandbox, typed("1", "say no", **TEACHER)) == [keyboard.NOT_LENT]
    assert lines(sandbox) == []


def test_while_it_is_lent_its_holder_types_and_the_log_says_who(sandbox: Sandbox) -> None:
    mine, theirs = typed("1", "say mine"), typed("beside-1", "say theirs", **TEACHER)
    assert put(sandbox, mine, lend("2", number(sandbox)), theirs) == []
    assert lines(sandbox) == [("say mine", ""), ("say theirs", "head")]
    marks = Mark.objects.filter(sandbox=sandbox, kind="command").values_list("text", "by")
    assert list(marks) == [("say mine", ""), ("say theirs", "head")]
    assert put(sandbox, typed("3", "say both")) == [keyboard.LENT]


def test_taken_back_it_is_the_learners_at_once(sandbox: Sandbox) -> None:
    put(sandbox, lend("1", number(sandbox)))
    keyboard.keep(sandbox.pk)
    assert put(sandbox, typed("beside-1", "say late", **TEACHER), typed("2", "say mine")) == [keyboard.NOT_LENT]
    assert lines(sandbox) == [("say mine", "")]


@pytest.mark.django_db(transaction=True)
def test_taken_back_in_the_middle_of_a_turn_nothing_of_it_is_stored(sandbox: Sandbox) -> None:
    put(sandbox, lend("1", number(sandbox)))

    def act(turn: Turn) -> None:
        tasks.put_all([typed("beside-1", "say late", **TEACHER)], turn)
        keyboard.keep(sandbox.pk)

    assert [answer["reason"] for answer in take(sandbox.pk, act).answers] == [keyboard.NOT_LENT]
    assert lines(sandbox) == []


def test_it_goes_to_nobody_but_who_asked_here(sandbox: Sandbox) -> None:
    other = keeping.of(User.new_guest(), "")
    assert put(other, lend("1", number(sandbox))) == [keyboard.GONE]
    assert put(sandbox, lend("1", number(sandbox) + 1)) == [keyboard.GONE]
    keyboard.ask(sandbox.pk, "another browser", "assistant")
    second = Keyboard.objects.get(name="assistant").pk
    assert put(sandbox, lend("2", second), lend("3", second - 1)) == [keyboard.GONE]
    assert put(sandbox, typed("beside-1", "say no", **TEACHER)) == [keyboard.NOT_LENT]


def test_it_ends_when_either_has_gone(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    put(sandbox, lend("1", number(sandbox)))
    presence.leave("alice's browser", clock.wall())
    presence.arrive(sandbox.pk, f"{sandbox.pk}:a tool outside", clock.wall())
    keyboard.learner_left(sandbox.pk)
    assert keyboard.holder(sandbox.pk) is None
    keyboard.ask(sandbox.pk, TEACHER["channel"], TEACHER["by"])
    put(sandbox, lend("2", number(sandbox)))
    later = clock.wall() + clock.VIEWER_LIFE + 1
    monkeypatch.setattr(clock, "wall", lambda: later)
    assert keyboard.holder(sandbox.pk) is None


def test_no_more_than_a_few_ask_at_a_time(sandbox: Sandbox) -> None:
    for name in ("a", "b", "c", "d"):
        keyboard.ask(sandbox.pk, name, name)
    assert len(keyboard.living(sandbox.pk)) == keyboard.MOST_ASKING


def test_in_an_exam_it_stays_with_the_learner(sandbox: Sandbox) -> None:
    exam = keeping.of(User.new_guest(), "final-exam")
    keyboard.ask(exam.pk, "their other browser", "head")
    assert put(exam, lend("1", number(exam))) == [keyboard.EXAM]


def test_asked_lent_typed_and_taken_back(site: Site, head: Browser) -> None:
    _, code = a_class(head)
    ann = learner(site, code, "Ann")
    sandbox = ann.open_lab()
    console = ann.watch(sandbox)
    console.until_type("class")
    console.say("terminal.opened", terminal="t1", host="master", columns=80, rows=24)
    beside = open_socket(head, f"/ws/sandboxes/{sandbox}/?language=en")
    beside.until_type("picture")
    beside.say("keyboard.asked")
    asked = console.until(lambda message: message["type"] == "class" and bool(message["keyboard"]))["keyboard"]
    assert [(each["name"], each["lent"]) for each in asked] == [("head", False)]
    console.say("keyboard.lent", id="l-1", keyboard=asked[0]["id"])
    assert beside.until(lambda message: message.get("state") == "lent")["other"] == ""
    beside.say("line.typed", id="beside-1", terminal="t1", text="say by the teacher")
    console.until_shown("by the teacher")
    beside.say("line.typed", id="x-2", terminal="t1", text="say under another name")
    assert beside.until_type("refused")["id"] == "x-2"
    for kind, more in (("file.saved", {"path": "/root/x", "content": ""}), ("clock.set", {"paused": True})):
        beside.say(kind, **more)
        assert beside.until_type("refused")["reason"] == "You may only look here."
    for kind, more in (("keyboard.kept", {}), ("keyboard.lent", {"keyboard": asked[0]["id"]})):
        beside.say(kind, **more)
        assert beside.until_type("refused")["of"] == kind
    console.say("keyboard.kept")
    assert beside.until(lambda message: message["type"] == "keyboard" and not message["state"])
    beside.say("line.typed", id="beside-3", terminal="t1", text="say too late")
    assert beside.until_type("refused")["id"] == "beside-3"
    beside.say("keyboard.asked")
    asked = console.until(lambda message: message["type"] == "class" and bool(message["keyboard"]))["keyboard"]
    console.say("keyboard.lent", id="l-2", keyboard=asked[0]["id"])
    beside.until(lambda message: message.get("state") == "lent")
    beside.close()
    console.until(lambda message: message["type"] == "class" and not message["keyboard"])
    console.close()
