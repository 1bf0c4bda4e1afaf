"""Pipes, and what everything that can be waited for has in common: a record in the table `io` with a list of who waits."""

from simulator.kernel.units import SECOND
from simulator.runtime.limits import PIPE_CAPACITY
from simulator.runtime.syscalls import UnixError
from simulator.runtime.tables import COMPONENT, Data, Tables

CLIENTS = "clients"  # the component of those who hold ends from outside of all machines


class Streams:
    """The table `io`. A pipe is {"k": "pipe", "buf", "readers", "writers", "wait"}; "owner" is the node and Pod whose
    kubelet holds an end, "client" who holds one from outside."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def new(self, kind: str, **record: object) -> str:
        """Enter a record; its id."""
        number = str(self.tables.number("io"))
        self.tables.io[number] = {"k": kind, "wait": [], **record}
        return number

    def pipe(self, readers: int = 1, writers: int = 1) -> str:
        """A new pipe with so many ends open."""
        return self.new("pipe", buf=b"", readers=readers, writers=writers)

    def stir(self, io: Data) -> None:
        """Something happened here: let all who wait for it look."""
        self.tables.wake_all(io["wait"])
        if io.get("owner"):
            self.tables.world.agenda.wake(COMPONENT, f"notify:{io['owner']}")
        if io.get("client"):
            self.tables.world.agenda.wake(CLIENTS, io["client"])

    def read(self, io: Data, limit: int) -> bytes | None:
        """What is in a pipe; b"" when nobody writes to it any more, None when there is nothing yet."""
        if not io["buf"]:
            over = io["writers"] == 0 and io.get("used", True)
            return b"" if over else None
        data, io["buf"] = bytes(io["buf"][:limit]), io["buf"][limit:]
        self.stir(io)
        return data

    def write(self, io: Data, data: bytes) -> int:
        """How much of *data* a pipe took; EPIPE if nobody reads it any more."""
        if unread(io):
            return 0
        if io["readers"] == 0:
            raise UnixError("EPIPE")
        taken = data[: PIPE_CAPACITY - len(io["buf"])]
        if taken:
            io["buf"] += taken
            self.stir(io)
        return len(taken)

    def leave(self, number: str, end: str) -> None:
        """One holder of an end (`readers`, `writers`) of a pipe lets go; with the last the pipe vanishes."""
        io = self.tables.io[number]
        io[end] -= 1
        if io[end] == 0:
            self.stir(io)
        if io["readers"] == io["writers"] == 0:
            if io.get("named"):
                io |= {"buf": b"", "used": False, "read": False}
            else:
                del self.tables.io[number]

    def second(self) -> int:
        """The running virtual second."""
        return self.tables.world.now // SECOND


def unread(io: Data) -> bool:
    """Whether a named pipe still waits for the first who reads it: so does who writes."""
    return bool(io.get("named")) and io["readers"] == 0 and not io.get("read", True)
