"""From threads to the event loop: how a task tells browsers something, in both profiles the same way."""

import asyncio
import os
import threading
from collections.abc import Coroutine, Sequence
from typing import Any

from channels.layers import get_channel_layer

WAIT_S = 5


class Bridge:
    """Knows the event loop on which the channel layer lives.

    In the embedded profile that is the server's own: its queues are not made for threads, and whoever puts something
    into them from another thread wakes nobody. In a worker process it is a loop in a thread of its own, which keeps
    one connection to Redis instead of making one for each message.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.pid = 0
        self.lock = threading.Lock()

    def serve(self, loop: asyncio.AbstractEventLoop) -> None:
        """The server says which loop is its own."""
        self.loop, self.pid = loop, os.getpid()

    def home(self) -> asyncio.AbstractEventLoop:
        """The loop; begun in a thread if nobody serves in this process (a forked worker begins its own)."""
        with self.lock:
            if self.loop is None or self.pid != os.getpid() or self.loop.is_closed():
                loop = asyncio.new_event_loop()
                threading.Thread(target=loop.run_forever, name="bridge", daemon=True).start()
                self.serve(loop)
            assert self.loop is not None
            return self.loop

    def run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run *coroutine* there, and wait until it is done. Never called on the loop's own thread."""
        asyncio.run_coroutine_threadsafe(coroutine, self.home()).result(WAIT_S)


bridge = Bridge()


def publish(group: str, message: dict[str, Any]) -> None:
    """Tell every browser in *group*."""
    publish_all([(group, message)])


def publish_all(told: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Tell each group its message, in order, on one way to the loop."""
    if told:
        bridge.run(sent(told))


async def sent(told: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """One message after the other."""
    layer = get_channel_layer()
    for group, message in told:
        await layer.group_send(group, message)


def tell(channel: str, message: dict[str, Any]) -> None:
    """Tell the browser behind *channel*; an empty name is nobody."""
    if channel:
        bridge.run(get_channel_layer().send(channel, message))
