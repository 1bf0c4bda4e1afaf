"""The broker of the embedded profile: a message wakes who waits for it, and so does room for one more."""

import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.message import Message
from kombu.messaging import Consumer

from labsite.celery import app

SOON_S, NEVER_S = 5, 0.05


@pytest.fixture
def connection() -> Iterator[Connection]:
    with Connection("memory://tests", transport="labsite.broker:Transport") as found:
        yield found


@pytest.fixture
def queue() -> Queue:
    return Queue(f"q-{uuid4()}")


class Taken:
    """What was delivered, as it came."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def take(self, _: object, message: Message) -> None:
        self.messages.append(message)


def put(connection: Connection, queue: Queue, text: str) -> None:
    connection.clone().Producer().publish(text, routing_key=queue.name, declare=[queue])


def later(act: Callable[[], object]) -> None:
    threading.Timer(NEVER_S, act).start()


def test_nothing_comes_of_nothing(connection: Connection, queue: Queue) -> None:
    taken = Taken()
    with Consumer(connection.default_channel, [queue], callbacks=[taken.take]), pytest.raises(TimeoutError):
        connection.drain_events(timeout=NEVER_S)
    assert not taken.messages


def test_a_message_that_another_thread_sends_wakes_who_waits(connection: Connection, queue: Queue) -> None:
    taken = Taken()
    with Consumer(connection.default_channel, [queue], callbacks=[taken.take]):
        later(lambda: put(connection, queue, "hello"))
        connection.drain_events(timeout=SOON_S)
    assert [message.payload for message in taken.messages] == ["hello"]


@pytest.mark.parametrize("way", ["ack", "reject"])
def test_who_had_its_fill_takes_another_when_one_is_done(connection: Connection, queue: Queue, way: str) -> None:
    taken = Taken()
    for text in ("first", "second"):
        put(connection, queue, text)
    with Consumer(connection.default_channel, [queue], callbacks=[taken.take], prefetch_count=1):
        connection.drain_events(timeout=SOON_S)
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=NEVER_S)
        later(getattr(taken.messages[0], way))
        connection.drain_events(timeout=SOON_S)
    assert [message.payload for message in taken.messages] == ["first", "second"]


def test_what_is_put_back_is_delivered_again(connection: Connection, queue: Queue) -> None:
    taken = Taken()
    put(connection, queue, "again")
    with Consumer(connection.default_channel, [queue], callbacks=[taken.take]):
        connection.drain_events(timeout=SOON_S)
        later(taken.messages[0].requeue)
        connection.drain_events(timeout=SOON_S)
    assert [message.payload for message in taken.messages] == ["again", "again"]


def test_the_embedded_worker_is_served_by_it() -> None:
    with app.connection_for_read() as connection:
        assert connection.transport_cls == "labsite.broker:Transport"
