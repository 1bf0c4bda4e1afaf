"""Clients outside of all machines that hold ends of streams: what a learner's own kubectl does with exec, logs and ports."""

from simulator.runtime.descriptors import Descriptors
from simulator.runtime.fairness import Fairness
from simulator.runtime.network_calls import client_end
from simulator.runtime.streams import CLIENTS
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import Data, Tables

CHUNK = 32 * 1024


class Clients:
    """An end is held by a key of the table `open`. Who holds one is woken as component `CLIENTS` when something happens."""

    def __init__(self, tables: Tables, descriptors: Descriptors, fairness: Fairness) -> None:
        self.tables = tables
        self.descriptors = descriptors
        self.fairness = fairness

    def hold(self, client: str, channel: str, io: str) -> str:
        """Take the client's end of a stream for *client*; the key of the end."""
        record = self.tables.io[io]
        record["client"] = client
        self.tables.world.agenda.wake(CLIENTS, client)
        return self.descriptors.enter(client_end(channel, io, record["k"]))

    def hear(self, end: str) -> bytes | None:
        """What has come; b"" at the end, None while there is nothing; raises UnixError for a connection that failed."""
        opened = self.tables.open[end]
        if opened["k"] == "pipe" and opened["io"] not in self.tables.io:
            return b""
        return self.descriptors.readers[opened["k"]](opened, CHUNK)

    def say(self, end: str, data: bytes) -> int:
        """How much of *data* was taken; what nobody can read any more counts as taken."""
        opened = self.tables.open[end]
        try:
            self.fairness.refresh(self.descriptors.io(opened).get("bucket", ""))
            return self.descriptors.writers[opened["k"]](opened, data)
        except UnixError:
            return len(data)

    def resize(self, end: str, columns: int, rows: int) -> Data | None:
        """The client's window has another size: the terminal, if the end is one's."""
        opened = self.tables.open[end]
        tty = self.tables.io.get(opened["io"])
        if opened["k"] != "master" or tty is None:
            return None
        tty |= {"columns": max(1, min(columns, 1000)), "rows": max(1, min(rows, 1000))}
        return tty

    def let_go(self, end: str) -> None:
        """Close an end. A container's own terminal outlives those who were attached to it."""
        opened = self.tables.open.get(end)
        if opened is None:
            return
        if opened["k"] == "master" and "container" in self.tables.io.get(opened["io"], {}).get("to", {}):
            del self.tables.open[end]
        else:
            self.descriptors.release(end)
