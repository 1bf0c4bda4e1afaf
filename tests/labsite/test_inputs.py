"""What a browser puts in happens in its order, and its questions come after it."""

import asyncio
from typing import Any

import pytest

from labsite.console import inputs
from labsite.console.inputs import BATCH, WAITING, Inputs


class Desk:
    """Writes down what is handed out."""

    def __init__(self) -> None:
        self.acted: list[list[str]] = []
        self.asked: list[str] = []
        self.inputs = Inputs(self.act, self.ask)

    async def act(self, batch: list[dict[str, Any]]) -> None:
        self.acted.append([message["id"] for message in batch])

    async def ask(self, question: dict[str, Any]) -> None:
        self.asked.append(question["path"])

    async def put(self, *names: str) -> None:
        for name in names:
            await self.inputs.put({"id": name})

    async def wonder(self, *paths: str) -> None:
        for path in paths:
            await self.inputs.wonder({"path": path})


@pytest.fixture
async def desk():
    """A desk at which nobody waits any more at the end."""
    made = Desk()
    yield made
    made.inputs.rest()


async def test_one_batch_is_under_way_at_a_time(desk):
    await desk.put("1", "2", "3")
    assert desk.acted == [["1"]]
    await desk.inputs.taken(["9"])
    assert desk.acted == [["1"]]
    await desk.inputs.taken(["1"])
    assert desk.acted == [["1"], ["2", "3"]]


async def test_a_batch_is_not_too_large(desk):
    await desk.put("first", *map(str, range(BATCH + 1)))
    await desk.inputs.taken(["first"])
    assert [len(batch) for batch in desk.acted] == [1, BATCH]


async def test_a_question_is_asked_when_what_was_put_in_before_has_happened(desk):
    await desk.wonder("/at-once")
    await desk.put("1", "2")
    await desk.wonder("/behind")
    await desk.put("3")
    await desk.wonder("/last")
    assert desk.asked == ["/at-once"]
    await desk.inputs.taken(["1"])
    assert desk.asked == ["/at-once"]
    await desk.inputs.taken(["2", "3"])
    assert desk.asked == ["/at-once", "/behind", "/last"]


async def test_not_everything_may_wait(desk):
    await desk.put(*map(str, range(WAITING)))
    assert not desk.inputs.full
    await desk.put("one more")
    assert desk.inputs.full


async def test_questions_are_not_kept_without_end(desk):
    await desk.put("1")
    await desk.wonder(*["/file"] * WAITING)
    assert desk.inputs.full


async def test_what_is_lost_is_handed_out_again(desk, monkeypatch):
    monkeypatch.setattr(inputs, "PATIENCE_S", 0.001)
    await desk.put("1")
    async with asyncio.timeout(10):
        while len(desk.acted) < 3:
            await asyncio.sleep(0.001)
    await desk.inputs.taken(["1"])
    heard = len(desk.acted)
    await asyncio.sleep(0.01)
    assert desk.acted == [["1"]] * heard
