"""ifconfig, route, netstat, ss, arp: the network as it is (net-tools, iproute2, busybox)."""

from typing import Any

from simulator.programs.addresses import broadcast, link_local, netmask
from simulator.programs.options import Dialect, grammar, is_busybox, own_name, parse, refuse
from simulator.runtime.syscalls import Interface, Step, Sys

NETSTAT = grammar(
    "antulprewWicon",
    {"all": "a", "numeric": "n", "tcp": "t", "udp": "u", "listening": "l", "programs": "p", "route": "r"},
    usage="[-ral] [-tuwx] [-en] [-p]",
)
SS = grammar(
    "antulpsxemiHo46",
    {"all": "a", "numeric": "n", "tcp": "t", "udp": "u", "listening": "l", "processes": "p", "no-header": "H"},
)
ROUTE = grammar("neA:", usage="[{add|del|delete}]")


# --- ifconfig ------------------------------------------------------------------------------------------------------
def ifconfig(sys: Sys, dialect: Dialect) -> Step:
    """Show the interfaces."""
    words = [word for word in sys.argv[1:] if word != "-a"]
    if len(words) > 1:
        raise refuse(
            sys,
            "SIOCSIFFLAGS: Operation not permitted"
            if "NET_ADMIN" not in sys.capabilities
            else "not simulated here: changing interfaces",
        )
    faces = sorted(
        (face for face in sys.interfaces() if not words or face.name == words[0]),
        key=lambda face: (face.name == "lo", face.name),
    )
    if words and not faces:
        raise refuse(sys, f"{words[0]}: error fetching interface information: Device not found")
    sys.out("".join((_old_style if is_busybox(dialect) else _new_style)(face) for face in faces))
    return 0


def _traffic(face: Interface) -> tuple[int, int, int, int]:
    """Packets and bytes received and sent, where the machine counts them."""
    return tuple(int(face.extra.get(name, 0)) for name in ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes"))  # type: ignore[return-value]


def _old_style(face: Interface) -> str:
    rx, tx, rx_bytes, tx_bytes = _traffic(face)
    counters = (
        f"          RX packets:{rx} errors:0 dropped:0 overruns:0 frame:0\n          TX packets:{tx} errors:0 dropped:0 overruns:0 carrier:0\n"
        f"          collisions:0 txqueuelen:{1000 if face.name == 'lo' else 0} \n          RX bytes:{rx_bytes} ({_size(rx_bytes)})  TX bytes:{tx_bytes} ({_size(tx_bytes)})\n\n"
    )
    if face.name == "lo":
        return f"lo        Link encap:Local Loopback  \n          inet addr:{face.ip}  Mask:{netmask(face.prefix)}\n          inet6 addr: ::1/128 Scope:Host\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n{counters}"
    return (
        f"{face.name:<9} Link encap:Ethernet  HWaddr {face.mac.upper()}  \n"
        f"          inet addr:{face.ip}  Bcast:{broadcast(face)}  Mask:{netmask(face.prefix)}\n"
        f"          inet6 addr: {link_local(face.mac)}/64 Scope:Link\n          UP BROADCAST RUNNING MULTICAST  MTU:{face.mtu}  Metric:1\n{counters}"
    )


def _size(count: int) -> str:
    value, unit = float(count), "B"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    return f"{value:.1f} {unit}"


def _new_style(face: Interface) -> str:
    rx, tx, rx_bytes, tx_bytes = _traffic(face)
    counters = (
        f"        RX packets {rx}  bytes {rx_bytes} ({_size(rx_bytes)})\n        RX errors 0  dropped 0  overruns 0  frame 0\n"
        f"        TX packets {tx}  bytes {tx_bytes} ({_size(tx_bytes)})\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n"
    )
    if face.name == "lo":
        return f"lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet {face.ip}  netmask {netmask(face.prefix)}\n        inet6 ::1  prefixlen 128  scopeid 0x10<host>\n        loop  txqueuelen 1000  (Local Loopback)\n{counters}"
    return (
        f"{face.name}: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu {face.mtu}\n"
        f"        inet {face.ip}  netmask {netmask(face.prefix)}  broadcast {broadcast(face)}\n"
        f"        inet6 {link_local(face.mac)}  prefixlen 64  scopeid 0x20<link>\n        ether {face.mac}  txqueuelen 1000  (Ethernet)\n{counters}"
    )


# --- route, arp ----------------------------------------------------------------------------------------------------
def route(sys: Sys, dialect: Dialect) -> Step:
    """Show the routing table."""
    options = parse(sys, dialect, ROUTE)
    if options.words:
        raise refuse(
            sys,
            "SIOCADDRT: Operation not permitted"
            if "NET_ADMIN" not in sys.capabilities
            else "not simulated here: changing routes",
        )
    return route_table(sys, "n" in options)


def route_table(sys: Sys, numeric: bool) -> int:
    """The table as route and netstat -r print it."""
    lines = ["Kernel IP routing table", "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface"]
    for row in sys.routes():
        network, _, prefix = row["destination"].partition("/")
        default = network == "default"
        target = ("0.0.0.0" if numeric else "default") if default else network
        gateway = row.get("gateway") or ("0.0.0.0" if numeric else "*")
        mask = "0.0.0.0" if default else netmask(int(prefix or 32))
        flags = "UG" if row.get("gateway") else "U" if not default and (prefix or "32") != "32" else "UH"
        lines.append(f"{target:<15} {gateway:<15} {mask:<15} {flags:<5} 0      0        0 {row['interface']}")
    sys.out("\n".join(lines) + "\n")
    return 0


def arp(sys: Sys, dialect: Dialect) -> Step:
    """The table of neighbours: nobody was asked for, so it is empty."""
    if not is_busybox(dialect):
        sys.err("arp: not simulated here: the table of neighbours\n")
        return 1
    return 0


# --- netstat, ss ---------------------------------------------------------------------------------------------------
def _rows(sys: Sys, options: Any) -> list[dict[str, Any]]:
    rows = sys.sockets()
    kinds = [kind for kind, letter in (("tcp", "t"), ("udp", "u")) if letter in options]
    rows = [row for row in rows if not kinds or row["proto"].removesuffix("6") in kinds]
    if "l" in options:
        return [row for row in rows if row["state"] in ("LISTEN", "")]
    return rows if "a" in options else [row for row in rows if row["state"] not in ("LISTEN", "")]


def _program(row: dict[str, Any]) -> str:
    """The name of the program that holds a socket."""
    return str(row["program"]).split(" ")[0].rstrip(":").rpartition("/")[2]


def netstat(sys: Sys, dialect: Dialect) -> Step:
    """Show connections, listeners, routes."""
    options = parse(sys, dialect, NETSTAT)
    if "r" in options:
        return route_table(sys, "n" in options)
    if "i" in options:
        raise refuse(sys, "not simulated here: option -i")
    kind = "servers and established" if "a" in options else "only servers" if "l" in options else "w/o servers"
    title = f"Active Internet connections ({kind})"
    program = "PID/Program name" if "p" in options else ""
    width = 23
    head = f"Proto Recv-Q Send-Q {'Local Address':<{width}} {'Foreign Address':<{width}} {'State':<11} {program}"
    lines = [title, head.rstrip() if not program else head]
    for row in _rows(sys, options):
        remote = row["remote"].replace(":0", ":*") if row["remote"].endswith(":0") else row["remote"]
        owner = f"{row['pid']}/{_program(row)}" if row["pid"] else "-"
        lines.append(
            f"{row['proto']:<5} {0:>6} {0:>6} {row['local']:<{width}} {remote:<{width}} {row['state']:<11} {owner if program else ''}".rstrip()
        )
    sys.out("\n".join(lines) + "\n")
    return 0


SS_STATES = {"ESTABLISHED": "ESTAB", "": "UNCONN", "SYN_SENT": "SYN-SENT"}
SS_HEAD = ("Netid ", "State ", "Recv-Q ", "Send-Q ", "Local Address:", "Port ", "Peer Address:", "Port", "Process")
SS_RIGHT = (4, 6)  # addresses stand at the right, before their ports


def ss(sys: Sys, dialect: Dialect) -> Step:
    """Show sockets: the columns are as wide as what stands in them."""
    options = parse(sys, dialect, SS)
    table = [() if "H" in options else SS_HEAD, *(_ss_row(row, "p" in options) for row in _rows(sys, options))]
    rows = [row for row in table if row]
    first = 1 if ("t" in options) != ("u" in options) else 0
    last = len(SS_HEAD) if "p" in options else len(SS_HEAD) - 1
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(len(SS_HEAD))]
    for row in rows:
        cells = [
            row[place].rjust(widths[place]) if place in SS_RIGHT else row[place].ljust(widths[place])
            for place in range(first, last)
        ]
        sys.out("".join(cells).rstrip() + "\n")
    return 0


def _ss_row(row: dict[str, Any], owners: bool) -> tuple[str, ...]:
    local, _, port = row["local"].rpartition(":")
    remote, _, remote_port = row["remote"].rpartition(":")
    state = SS_STATES.get(row["state"], row["state"])
    owner = f' users:(("{_program(row)}",pid={row["pid"]},fd=3))' if owners and row["pid"] else ""
    backlog = "4096 " if row["state"] == "LISTEN" else "0 "
    local, remote = ("*" if name == "::" else name for name in (local, remote))
    places = (f"{local}:", f"{port} ", f"{remote}:", "*" if remote_port == "0" else remote_port)
    return f"{row['proto'].removesuffix('6')} ", f"{state} ", "0 ", backlog, *places, owner


def lsof(sys: Sys, dialect: Dialect) -> Step:
    """Who listens and who is connected (lsof -i [:port]); other files are not listed."""
    words = sys.argv[1:]
    if not any(word.startswith("-i") for word in words):
        raise refuse(sys, f"not simulated here: {own_name(sys)} without -i")
    port = next((word.rpartition(":")[2] for word in words if ":" in word), "")
    rows = [
        row
        for row in sys.sockets()
        if row["pid"] and (not port or row["local"].endswith(f":{port}") or row["remote"].endswith(f":{port}"))
    ]
    if rows:
        sys.out("COMMAND     PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n")
    for row in rows:
        name = row["local"] + ("" if row["state"] == "LISTEN" else f"->{row['remote']}")
        sys.out(
            f"{str(row['program']).split(' ')[0][:9]:<9} {row['pid']:>5} root    3u  IPv4      0      0t0  {row['proto'].upper()} {name} ({row['state']})\n"
        )
    return 0 if rows else 1
