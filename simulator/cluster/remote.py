"""A learner's own tools outside the cluster: their requests, and the streams (logs, exec, attach, port-forward) they hold.

What comes out of a stream is told as the change `stream`: stream, channel, data (bytes); an empty data is the channel's end.
The channels: `stdout`, `stderr`, `status` (one JSON Status, last); for port-forward the names that the client gave, and
`error:NAME` where a connection failed.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.api import yamls
from simulator.api.errors import ApiError
from simulator.api.requests import Request, Response
from simulator.cluster.gateway import PORT, Gateway
from simulator.cluster.hosts import address
from simulator.kernel.units import SECOND
from simulator.kernel.world import World
from simulator.runtime.machines import Machines
from simulator.runtime.streams import CLIENTS
from simulator.runtime.syscalls import UnixError

Data = dict[str, Any]
MOST_STREAMS = 64
MOST_CHANNELS = 128
LARGEST_BACKLOG = 4 << 20
WINDOW = (
    4 << 20
)  # bytes told of a stream that its client has not heard yet; then nothing more is read, and the program has to wait
HALF_CLOSED = SECOND  # how long a connection lives on whose client has nothing more to say
SERVER = f"https://{address(0)}:{PORT}"
SUCCESS = {"metadata": {}, "status": "Success"}
READS = frozenset(("get", "list", "watch"))


def asked(request: Mapping[str, Any]) -> Request:
    """A request as plain data; a body in YAML is still text. Raises ValueError."""
    if not isinstance(request, Mapping):
        raise ValueError("a request is a mapping")
    body = request.get("body")
    if isinstance(body, str) and "yaml" in str(request.get("content_type")):
        body = yamls.load(body)
    try:
        return msgspec.convert({**request, "body": body}, Request)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def told(response: Response) -> Data:
    """A response as plain data: code, body, warnings, and for a watch what is to be asked for (`watch`)."""
    answer: Data = {"code": response.code, "body": response.body, "warnings": list(response.warnings)}
    return answer | ({"watch": response.upgrade} if response.upgrade and response.upgrade["kind"] == "watch" else {})


class Remote:
    """The table `streams`: id -> {"kind", "node", "namespace", "pod", "ends": channel -> end, "backlog": channel -> bytes,
    "closing": channel -> when, "window": how many bytes may yet be told}."""

    name = CLIENTS

    def __init__(self, world: World, machines: Machines, gateway: Gateway) -> None:
        self.world = world
        self.machines = machines
        self.clients = machines.clients
        self.gateway = gateway
        self.streams: dict[str, Data] = world.section("clients").setdefault("streams", {})

    # --- requests
    def ask(self, entry: Mapping[str, Any]) -> Data:
        """Answer a request that may change something: {"response": ...}."""
        return {"response": told(self.gateway.request("", SERVER, asked(entry["request"])))}

    def read(self, request: Mapping[str, Any]) -> Data:
        """Answer a request that changes nothing; raises ValueError for any other."""
        if request.get("verb") not in READS:
            raise ValueError(f"{request.get('verb')!r} does not only read")
        return told(self.gateway.request("", SERVER, asked(request)))

    # --- streams
    def open(self, entry: Mapping[str, Any]) -> Data:
        """Open a stream: {"response": ...}, whose code says whether it is open."""
        stream, request = str(entry["stream"]), asked(entry["request"])
        self.forget_oldest()
        if request.subresource == "portforward":
            return {"response": told(self.begin_forward(stream, request))}
        response, channels = self.gateway.open("", SERVER, request)
        if not response.failed and not channels:
            return {"response": told(response)}
        if not response.failed:
            ends = {channel: self.machines.hold(stream, channel, io) for channel, io in channels.items()}
            self.enter(stream, request.subresource, ends)
        return {"response": told(response)}

    def enter(self, stream: str, kind: str, ends: Data, **more: Any) -> None:
        """A new stream."""
        self.streams[stream] = {"kind": kind, "ends": ends, "backlog": {}, "closing": {}, "window": WINDOW, **more}
        self.world.agenda.wake(CLIENTS, stream)

    def begin_forward(self, stream: str, request: Request) -> Response:
        """Port-forward begins without a connection."""
        response = self.gateway.api.handle(request)
        if not response.failed and response.upgrade:
            where = {key: response.upgrade[key] for key in ("node", "namespace", "pod")}
            self.enter(stream, "portforward", {}, **where)
        return response

    def connect(self, entry: Mapping[str, Any]) -> Data:
        """One more connection of a port-forward, as *channel*, to *port*."""
        record, channel = self.streams[str(entry["stream"])], str(entry["channel"])
        if len(record["ends"]) >= MOST_CHANNELS:
            return {"error": "too many connections"}
        try:
            kubelet = self.gateway.node(record)
            io = kubelet.port_forward(record["namespace"], record["pod"], int(entry["port"]))
        except ApiError as error:
            return {"error": error.message}
        record["ends"][channel] = self.machines.hold(str(entry["stream"]), channel, io)
        return {}

    def take(self, entry: Mapping[str, Any]) -> Data:
        """The client has written *data* (base64) to a channel."""
        record = self.streams.get(str(entry["stream"]))
        channel = str(entry["channel"])
        if record is None or channel not in record["ends"]:
            return {}
        try:
            data = base64.b64decode(entry["data"], validate=True)
        except binascii.Error as error:
            raise ValueError(str(error)) from None
        backlog = record["backlog"].get(channel, b"") + data
        if len(backlog) > LARGEST_BACKLOG:
            return {"error": "the program does not read what is sent to it"}
        record["backlog"][channel] = backlog
        self.flush(record, channel)
        return {}

    def end(self, entry: Mapping[str, Any]) -> Data:
        """The client has nothing more to say on a channel."""
        record, channel = self.streams.get(str(entry["stream"])), str(entry["channel"])
        if record is not None and channel in record["ends"]:
            wait = HALF_CLOSED if record["kind"] == "portforward" else 0
            record["closing"][channel] = self.world.now + wait
            self.world.agenda.wake(CLIENTS, str(entry["stream"]), after=wait)
        return {}

    def resize(self, entry: Mapping[str, Any]) -> Data:
        """The client's terminal has another size."""
        record = self.streams.get(str(entry["stream"]), {"ends": {}})
        for end in list(record["ends"].values()):
            self.machines.resize_client(end, int(entry["columns"]), int(entry["rows"]))
        return {}

    def heard(self, entry: Mapping[str, Any]) -> Data:
        """The client has heard *size* bytes more: so much there is room for."""
        if record := self.streams.get(str(entry["stream"])):
            record["window"] = min(room(record) + max(int(entry["size"]), 0), WINDOW)
            self.world.agenda.wake(CLIENTS, str(entry["stream"]))
        return {}

    def close(self, entry: Mapping[str, Any]) -> Data:
        """The client has gone, or is finished."""
        record = self.streams.pop(str(entry["stream"]), {"ends": {}})
        for end in list(record["ends"].values()):
            self.clients.let_go(end)
        return {}

    def forget_oldest(self) -> None:
        """What a client left open that vanished without a word makes room."""
        while len(self.streams) >= MOST_STREAMS:
            self.close({"stream": next(iter(self.streams))})

    # --- what comes out
    def reconcile(self, key: str) -> None:
        """Something has happened on a stream."""
        record = self.streams.get(key)
        if record is None:
            return
        for channel in list(record["backlog"]):
            self.flush(record, channel)
        for channel in sorted(record["ends"], key=lambda name: name == "status"):
            self.listen(key, record, channel)
        self.close_due(record)
        if record["kind"] != "portforward" and set(record["ends"]) <= {"stdin"}:
            self.finish(key, record)

    def flush(self, record: Data, channel: str) -> None:
        """Hand on what waits, as far as there is room."""
        waiting = record["backlog"].pop(channel)
        if channel in record["ends"] and (rest := waiting[self.clients.say(record["ends"][channel], waiting) :]):
            record["backlog"][channel] = rest

    def listen(self, stream: str, record: Data, channel: str) -> None:
        """Tell all that a channel has to say, as far as there is room."""
        if channel == "stdin":
            return
        end, data = record["ends"][channel], None
        try:
            while room(record) > 0 and (data := self.clients.hear(end)):
                record["window"] = room(record) - len(data)
                self.world.tell("stream", stream=stream, channel=channel, data=data)
        except UnixError as error:
            self.world.tell("stream", stream=stream, channel=f"error:{channel}", data=str(error).encode())
            data = b""
        if data == b"":
            self.let_go(stream, record, channel)

    def let_go(self, stream: str, record: Data, channel: str) -> None:
        """A channel has come to its end."""
        self.clients.let_go(record["ends"].pop(channel))
        self.world.tell("stream", stream=stream, channel=channel, data=b"")
        if channel == "status":  # nothing is heard of a program that has ended, though its children may hold the pipes
            for other in list(record["ends"]):
                self.clients.let_go(record["ends"].pop(other))

    def close_due(self, record: Data) -> None:
        """Close the channels on which the client has nothing more to say, once all was handed on."""
        for channel, at in list(record["closing"].items()):
            if at <= self.world.now and channel not in record["backlog"]:
                del record["closing"][channel]
                if channel in record["ends"]:
                    self.clients.let_go(record["ends"].pop(channel))

    def finish(self, stream: str, record: Data) -> None:
        """All has been heard. Only exec has a status of its own."""
        if record["kind"] == "attach":
            self.world.tell("stream", stream=stream, channel="status", data=msgspec.json.encode(SUCCESS))
        self.close({"stream": stream})
        self.world.tell("stream", stream=stream, channel="", data=b"")


def room(record: Data) -> int:
    """How many bytes may yet be told of a stream. One of an older release has all the room that there is."""
    return int(record.get("window", WINDOW))
