"""TCP: connections, those who listen, and what happens when nobody does.

A connection is {"k": "sock", "state": connecting | open | failed, "error", "net", "local", "remote": [ip, port], "to": [net, port],
"ab", "ba": bytes on their way from and to the side that called, "a", "b": whether that side is open}.
A listener is {"k": "listen", "net", "ip", "port", "queue": connections not yet accepted, "process"}.
"""

from simulator.kernel.units import SECOND
from simulator.runtime.daemons import Daemons
from simulator.runtime.limits import BACKLOG, SOCKET_CAPACITY
from simulator.runtime.network import ANY, LOOPBACK, Networks
from simulator.runtime.outside import Outside
from simulator.runtime.streams import Streams
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import COMPONENT, Data, Tables

# net.ipv4.tcp_syn_retries = 6: 1 + 2 + 4 + ... + 64 s.
CONNECT_TIMEOUT = 127 * SECOND
FIRST_EPHEMERAL, EPHEMERALS = 32_768, 28_232
OTHER = {"a": "b", "b": "a"}
FLOW = {"a": "ab", "b": "ba"}


class Sockets:
    """Connections of all machines."""

    def __init__(self, tables: Tables, streams: Streams, networks: Networks) -> None:
        self.tables = tables
        self.streams = streams
        self.networks = networks
        self.outside = Outside(tables)
        self.daemons = Daemons(tables)

    # --- making connections
    def connect(self, net: str, ip: str, port: int) -> str:
        """Begin a connection; the id of its record. What comes of it is decided when the first packet would arrive."""
        route = self.networks.route(net, ip, port)
        local = self.tables.networks[net]["ip"] if not ip.startswith(LOOPBACK) else "127.0.0.1"
        port_here = FIRST_EPHEMERAL + self.tables.number("ephemeral", 0) % EPHEMERALS
        number = self.streams.new(
            "sock", state="connecting", error="", net=net, local=[local, port_here], remote=[ip, port]
        )
        record = self.tables.io[number]
        record |= {
            "to": [route.net, route.ip, route.port],
            "ab": b"",
            "ba": b"",
            "a": True,
            "b": True,
            "refused": route.refused,
        }
        reached = bool(route.net) or self.outside.serves(route.ip, route.port)
        delay = 2 * route.delay if reached else CONNECT_TIMEOUT
        self.tables.world.agenda.wake(COMPONENT, f"connect:{number}", after=delay)
        return number

    def decide(self, number: str) -> None:
        """The first packet has arrived, or has been given up."""
        record = self.tables.io.get(number)
        if record is None or record["state"] != "connecting":
            return
        net, ip, port = record["to"]
        if not net and self.outside.serves(ip, port):
            record["state"] = "open"
            self.streams.stir(record)
            return
        listener = self.listener(net, ip, port) if net and not record["refused"] else None
        if listener is None and net and not record["refused"] and self.meet_daemon(record):
            return
        if listener is None or len(listener["queue"]) >= BACKLOG:
            record["state"] = "failed"
            record["error"] = "ECONNREFUSED" if net and listener is None else "ETIMEDOUT"
        else:
            record["state"] = "open"
            listener["queue"].append(number)
            self.streams.stir(listener)
        self.streams.stir(record)

    def meet_daemon(self, record: Data) -> bool:
        """Let a daemon take the connection, if one listens there; it may have something to say at once."""
        port = self.daemons.at(*record["to"])
        if port is None:
            return False
        record |= {"state": "open", "daemon": True}
        if not port.asked:
            record["ba"] = port.words
        self.streams.stir(record)
        return True

    def listener(self, net: str, ip: str, port: int) -> Data | None:
        """Who listens on a port of a namespace for what comes to *ip*."""
        there = self.tables.networks.get(net)
        number = there["listeners"].get(str(port)) if there else None
        if number is None:
            return None
        found = self.tables.io[number]
        return found if found["ip"] in (ANY, ip, "::") else None

    def listen(self, net: str, ip: str, port: int, process: str) -> str:
        """Listen on a port; EADDRINUSE, EADDRNOTAVAIL."""
        here = self.tables.networks[net]
        if ip not in (ANY, "::", here["ip"]) and not ip.startswith(LOOPBACK):
            raise UnixError("EADDRNOTAVAIL")
        if str(port) in here["listeners"] or self.daemons.at(net, here["ip"] if ip in (ANY, "::") else ip, port):
            raise UnixError("EADDRINUSE")
        number = self.streams.new("listen", net=net, ip=ip, port=port, queue=[], process=process)
        here["listeners"][str(port)] = number
        return number

    def stop_listening(self, number: str) -> None:
        """Nobody listens here any more; who stands in the queue is turned away."""
        record = self.tables.io.pop(number)
        here = self.tables.networks.get(record["net"])
        if here is not None:
            here["listeners"].pop(str(record["port"]), None)
        for waiting in record["queue"]:
            self.close(waiting, "b")

    def accept(self, record: Data) -> str | None:
        """The next connection in the queue."""
        queue: list[str] = record["queue"]
        while queue:
            number = queue.pop(0)
            if number in self.tables.io:
                return number
        return None

    def check(self, record: Data) -> bool:
        """False while a connection is being made; raises what it failed with."""
        if record["state"] == "failed":
            raise UnixError(record["error"])
        return bool(record["state"] == "open")

    # --- using them
    def read(self, record: Data, side: str, limit: int) -> bytes | None:
        """What the other side has sent; b"" when it has closed and all is read."""
        if not self.check(record):
            return None
        flow = FLOW[OTHER[side]]
        if not record[flow]:
            return None if record[OTHER[side]] else b""
        data, record[flow] = bytes(record[flow][:limit]), record[flow][limit:]
        self.streams.stir(record)
        return data

    def write(self, record: Data, side: str, data: bytes) -> int:
        """How much was taken; EPIPE when the other side has closed."""
        if not self.check(record):
            return 0
        if not record[OTHER[side]]:
            raise UnixError("EPIPE")
        flow = FLOW[side]
        taken = data[: SOCKET_CAPACITY - len(record[flow])]
        if taken:
            record[flow] += taken
            if not record["to"][0] or record.get("daemon"):
                self.answer(record)
            self.streams.stir(record)
        return len(taken)

    def answer(self, record: Data) -> None:
        """A server outside the cluster, or a daemon, answers a request as soon as it is complete, and closes."""
        if record.get("daemon"):
            answer = self.answer_of_daemon(record)
        else:
            answer = self.outside.respond(record["to"][1], bytes(record["ab"]))
        if answer is not None:
            record |= {"ba": answer, "b": False, "ab": b""}

    def answer_of_daemon(self, record: Data) -> bytes | None:
        """What a daemon says to plain text; None while the request is not complete."""
        port = self.daemons.at(*record["to"])
        if port is None or not port.words or not port.asked:
            return b""
        return port.words if b"\n\r\n" in record["ab"] else None

    def readable(self, record: Data, side: str) -> bool:
        """Whether read has an answer."""
        if record["state"] != "open":
            return bool(record["state"] == "failed")
        return bool(record[FLOW[OTHER[side]]]) or not record[OTHER[side]]

    def writable(self, record: Data, side: str) -> bool:
        """Whether there is room, or the connection is decided."""
        if record["state"] != "open":
            return bool(record["state"] == "failed")
        return len(record[FLOW[side]]) < SOCKET_CAPACITY or not record[OTHER[side]]

    def close(self, number: str, side: str) -> None:
        """One side closes; with the second the connection is forgotten."""
        record = self.tables.io.get(number)
        if record is None:
            return
        record[side] = False
        self.streams.stir(record)
        if not record[OTHER[side]] or record["state"] != "open":
            del self.tables.io[number]
