"""/proc/net: what the kernel says of a network namespace (Linux net/ipv4/tcp_ipv4.c, udp.c, fib_trie.c, net/core/net-procfs.c)."""

from collections.abc import Callable
from typing import NamedTuple

from simulator.runtime.network import Networks
from simulator.runtime.socket_table import Row
from simulator.runtime.syscalls import Interface

TCP_HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
TCP6_HEAD = (
    "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when"
    " retrnsmt   uid  timeout inode"
)
UDP_HEAD = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops"
DEV_HEAD = (
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"
)
ROUTE_HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT"
TCP_WIDTH, LINE_WIDTH = 149, 127
# include/net/tcp_states.h; a UDP socket that is bound is 07.
STATES = {"ESTABLISHED": 1, "SYN_SENT": 2, "LISTEN": 10, "": 7}
UP, GATEWAY = 1, 2


class Seen(NamedTuple):
    """A network namespace: its name, and its sockets as who asks sees them."""

    networks: Networks
    net: str
    sockets: list[Row]


def tcp(seen: Seen) -> str:
    """Connections and listeners over IPv4."""
    return _sockets(seen, "tcp", TCP_HEAD, TCP_WIDTH, "{:4}: {} 1 0000000000000000 {}")


def tcp6(seen: Seen) -> str:
    """Those over IPv6."""
    return _sockets(seen, "tcp6", TCP6_HEAD, 0, "{:4}: {} 1 0000000000000000 {}")


def udp(seen: Seen) -> str:
    """Who answers datagrams."""
    return _sockets(seen, "udp", UDP_HEAD, LINE_WIDTH, "{:5}: {} 2 0000000000000000 0")


def _sockets(seen: Seen, proto: str, head: str, width: int, form: str) -> str:
    found = [row for row in seen.sockets if row["proto"] == proto]
    # What is known of the pace of a connection: nothing yet for who listens.
    paces = ("20 4 30 10 -1" if row["state"] == "ESTABLISHED" else "100 0 0 10 0" for row in found)
    lines = [
        head,
        *(form.format(place, _socket(row), pace) for place, (row, pace) in enumerate(zip(found, paces, strict=True))),
    ]
    return "".join(f"{line:<{width}}\n" for line in lines)


def _socket(row: Row) -> str:
    ends = " ".join(_end(row[name], row["proto"]) for name in ("local", "remote"))
    state = f"{STATES[row['state']]:02X}"
    return f"{ends} {state} 00000000:00000000 00:00000000 00000000 {row['uid']:5} {0:8} {row['inode']}"


def _end(end: str, proto: str) -> str:
    """An address and a port in hexadecimal, as the processor has them in memory; an IPv4 address is mapped where IPv6 is spoken."""
    ip, _, port = end.rpartition(":")
    address = "0" * 32 if ip == "::" else word(ip)
    if proto.endswith("6") and len(address) == len(word("0.0.0.0")):
        address = f"0000000000000000FFFF0000{address}"
    return f"{address}:{0 if port == '*' else int(port):04X}"


def word(ip: str) -> str:
    """An IPv4 address as a number of a machine that has the lowest byte first."""
    return "".join(f"{int(part):02X}" for part in reversed(ip.split(".")))


def dev(seen: Seen) -> str:
    """What went over each interface."""
    return DEV_HEAD + "".join(map(_device, seen.networks.interfaces(seen.net)))


def _device(face: Interface) -> str:
    rx_bytes, rx, tx_bytes, tx = (
        int(face.extra.get(f"{way}_{what}", 0)) for way in ("rx", "tx") for what in ("bytes", "packets")
    )
    return (
        f"{face.name:>6}: {rx_bytes:7} {rx:7} {0:4} {0:4} {0:4} {0:5} {0:10} {0:9} "
        f"{tx_bytes:8} {tx:7} {0:4} {0:4} {0:4} {0:5} {0:7} {0:10}\n"
    )


def route(seen: Seen) -> str:
    """The table of routes."""
    rows = [ROUTE_HEAD, *map(_route, seen.networks.routes(seen.net))]
    return "".join(f"{row:<{LINE_WIDTH}}\n" for row in rows)


def _route(row: dict[str, str]) -> str:
    network, _, prefix = row["destination"].partition("/")
    bits = 0 if network == "default" else int(prefix or 32)
    mask = (0xFFFFFFFF << (32 - bits) & 0xFFFFFFFF).to_bytes(4)
    ends = [word("0.0.0.0" if network == "default" else network), word(row["gateway"] or "0.0.0.0")]
    flags = UP | (GATEWAY if row["gateway"] else 0)
    return "\t".join(
        [row["interface"], *ends, f"{flags:04X}", "0", "0", "0", word(".".join(map(str, mask))), "0", "0", "0"]
    )


FILES: dict[str, Callable[[Seen], str]] = {
    "arp": lambda seen: "IP address       HW type     Flags       HW address            Mask     Device\n",
    "dev": dev,
    "route": route,
    "tcp": tcp,
    "tcp6": tcp6,
    "udp": udp,
}
