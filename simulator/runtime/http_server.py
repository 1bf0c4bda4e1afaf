"""A server of HTTP on the simulated network: connections, requests, answers; what it serves is the caller's."""

from collections.abc import Callable
from typing import Any

from simulator.runtime.http import LARGEST_BODY, HttpRequest, HttpResponse, read_request, render_response
from simulator.runtime.syscalls import Sys, UnixError

Handler = Callable[[HttpRequest, str], HttpResponse]
MOST_CONNECTIONS = 256
# What a request costs in processor time.
REQUEST_COST = 150
BAD = HttpResponse(400, (("Content-Type", "text/html"),), b"<html><body><h1>400 Bad Request</h1></body></html>\n")


class HttpServer:
    """State in `sys.state["http"]`: `listening` (port to descriptor) and `clients` (descriptor to what was read and is to be sent)."""

    def __init__(self, sys: Sys) -> None:
        self.sys = sys
        self.state: dict[str, Any] = sys.state.setdefault("http", {"listening": {}, "clients": {}})

    def listen(self, port: int, ip: str = "0.0.0.0") -> None:
        """Listen on *port*; UnixError as `listen` raises it."""
        self.state["listening"][str(port)] = self.sys.listen(port, ip)

    @property
    def readable(self) -> tuple[int, ...]:
        """The descriptors on which something may come."""
        return (
            *self.state["listening"].values(),
            *(int(fd) for fd, client in self.state["clients"].items() if not client["out"]),
        )

    @property
    def writable(self) -> tuple[int, ...]:
        """The descriptors on which something waits to be sent."""
        return tuple(int(fd) for fd, client in self.state["clients"].items() if client["out"])

    def serve(self, handler: Handler) -> None:
        """Do all that can be done at once; *handler* gets each request and the address of the client."""
        for listening in self.state["listening"].values():
            while len(self.state["clients"]) < MOST_CONNECTIONS and (fd := self.sys.accept(listening)) is not None:
                self.state["clients"][str(fd)] = {"in": b"", "out": b"", "close": False}
        for fd, client in list(self.state["clients"].items()):
            try:
                alive = self.serve_one(int(fd), client, handler)
            except UnixError:
                alive = False
            if not alive:
                self.sys.close(int(fd))
                del self.state["clients"][fd]

    def serve_one(self, fd: int, client: dict[str, Any], handler: Handler) -> bool:
        """Read, answer, send; False when the connection is to be closed."""
        ended = False
        while not client["close"] and len(client["in"]) <= LARGEST_BODY and (data := self.sys.read(fd)) is not None:
            if not data:
                ended = True
                break
            client["in"] += data
        while not client["close"] and self.answer(fd, client, handler):
            pass
        if client["out"]:
            client["out"] = client["out"][self.sys.write(fd, client["out"]) :]
        return bool(client["out"]) or not (client["close"] or ended)

    def answer(self, fd: int, client: dict[str, Any], handler: Handler) -> bool:
        """Answer one request that has come whole; False if none has."""
        request, size = read_request(client["in"])
        if size == 0:
            return False
        if request is None:
            client["out"] += render_response(BAD, close=True)
            client["close"] = True
            return False
        client["in"] = client["in"][size:]
        self.sys.charge(REQUEST_COST)
        keep = request.version == "HTTP/1.1" and request.headers.get("connection", "").lower() != "close"
        client["close"] = not keep
        client["out"] += render_response(
            handler(request, self.sys.peer(fd)[0]), head_only=request.method == "HEAD", close=not keep
        )
        return keep

    def stop_listening(self) -> None:
        """Take no new connections."""
        for fd in self.state["listening"].values():
            self.sys.close(fd)
        self.state["listening"].clear()
