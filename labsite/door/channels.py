"""Port-forward over WebSockets alone, as client libraries speak it: for each port that the address names two channels, one for data and one
for errors, and one connection (kubernetes pkg/kubelet portforward/websocket.go)."""

from collections.abc import Awaitable, Callable, Sequence

from labsite.door.addresses import Query
from labsite.door.forwarding import failure, is_port
from labsite.door.statuses import bad_request
from labsite.door.streams import Stream

MOST_PORTS = 64


def ports_of(query: Query) -> list[int]:
    """The ports that the address names, as `ports=80&ports=81` or `ports=80,81`; raises Refusal."""
    words = [word for text in query.get("ports", ()) for word in text.split(",")]
    if not words:
        raise bad_request('query parameter "port" is required')
    if len(words) > MOST_PORTS:
        raise bad_request(f"more than {MOST_PORTS} ports")
    if wrong := [word for word in words if not is_port(word)]:
        zero = wrong[0] and not wrong[0].strip("0")
        raise bad_request(f'port "{wrong[0]}" must be > 0' if zero else f'unable to parse "{wrong[0]}" as a port')
    return [int(word) for word in words]


class Channels:
    """One client's port-forward. A connection is called after the number of its channel for data."""

    def __init__(self, stream: Stream, send: Callable[[bytes], Awaitable[None]], ports: Sequence[int]) -> None:
        self.stream = stream
        self.send = send
        self.ports = {2 * number: port for number, port in enumerate(ports)}  # of the connections that are open

    async def take(self, data: bytes) -> None:
        """A message of the client: the channel, and what is said on it. Only channels for data are listened to."""
        if data[0] in self.ports and data[1:]:
            await self.stream.say(str(data[0]), data[1:])

    async def speak(self) -> None:
        """Connect, say on each channel which port it is for, and pass on what is said until all connections have ended."""
        for channel, port in self.ports.items():
            await self.stream.put("connect", channel=str(channel), port=port)
        for channel, port in self.ports.items():
            for each in (channel, channel + 1):
                await self.send(bytes([each]) + port.to_bytes(2, "little"))
        while self.ports and (piece := await self.stream.next())[0]:
            await self.tell(*piece)

    async def tell(self, name: str, data: bytes) -> None:
        """What a connection carries, why it failed, or (without data) its end."""
        channel = int(name.removeprefix("error:"))
        if channel not in self.ports:
            return
        if name.startswith("error:"):
            await self.send(bytes([channel + 1]) + failure(self.ports[channel], data))
        elif data:
            await self.send(bytes([channel]) + data)
        else:
            del self.ports[channel]
