"""System calls on the network, name resolution, and the way to the API server."""

from typing import Any

from simulator.api.requests import Request, Response
from simulator.kernel.units import MILLISECOND
from simulator.runtime import dns, socket_table
from simulator.runtime.limits import QUESTION_DRAWN
from simulator.runtime.outside import Outside
from simulator.runtime.syscalls import Interface, UnixError
from simulator.runtime.tables import Data
from simulator.runtime.terminal_calls import TerminalCalls

API_COST = 2 * MILLISECOND
QUESTIONS_MAX = 8
SSH_PORT, SSHD = 22, "/usr/sbin/sshd"
HANDSHAKE = 120 * MILLISECOND  # keys are exchanged
DEFAULT_PORTS = {"https": 443, "http": 80}


class Calls(TerminalCalls):
    """The whole of `Sys`."""

    asked = 0  # how deep answers ask further servers

    @property
    def net(self) -> str:
        """My network namespace."""
        return str(self.process["net"])

    # --- looking
    def interfaces(self) -> list[Interface]:
        """Network interfaces."""
        return self.machinery.networks.interfaces(self.net)

    def routes(self) -> list[dict[str, str]]:
        """The routing table."""
        return self.machinery.networks.routes(self.net)

    def sockets(self) -> list[dict[str, Any]]:
        """What netstat shows of my namespace."""
        processes = self.machinery.processes
        return socket_table.rows(
            self.machinery.tables, self.net, lambda process: processes.number_for(self.process, process)
        )

    # --- names and datagrams
    def resolve(self, name: str) -> list[str]:
        """IPv4 addresses of a name, as the C library looks it up."""
        if is_address(name):
            return [name]
        known = dns.parse_hosts(self.text("/etc/hosts")).get(name.lower().rstrip("."))
        if known:
            return known
        config = dns.parse_config(self.text("/etc/resolv.conf"))
        for candidate in dns.candidates(name, config):
            reply = self.query(config, candidate)
            addresses = [record.data for record in reply.records if record.type == "A"] if reply else []
            if addresses:
                return addresses
        return []

    def query(self, config: dns.Config, name: str) -> dns.Reply | None:
        """Ask the name servers in turn; each that is silent costs its timeout."""
        for server in config.servers or ["127.0.0.1"]:
            data = self.ask(server, dns.PORT, dns.encode(dns.Query(name)))
            reply = dns.decode_reply(data) if data is not None else None
            if reply is not None:
                return reply
            self.pass_time(config.timeout * 1_000_000)
        return None

    def text(self, path: str) -> str:
        """A file as text; empty if it cannot be read."""
        try:
            return self.machinery.files.read(self.process, path).decode("utf-8", "replace")
        except UnixError:
            return ""

    def ask(self, ip: str, port: int, payload: bytes) -> bytes | None:
        """Send a datagram and take the answer."""
        if self.asked >= QUESTIONS_MAX:
            return None
        route = self.machinery.networks.route(self.net, ip, port, "UDP")
        self.pass_time(2 * route.delay)
        self.drawn += QUESTION_DRAWN
        if not route.net:
            return Outside(self.machinery.tables).answer(route.ip, port, payload)
        entry = self.machinery.tables.networks[route.net]["answers"].get(str(route.port))
        server = self.machinery.processes.live(entry[1]) if entry and not route.refused else None
        if server is None or server["stopped"]:
            return None
        calls = Calls(self.machinery, server)
        calls.asked = self.asked + 1
        reply = self.machinery.answers[entry[0]](calls, payload)
        calls.save()
        self.pass_time(calls.charged)
        return reply

    def answer(self, port: int, name: str) -> None:
        """Serve datagrams on a port for as long as I live; EADDRINUSE."""
        table = self.machinery.tables.networks[self.net]["answers"]
        holder = table.get(str(port))
        if holder is not None and holder[1] != self.process["key"] and self.machinery.processes.live(holder[1]):
            raise UnixError("EADDRINUSE")
        table[str(port)] = [name, self.process["key"]]

    # --- TCP
    def connect(self, ip: str, port: int) -> int:
        """Begin a connection."""
        if not is_address(ip):
            raise UnixError("EINVAL")
        io = self.machinery.sockets.connect(self.net, ip, port)
        descriptors = self.machinery.descriptors
        return descriptors.give(self.process, descriptors.enter({"k": "sock", "io": io, "side": "a"}))

    def connected(self, fd: int) -> bool:
        """False while the connection is being made; raises what it failed with."""
        return self.machinery.sockets.check(self.stream(fd, "sock"))

    def stream(self, fd: int, kind: str) -> Data:
        """The record behind a descriptor of a kind; EBADF."""
        opened = self.machinery.descriptors.of(self.process, fd)
        if opened["k"] != kind:
            raise UnixError("EBADF")
        return self.machinery.descriptors.io(opened)

    def listen(self, port: int, ip: str = "0.0.0.0") -> int:
        """Listen; EADDRINUSE, EADDRNOTAVAIL, and EACCES for low ports of a host."""
        if port < 1024 and not self.process["container"] and self.uid != 0:
            raise UnixError("EACCES")
        io = self.machinery.sockets.listen(self.net, ip, port, self.process["key"])
        descriptors = self.machinery.descriptors
        return descriptors.give(self.process, descriptors.enter({"k": "listen", "io": io}))

    def accept(self, fd: int) -> int | None:
        """Take the next connection."""
        io = self.machinery.sockets.accept(self.stream(fd, "listen"))
        if io is None:
            return None
        descriptors = self.machinery.descriptors
        return descriptors.give(self.process, descriptors.enter({"k": "sock", "io": io, "side": "b"}))

    def peer(self, fd: int) -> tuple[str, int]:
        """Address and port of the other end."""
        opened = self.machinery.descriptors.of(self.process, fd)
        record = self.stream(fd, "sock")
        ip, port = record["remote"] if opened["side"] == "a" else record["local"]
        return ip, port

    # --- the API
    def endpoint(self, server: str) -> str:
        """Where a connection to *server* ends when names and Services are looked through; raises as connect(2) does."""
        scheme, _, rest = server.partition("://")
        name, _, port = rest.partition("/")[0].partition(":")
        number = int(port) if port.isdecimal() else DEFAULT_PORTS.get(scheme, 443)
        addresses = self.resolve(name)
        if not addresses:
            raise UnixError("ENOENT", f"lookup {name}: no such host")
        route = self.machinery.networks.route(self.net, addresses[0], number)
        if route.refused:
            raise UnixError("ECONNREFUSED")
        if not route.net:
            raise UnixError("ETIMEDOUT")
        ip = self.machinery.tables.networks[route.net]["ip"]
        self.pass_time(API_COST + 4 * route.delay)
        return f"{scheme}://{ip}:{route.port}"

    def source(self) -> str:
        """The address my packets come from."""
        return str(self.machinery.tables.networks[self.net]["ip"])

    def api(self, server: str, request: Request) -> Response:
        """The whole answer of the API server."""
        return self.machinery.gateway.request(self.source(), self.endpoint(server), request)

    def api_open(self, server: str, request: Request) -> tuple[Response, dict[str, int]]:
        """An answer that is a stream, and my ends of its channels."""
        response, streams = self.machinery.gateway.open(self.source(), self.endpoint(server), request)
        return response, self.take(streams)

    def log_in(self, ip: str, command: str, *, tty: bool) -> dict[str, int]:
        """A shell of root's on another host."""
        route = self.machinery.networks.route(self.net, ip, SSH_PORT)
        if not route.net:
            raise UnixError("EHOSTUNREACH")
        processes = self.machinery.processes
        listening = any(process["path"] == SSHD for process in processes.of_host(route.net))
        if route.refused or not listening:
            raise UnixError("ECONNREFUSED")
        self.pass_time(HANDSHAKE)
        return self.take(self.machinery.log_in(route.net, command, tty=tty))

    def take(self, channels: dict[str, str]) -> dict[str, int]:
        """Descriptors for my ends of streams."""
        return {channel: self.take_end(channel, io) for channel, io in channels.items()}

    def take_end(self, channel: str, io: str) -> int:
        """A descriptor for the client's end of a stream."""
        self.machinery.stream_taken(io)
        descriptors = self.machinery.descriptors
        return descriptors.give(
            self.process, descriptors.enter(client_end(channel, io, self.machinery.tables.io[io]["k"]))
        )

    def read_event(self, fd: int) -> dict[str, Any] | None:
        """The next event of a watch."""
        io = self.stream(fd, "watch")
        if not self.machinery.watch_ready(io):
            return None
        event: dict[str, Any] = io["events"].pop(0)
        return event


def client_end(channel: str, io: str, kind: str) -> Data:
    """The record of the open file that a client holds of a stream."""
    if kind == "tty":
        return {"k": "master", "io": io}
    if kind == "pipe":
        return {"k": "pipe", "io": io, "end": "writers" if channel == "stdin" else "readers"}
    return {"k": kind, "io": io} | ({"side": "a"} if kind == "sock" else {})


def is_address(text: str) -> bool:
    """Whether *text* is an IPv4 address."""
    parts = text.split(".")
    return len(parts) == 4 and all(part.isdecimal() and len(part) <= 3 and int(part) < 256 for part in parts)
