"""The API server over HTTP: an application of its own beside Django's, without sessions, cookies, forms or compression."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache
from typing import Any

import msgspec

from labsite import metrics
from labsite.door import addresses, asking, bodies, handshakes, media, remotecommand, statuses, times, visits, watches
from labsite.door.commands import Command
from labsite.door.forwarding import Forward
from labsite.door.impersonation import impersonated
from labsite.door.mailbox import mailbox
from labsite.door.statuses import Refusal
from labsite.door.streams import Stream
from labsite.door.upgraded import Talk, Upgraded
from labsite.door.visits import Visit, header
from labsite.door.watches import Watcher
from labsite.guard import ROOM, SWITCHING

log = logging.getLogger(__name__)
Message = dict[str, Any]
Headers = list[tuple[bytes, bytes]]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
STREAMS = ("exec", "attach", "portforward")
UPGRADE = "unable to upgrade connection: "
SEALED = "public, immutable"  # a document whose address has its hash


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request."""
    exchange = Exchange(scope, receive, send)
    try:
        await exchange.answer()
    except Refusal as refusal:
        await exchange.refuse(refusal)
    except Gone:
        pass
    except Exception:
        log.exception("a request from outside failed")
        await exchange.refuse(statuses.failed())


class Gone(Exception):
    """The client has closed the connection."""


class Exchange:
    """One request and its answer."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send
        self.started = False

    async def answer(self) -> None:
        """Find out who asks for what, and answer; raises Refusal."""
        body = await self.body()
        visit = await visits.admitted(self.scope)
        if visit.path == "/openapi/v2":
            await self.whole(200, media.OPENAPI_V2, media.EMPTY_V2, [])
            return
        request = self.request(visit, body)
        visits.check(visit.visitor, request)
        if request.get("subresource") in STREAMS:
            await self.connect(visit, request)
        elif request["verb"] == "watch":
            await self.watch(visit, request)
        elif request.get("subresource") == "log" and addresses.flag(request["query"], "follow"):
            await self.follow(visit, request)
        else:
            await self.plain(visit, request)

    async def body(self) -> bytes:
        """The whole body; raises Refusal if it is too long."""
        parts, size, more = [], 0, True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Gone
            parts.append(message.get("body", b""))
            size, more = size + len(parts[-1]), message.get("more_body", False)
            if size > bodies.LIMIT:
                raise statuses.too_large(bodies.LIMIT)
        return b"".join(parts)

    def request(self, visit: Visit, body: bytes) -> Message:
        """The request as plain data for the simulator."""
        try:
            query = addresses.query_of(self.scope["query_string"].decode("latin-1"))
        except ValueError as error:
            raise statuses.bad_request(str(error)) from None
        self.wanted = media.wanted(header(self.scope, "accept"))
        kind = header(self.scope, "content-type")
        asked = addresses.request_of(self.scope["method"], visit.path, query) | {"accept": self.wanted.accept}
        asked |= visits.identity(visit.visitor) | impersonated(self.scope)
        if self.scope["method"] in ("GET", "HEAD"):
            return asked
        sent = bodies.decoded(body, kind)
        return asked | {"content_type": read_as(kind), "body": unborn(sent) if asked["verb"] == "update" else sent}

    # --- answers that are whole
    async def plain(self, visit: Visit, request: Message) -> None:
        """Ask the cluster, and pass on what it says."""
        sealed = request.get("path", "").startswith("/openapi/v3/")
        found = await asking.ask(visit.visitor.sandbox, {"type": "api", "request": request})
        response = asking.response_of(found)
        body = times.moved(response["body"], found.get("offset", 0))
        if isinstance(body, str) and addresses.flag(request["query"], "timestamps"):
            body = times.log(body, found.get("offset", 0))
        headers = sealed_headers(request["query"]) if sealed and response["code"] == 200 else []
        headers += [(b"warning", warning(text)) for text in response["warnings"]]
        kind, data = media.written(body, self.wanted)
        await self.whole(response["code"], kind, data, headers)

    async def refuse(self, refusal: Refusal) -> None:
        """Say no, unless something was said already."""
        if self.started:
            return
        headers = [(b"retry-after", str(refusal.retry_after).encode())] if refusal.retry_after else []
        await self.whole(refusal.code, "application/json", msgspec.json.encode(refusal.status), headers)

    async def whole(self, code: int, kind: str, data: bytes, headers: Headers) -> None:
        """An answer of known length."""
        await self.start(code, kind, [*headers, (b"content-length", str(len(data)).encode())])
        await self.send({"type": "http.response.body", "body": b"" if self.scope["method"] == "HEAD" else data})

    async def start(self, code: int, kind: str, headers: Headers) -> None:
        """Status and headers."""
        self.started = True
        metrics.count("podlab_door_requests_total", code=code)
        common = [(b"content-type", kind.encode()), (b"audit-id", secrets.token_hex(16).encode())]
        if not any(name == b"cache-control" for name, _ in headers):
            common.append((b"cache-control", b"no-cache, private"))
        await self.send({"type": "http.response.start", "status": code, "headers": common + headers})

    # --- answers that go on
    async def watch(self, visit: Visit, request: Message) -> None:
        """Events as they happen."""
        found = await asking.ask(visit.visitor.sandbox, {"type": "api", "request": request})
        response = asking.response_of(found)
        if "watch" not in response:
            kind, data = media.written(response["body"], self.wanted)
            await self.whole(response["code"], kind, data, [])
            return
        watcher = Watcher(response["watch"])
        hub = await watches.join(visit.visitor.sandbox, watcher)
        try:
            await self.stream("application/json", self.events(watcher))
        finally:
            await hub.leave(watcher)

    async def events(self, watcher: Watcher) -> AsyncIterator[bytes]:
        """Each event on a line; with the columns of a Table only in the first."""
        columns = True
        try:
            async with asyncio.timeout(watches.seconds(watcher.watch)):
                while (events := await watcher.events.get()) is not None:
                    for event in events:
                        yield msgspec.json.encode(self.dressed(event, columns)) + b"\n"
                        columns = columns and event["object"].get("kind") != "Table"
                    if any(event["type"] == "ERROR" for event in events):
                        return
        except TimeoutError:
            return

    def dressed(self, event: Message, columns: bool) -> Message:
        """The event in the form that the client wants."""
        obj = media.shaped(event["object"], self.wanted)
        if not columns and obj.get("kind") == "Table":
            obj = {**obj, "columnDefinitions": None}
        return {"type": event["type"], "object": obj}

    async def follow(self, visit: Visit, request: Message) -> None:
        """A log as it grows."""
        stream = Stream(mailbox(), visit.visitor.sandbox)
        found = await stream.open(request)
        response = asking.response_of(found)
        try:
            if response["code"] >= 400 or response["body"] is not None:
                kind, data = media.written(response["body"], self.wanted)
                await self.whole(response["code"], kind, data, [])
                return
            offset = found.get("offset", 0) if addresses.flag(request["query"], "timestamps") else 0
            await self.stream("text/plain", stream.log(offset))
        finally:
            await stream.close()

    async def stream(self, kind: str, pieces: AsyncIterator[bytes]) -> None:
        """Send pieces until there are no more or the client goes; the headers go at once."""
        await self.start(200, kind, [])
        await self.piece(b"")
        sending = asyncio.create_task(self.pump(pieces))
        leaving = asyncio.create_task(self.gone())
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
                await self.send({"type": "http.response.body", "body": b""})
        finally:
            for job in (sending, leaving):
                job.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)

    async def pump(self, pieces: AsyncIterator[bytes]) -> None:
        """Send all pieces."""
        async for piece in pieces:
            await self.piece(piece)

    async def piece(self, data: bytes) -> None:
        """A part of the body."""
        await self.send({"type": "http.response.body", "body": data, "more_body": True})

    async def gone(self) -> None:
        """Wait until the client has closed the connection."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    # --- answers after which HTTP is not spoken any more
    async def connect(self, visit: Visit, request: Message) -> None:
        """exec, attach and port-forward over SPDY. A client whose WebSocket was refused comes here, too, and hears why."""
        protocol = handshakes.chosen(self.scope, request["subresource"])
        if not protocol or not handshakes.wants_spdy(self.scope) or ROOM not in self.scope:
            await self.refuse_stream(visit, request)
            return
        stream = Stream(mailbox(), visit.visitor.sandbox)
        try:
            response = asking.response_of(await stream.open(request))
            failure = remotecommand.failure_of(response)
            if response["code"] < 400 or failure:
                await self.switch(protocol, stream, request, failure)
            else:
                await self.whole(response["code"], *why(response["body"]), [])
        finally:
            await stream.close()

    async def switch(self, protocol: str, stream: Stream, request: Message, failure: bytes) -> None:
        """Let the client have its stream."""
        self.started = True
        metrics.count("podlab_door_requests_total", code=SWITCHING)
        line = Upgraded(self.scope, self.receive, self.send)
        talk: Talk
        if request["subresource"] == "portforward":
            talk = Forward(stream, line.write)
        else:
            talk = Command(stream, line.write, protocol, failure).expect(request["query"])
        await line.run(protocol, talk)

    async def refuse_stream(self, visit: Visit, request: Message) -> None:
        """Say no to who cannot have a stream; whether there is anything to speak with comes first."""
        found = await asking.ask(visit.visitor.sandbox, {"type": "api", "request": request})
        response = asking.response_of(found)
        if response["code"] >= 400:
            await self.whole(response["code"], *why(response["body"]), [])
        elif not handshakes.wants_spdy(self.scope):
            raise statuses.bad_request("Upgrade request required")
        else:
            code, text = handshakes.why_none(self.scope, request["subresource"])
            ours = handshakes.PROTOCOLS[request["subresource"]] if code == 403 else ()
            headers = [(handshakes.ACCEPTED, protocol.encode()) for protocol in ours]
            await self.whole(code, "text/plain; charset=utf-8", f"{text}\n".encode(), headers)


def unborn(body: Any) -> Any:
    """An object that is put in another's place, without the time of its birth: a client knows it only moved (times.py)."""
    metadata = body.get("metadata") if isinstance(body, dict) else None
    if not isinstance(metadata, dict) or "creationTimestamp" not in metadata:
        return body
    return {**body, "metadata": {key: value for key, value in metadata.items() if key != "creationTimestamp"}}


def why(status: Message) -> tuple[str, bytes]:
    """Why there is no stream: what the kubelet itself refuses comes as bare text, before which clients put words of their own."""
    text = str(status.get("message", ""))
    if text.startswith(UPGRADE):
        return "text/plain", text.removeprefix(UPGRADE).encode()
    return "application/json", msgspec.json.encode(status)


def read_as(kind: str) -> str:
    """The content type as the simulator is told: protobuf was read already."""
    return "application/json" if not kind or kind.startswith(bodies.PROTOBUF) else kind


def warning(text: str) -> bytes:
    """A Warning header (RFC 7234)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'299 - "{escaped}"'.encode("latin-1", "replace")


@lru_cache(maxsize=64)
def mark(text: str) -> bytes:
    """An ETag."""
    return f'"{text[:64]}"'.encode("latin-1", "ignore")


def sealed_headers(query: addresses.Query) -> Headers:
    """A document under its hash may be kept for good."""
    name = query.get("hash", [""])[-1]
    if not name.isalnum():
        return []
    return [
        (b"etag", mark(name)),
        (b"cache-control", SEALED.encode()),
        (b"expires", b"Fri, 01 Jan 2038 00:00:00 GMT"),
        (b"last-modified", b"Fri, 01 Jan 2021 00:00:00 GMT"),
    ]
