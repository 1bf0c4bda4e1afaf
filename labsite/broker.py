"""The broker of the embedded profile: kombu's in memory, which is told of a message where kombu's own looks for one again and again."""

import threading
import time
from queue import Empty
from typing import Any

from kombu.transport import memory


class Bell:
    """Rings in one thread, and wakes all that wait for it in others."""

    def __init__(self) -> None:
        self.rung = 0
        self.ringing = threading.Condition()

    def ring(self) -> None:
        """Something has happened."""
        with self.ringing:
            self.rung += 1
            self.ringing.notify_all()

    def wait(self, since: int, seconds: float | None) -> bool:
        """Whether it has rung more than *since* times, or does so within *seconds*; None is as long as it takes."""
        with self.ringing:
            return self.ringing.wait_for(lambda: self.rung > since, seconds)


bell = Bell()  # one for all connections, as their queues are


class Channel(memory.Channel):
    """Rings when there is a message, and when a consumer that had its fill may take another."""

    def _put(self, queue: str, message: Any, **options: Any) -> None:
        super()._put(queue, message, **options)
        bell.ring()

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        bell.ring()

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().basic_reject(delivery_tag, requeue)
        bell.ring()


class Transport(memory.Transport):
    """Waits for the bell."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Deliver one message; raises TimeoutError if none comes within *timeout* seconds."""
        assert self.cycle is not None
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            heard = bell.rung
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                if not bell.wait(heard, None if until is None else until - time.monotonic()):
                    raise TimeoutError from None
            else:
                return
