"""The sockets of a network namespace, as netstat, ss, lsof and /proc/net show them."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from simulator.runtime.daemons import ANY6, Daemons
from simulator.runtime.network import ANY
from simulator.runtime.tables import Data, Tables

Row = dict[str, Any]
End = tuple[str, Any]  # address and port
NOWHERE: End = (ANY, 0)


class Socket(NamedTuple):
    """One socket; *holder* is the key of its process."""

    holder: str
    inode: str
    state: str
    local: End
    remote: End = NOWHERE
    proto: str = "tcp"


def rows(tables: Tables, net: str, numbered: Callable[[Data], int]) -> list[Row]:
    """One row for each socket: proto, local, remote, state, pid, program, uid, inode. *numbered*(process) is its number for who asks."""
    found = chain(_streams(tables, net), _daemons(tables, net), _answers(tables, net))
    return [_row(tables, socket, numbered) for socket in found]


def _row(tables: Tables, socket: Socket, numbered: Callable[[Data], int]) -> Row:
    process = tables.processes.get(socket.holder)
    (ip, port), (there, their_port) = socket.local, socket.remote
    return {
        "proto": socket.proto,
        "local": f"{ip}:{port}",
        "remote": f"{there}:{their_port or '*'}",
        "state": socket.state,
        "pid": numbered(process) if process is not None else 0,
        "program": process["argv"][0] if process is not None and process["argv"] else "",
        "uid": process["uid"] if process is not None else 0,
        "inode": socket.inode,
    }


def _streams(tables: Tables, net: str) -> Iterator[Socket]:
    """Who listens and who is connected."""
    for number, io in tables.io.items():
        if io["k"] == "listen" and io["net"] == net:
            yield Socket(io.get("process", ""), number, "LISTEN", (io["ip"], io["port"]))
        elif io["k"] == "sock" and net in (io["net"], io["to"][0]):
            state = "ESTABLISHED" if io["state"] == "open" else "SYN_SENT"
            here, there = (io["local"], io["remote"]) if io["net"] == net else (io["to"][1:], io["local"])
            yield Socket(io.get("process", ""), number, state, here, there)


def _daemons(tables: Tables, net: str) -> Iterator[Socket]:
    """The ports of a node's daemons."""
    for process, port in Daemons(tables).listening(net):
        remote, proto = ((ANY6, 0), "tcp6") if port.ip == ANY6 else (NOWHERE, "tcp")
        inode = f"{process['pid']}{port.number:05}"
        yield Socket(process["key"], inode, "LISTEN", (port.ip, port.number), remote, proto)


def _answers(tables: Tables, net: str) -> Iterator[Socket]:
    """Who answers datagrams."""
    for port, (_, holder) in tables.networks[net]["answers"].items():
        yield Socket(holder, f"9{port:0>5}", "", (ANY, port), proto="udp")
