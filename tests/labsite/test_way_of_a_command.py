"""From a browser through the tasks to every browser, in both profiles."""

import pytest

from tests.labsite.browser import Browser, Message, Socket
from tests.labsite.site import Site

pytestmark = pytest.mark.processes


@pytest.fixture
def alice(site: Site) -> Browser:
    """Alice learns."""
    return Browser(site.base).start_as_guest()


def console(browser: Browser, sandbox: str, page: str = "") -> Socket:
    """A browser that watches, with a terminal open."""
    socket = browser.watch(sandbox, page)
    socket.until_type("picture")
    socket.say("terminal.opened", id="open", terminal="t1", host="master", columns=80, rows=24)
    socket.until_type("taken")
    return socket


def test_a_line_is_shown_with_the_prompt_that_follows_it(alice: Browser) -> None:
    socket = console(alice, alice.open_lab())
    socket.say("line.typed", id="1", terminal="t1", text="say hello")
    assert socket.until_shown("hello\r\n") == "$ say hello\r\nhello\r\n$ "
    socket.close()


def test_what_is_sent_twice_happens_once(alice: Browser) -> None:
    socket = console(alice, alice.open_lab())
    for _ in range(3):
        socket.say("line.typed", id="1", terminal="t1", text="say once")
    socket.say("line.typed", id="2", terminal="t1", text="say end")
    socket.until(lambda message: message["type"] == "taken" and "2" in message["ids"])
    assert socket.output().count("$ say once") == 1
    socket.close()


def test_two_browsers_see_the_same(alice: Browser) -> None:
    sandbox = alice.open_lab()
    first = console(alice, sandbox)
    second = alice.watch(sandbox)
    second.until_type("picture")
    first.say("line.typed", id="1", terminal="t1", text="pod web")
    for socket in (first, second):
        changed = socket.until(
            lambda message: any(change["type"] == "rows.changed" for change in message.get("changes", ()))
        )
        (rows,) = (change for change in changed["changes"] if change["type"] == "rows.changed")
        assert rows["put"] == [{"key": "default/web", "cells": ["web", {"since": 1795165200000}]}]
    assert first.until_shown("created") == second.until_shown("created")
    first.close()
    second.close()


def test_each_browser_looks_at_its_own_pod_and_comes_back_to_it(alice: Browser) -> None:
    sandbox = alice.open_lab()
    first, second = console(alice, sandbox, "first"), console(alice, sandbox, "second")
    first.say("line.typed", id="1", terminal="t1", text="pod web")
    first.say("line.typed", id="2", terminal="t1", text="pod api")
    first.until_shown("pod api")
    first.say("focus.moved", namespace="default", pod="web")
    second.say("focus.moved", namespace="default", pod="api")
    for socket, pod in ((first, "web"), (second, "api")):
        heard = socket.until(lambda message: bool(described(message)))
        assert described(heard) == [pod]
    second.say("line.typed", id="3", terminal="t1", text="say end")
    first.until_shown("end\r\n")
    assert {pod for message in first.heard for pod in described(message)} == {"web"}
    first.drop()
    again = alice.watch(sandbox, "first")
    assert again.until_type("picture")["focus"]["pod"] == "web"
    for socket in (again, second):
        socket.close()


def described(message: Message) -> list[str]:
    """The Pods that a message describes."""
    return [change["pod"] for change in message.get("changes", ()) if change["type"] == "focus.changed"]


def test_a_broken_connection_resumes_without_a_gap(alice: Browser) -> None:
    sandbox = alice.open_lab()
    socket = console(alice, sandbox)
    socket.say("line.typed", id="1", terminal="t1", text="say before")
    socket.until_shown("before\r\n")
    socket.say("line.typed", id="2", terminal="t1", text="say between")
    socket.drop()
    again = alice.watch(sandbox)
    again.until_type("picture")
    again.say("line.typed", id="2", terminal="t1", text="say between")
    again.say("line.typed", id="3", terminal="t1", text="say after")
    output = again.until_shown("after\r\n")
    assert [output.count(f"$ say {word}") for word in ("before", "between", "after")] == [1, 1, 1]
    numbers = again.numbers()
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    again.close()


def test_time_passes_while_somebody_watches_and_stands_still_while_nobody_does(alice: Browser) -> None:
    sandbox = alice.open_lab()
    socket = console(alice, sandbox)
    socket.say("line.typed", id="1", terminal="t1", text="tick")
    socket.until_shown("2\r\n")
    socket.close()
    again = alice.watch(sandbox)
    stood = again.until_type("picture")["clock"]["now"]
    again.until_shown("3\r\n")
    assert again.heard[-1]["clock"]["now"] - stood < 2000
    again.close()


def test_a_command_happens_once_though_its_worker_is_killed_in_the_middle(site: Site, alice: Browser) -> None:
    sandbox = alice.open_lab()
    socket = console(alice, sandbox)
    site.death.touch()
    socket.say("line.typed", id="1", terminal="t1", text="die")
    if not site.distributed:
        site.wait_for_death("server")
        socket.drop()
        site.start_server()
        socket = alice.watch(sandbox)
        socket.until_type("picture")
        socket.say("line.typed", id="1", terminal="t1", text="die")
    output = socket.until_shown("alive\r\n")
    assert output.count("$ die") == output.count("alive") == 1
    assert not site.death.exists()
    socket.close()


def test_a_command_happens_though_every_worker_was_dead_when_it_came(site: Site, alice: Browser) -> None:
    if not site.distributed:
        pytest.skip("in the embedded profile the worker lives and dies with the server")
    socket = console(alice, alice.open_lab())
    site.kill("worker")
    socket.say("line.typed", id="1", terminal="t1", text="say patience")
    site.start_worker()
    assert socket.until_shown("patience\r\n").count("$ say patience") == 1
    socket.close()


def test_a_command_is_undone_the_past_looked_at_and_the_branch_come_back_to(alice: Browser) -> None:
    socket = console(alice, alice.open_lab())
    socket.say("line.typed", id="1", terminal="t1", text="say one")
    socket.until_shown("one\r\n")
    socket.say("line.typed", id="2", terminal="t1", text="say two")
    socket.until_shown("two\r\n")
    socket.say("history.wanted")
    told = socket.until_type("history")
    last = [mark for mark in told["marks"] if mark["kind"] == "command"][-1]
    assert (last["text"], told["current"]) == ("say two", 0)
    socket.say("command.undone", id="3", current=0, number=last["number"])
    socket.until(lambda message: message["type"] == "changes" and message["clock"]["branch"] == 1)
    socket.say("picture.wanted")
    assert socket.until_type("picture")["terminals"][0]["screen"].endswith("one\r\n$ ")
    socket.say("moment.wanted", id="q", branch=0, at=1 << 60)
    assert socket.until_type("moment")["terminals"][0]["screen"].endswith("two\r\n$ ")
    socket.say("branch.chosen", id="4", current=1, branch=0)
    socket.until(lambda message: message["type"] == "changes" and message["clock"]["branch"] == 0)
    socket.close()


def test_a_fast_clock_and_a_jump_are_told_to_all_who_watch(alice: Browser) -> None:
    sandbox = alice.open_lab()
    one, other = console(alice, sandbox), console(alice, sandbox)
    one.say("clock.set", id="1", speed=60, paused=True)
    other.until(lambda message: message["type"] == "changes" and message["clock"]["speed"] == 60)
    before = other.heard[-1]["clock"]
    assert (before["paused"], before["running"]) == (True, False)
    other.say("clock.jumped", id="2", to="time", seconds=3600)
    one.until(lambda message: any(change["type"] == "jump.ended" for change in message.get("changes", ())))
    assert one.heard[-1]["clock"]["now"] >= before["now"] + 3600 * 1000
    one.close()
    other.close()


def test_a_fault_of_the_simulator_is_said_and_changes_nothing(alice: Browser) -> None:
    socket = console(alice, alice.open_lab())
    socket.say("line.typed", id="1", terminal="t1", text="crash")
    assert socket.until_type("refused")["id"] == "1"
    socket.say("line.typed", id="2", terminal="t1", text="say well")
    assert "crash" not in socket.until_shown("well\r\n")
    socket.close()


def test_somebody_elses_cluster_is_not_found(site: Site, alice: Browser) -> None:
    sandbox = alice.open_lab()
    bob = Browser(site.base).start_as_guest()
    assert alice.status(f"/labs/{sandbox}/") == 200
    assert bob.status(f"/labs/{sandbox}/") == 404
    socket = bob.watch(sandbox)
    assert socket.hear() is None
    assert socket.closed == 4404
    socket.drop()


def test_nobody_comes_in_from_another_site_or_without_a_session(site: Site, alice: Browser) -> None:
    sandbox = alice.open_lab()
    stranger = alice.watch(sandbox, Origin="http://elsewhere.example")
    assert stranger.status == 403
    stranger.drop()
    nobody = Browser(site.base).watch(sandbox)
    assert nobody.hear() is None
    assert nobody.closed == 4401
    nobody.drop()


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"{", "truncated"),
        (b"[]", "Expected `object`"),
        (b'{"type": "no.such"}', "Invalid value 'no.such'"),
        (b'{"type": "line.typed", "id": "9", "terminal": "t1"}', "missing required field `text`"),
        (b'{"type": "line.typed", "id": "9", "terminal": "T 1", "text": ""}', "matching regex"),
        (b'{"type": "keys.typed", "id": "9", "terminal": "t1", "data": 3}', "Expected `str`"),
        (b'{"type": "clock.set", "id": "9", "speed": 3601}', "Expected `int` <= 3600"),
        (b'{"type": "clock.jumped", "id": "9", "to": "tomorrow"}', "Invalid enum value 'tomorrow'"),
        (b'{"type": "clock.jumped", "id": "9", "to": "pod"}', "Which Pod"),
        (b'{"type": "moment.wanted", "id": "9", "branch": 4, "at": 0}', "does not reach back that far"),
        (b'{"type": "share.revoked", "share": "x"}', "matching regex"),
        (b'{"type": "file.saved", "id": "9", "path": "/a", "content": "' + b"x" * 2_000_000 + b'"}', "too long"),
        (b'{"type": "line.typed", "id": "9", "terminal": "t9", "text": "x"}', "there is no terminal t9"),
    ],
)
def test_a_bad_message_is_refused_with_a_reason(alice: Browser, message: bytes, reason: str) -> None:
    socket = alice.watch(alice.open_lab())
    socket.until_type("picture")
    socket.send(message)
    assert reason in socket.until_type("refused")["reason"]
    socket.close()


def test_completions_and_files_are_answered(alice: Browser) -> None:
    socket = console(alice, alice.open_lab())
    socket.say("completion.wanted", id="7", terminal="t1", text="ti")
    assert socket.until_type("completion")["words"] == ["tick"]
    socket.say("file.saved", id="8", path="/root/a.yaml", content="a: 1\n")
    assert socket.until_type("file.stored")["path"] == "/root/a.yaml"
    socket.say("file.wanted", path="/root/a.yaml")
    assert socket.until_type("file")["content"] == "a: 1\n"
    socket.say("files.wanted", path="/root")
    assert socket.until_type("files")["files"] == [{"path": "/root/a.yaml", "kind": "file", "size": 5}]
    socket.close()
