"""The ports of a node's daemons and of the control plane: their work is done elsewhere in the simulator, here somebody answers for them."""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.runtime.tables import Data, Tables

ANY6 = "::"
LOOPBACK = "127.0.0.1"
OWN = ""  # the node's own address
DAEMON = "daemon"  # the program that stands for all of them (simulator/programs/daemons.py)


class Port(NamedTuple):
    """Where a daemon listens, and what it says to who speaks plain text there: at once, or (*asked*) when it was asked."""

    ip: str
    number: int
    words: bytes = b""
    asked: bool = True


def answer(status: str, body: str) -> bytes:
    """An answer in HTTP, after which the connection is closed."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return (head + body).encode()


PLAIN = answer("400 Bad Request", "Client sent an HTTP request to an HTTPS server.\n")
WELL = answer("200 OK", "ok")
BANNER = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
# As a cluster made by kubeadm shows them in `ss -tlnp`.
PORTS: dict[str, tuple[Port, ...]] = {
    "sshd": (Port("0.0.0.0", 22, BANNER, asked=False),),
    "containerd": (Port(LOOPBACK, 37465),),
    "kubelet": (Port(LOOPBACK, 10248, WELL), Port(ANY6, 10250, PLAIN)),
    "kube-proxy": (Port(LOOPBACK, 10249, WELL), Port(ANY6, 10256, WELL)),
    "kube-apiserver": (Port(ANY6, 6443, PLAIN),),
    "etcd": (Port(LOOPBACK, 2379, PLAIN), Port(OWN, 2379, PLAIN), Port(OWN, 2380, PLAIN), Port(LOOPBACK, 2381, WELL)),
    "kube-controller-manager": (Port(LOOPBACK, 10257, PLAIN),),
    "kube-scheduler": (Port(LOOPBACK, 10259, PLAIN),),
}


class Daemons:
    """Who of the daemons lives, and so listens."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def listening(self, net: str) -> Iterator[tuple[Data, Port]]:
        """Each port on which a daemon listens in a network namespace, with its process; addresses as netstat shows them."""
        if net not in self.tables.hosts:
            return
        for process in self.tables.processes.values():
            if process["net"] == net and process["program"].rpartition(":")[2] == DAEMON and process["end"] is None:
                for port in PORTS.get(process["argv"][0].rpartition("/")[2], ()):
                    yield process, port if port.ip != OWN else port._replace(ip=self.tables.hosts[net]["ip"])

    def at(self, net: str, ip: str, number: int) -> Port | None:
        """The daemon's port that takes connections to *ip*; None if there is none."""
        reached = (ip, ANY6, "0.0.0.0")
        return next((port for _, port in self.listening(net) if port.number == number and port.ip in reached), None)
