"""ip: addresses, links, routes (iproute2; busybox networking/ip.c)."""

from typing import NamedTuple

from simulator.programs.addresses import broadcast, link_local, number
from simulator.programs.options import Dialect, Refused, grammar, is_busybox, refuse, show_usage
from simulator.runtime.syscalls import Interface, Step, Sys

OBJECTS = ("address", "addr", "link", "route", "neighbour", "neighbor", "rule")
CHANGES = frozenset(["set", "add", "del", "delete", "change", "replace", "flush", "append"])
SHOWS = frozenset(["show", "list", "ls", "lst", "sh", "s", "l", "get"])
USAGE = grammar("", usage="[OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]")
# Options by what they ask for; an empty word asks for nothing that is to be seen here.
OPTIONS = {
    "-4": "4", "-6": "6", "-o": "one", "-oneline": "one", "-br": "brief", "-brief": "brief", "-c": "", "-color": "", "-d": "", "-details": "",
    "-s": "", "-stats": "", "-N": "", "-j": "refused", "-json": "refused", "-p": "refused", "-pretty": "refused", "-n": "refused", "-netns": "refused",
}  # fmt: skip
BUSYBOX_OPTIONS = frozenset(["-4", "-6", "-o", "-oneline"])
LIFE = "       valid_lft forever preferred_lft forever"


class Style(NamedTuple):
    """How things are shown. family: `4`, `6`, or nothing for both."""

    busybox: bool
    family: str
    one: bool
    brief: bool


def ip(sys: Sys, dialect: Dialect) -> Step:
    """ip addr | link | route | neigh: show; changes need rights that are not given here."""
    words = [word.replace("--", "-", 1) if word.startswith("--") else word for word in sys.argv[1:]]
    asked: list[str] = []
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word in ("-V", "-Version") and not is_busybox(dialect):
            sys.out("ip utility, iproute2-6.1.0, libbpf 1.1.2\n")
            return 0
        asked.append(option(sys, dialect, word))
    family = "".join(word for word in asked if word in ("4", "6"))[-1:]
    style = Style(is_busybox(dialect), family, "one" in asked, "brief" in asked)
    if not words:
        raise no_object(sys, dialect)
    name = next((full for full in OBJECTS if full.startswith(words[0])), "")
    if not name:
        raise unknown(sys, dialect, words[0])
    return act(sys, dialect, style, name, words[1:])


def option(sys: Sys, dialect: Dialect, word: str) -> str:
    """What an option asks for; refuses unknown ones."""
    if is_busybox(dialect) and word not in BUSYBOX_OPTIONS:
        raise show_usage(sys, dialect, USAGE)
    if word.partition("=")[0] not in OPTIONS:
        raise Refused(f'Option "{word}" is unknown, try "ip -help".\n', 255)
    found = OPTIONS[word.partition("=")[0]]
    if found == "refused":
        raise refuse(sys, f"not simulated here: option {word}")
    return found


def no_object(sys: Sys, dialect: Dialect) -> Refused:
    if is_busybox(dialect):
        return show_usage(sys, dialect, USAGE)
    return Refused(
        "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | neigh | route }\n", 255
    )


def unknown(sys: Sys, dialect: Dialect, word: str) -> Refused:
    if is_busybox(dialect):
        return show_usage(sys, dialect, USAGE)
    return Refused(f'Object "{word}" is unknown, try "ip help".\n', 1)


def act(sys: Sys, dialect: Dialect, style: Style, name: str, rest: list[str]) -> Step:
    verb = rest[0] if rest else "show"
    if verb in CHANGES:
        raise _may_not(sys, dialect, name, verb)
    rest = [word for word in (rest[1:] if verb in SHOWS else rest) if word not in ("dev", "up")]
    if name == "route":
        return _route_to(sys, style, rest) if verb == "get" else _routes(sys, style)
    if name == "rule":
        sys.out("0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n")
        return 0
    if name.startswith("neigh"):
        return 0
    return _faces(sys, dialect, style, rest[:1], addresses=name.startswith("addr"))


def _may_not(sys: Sys, dialect: Dialect, name: str, verb: str) -> Refused:
    if "NET_ADMIN" in sys.capabilities:
        return refuse(sys, f"not simulated here: ip {name} {verb}")
    if is_busybox(dialect):
        call = {"link": "SIOCSIFFLAGS"}.get(name, "RTNETLINK answers")
        return refuse(sys, f"{call}: Operation not permitted")
    return Refused("RTNETLINK answers: Operation not permitted\n", 2)


# --- interfaces -----------------------------------------------------------------------------------------------------


def _faces(sys: Sys, dialect: Dialect, style: Style, wanted: list[str], *, addresses: bool) -> int:
    faces = [(place, face) for place, face in enumerate(sys.interfaces(), 1) if not wanted or face.name == wanted[0]]
    if wanted and not faces:
        raise (
            refuse(sys, f"can't find device '{wanted[0]}'")
            if is_busybox(dialect)
            else Refused(f'Device "{wanted[0]}" does not exist.\n', 1)
        )
    for place, face in faces:
        sys.out(_brief(face, style, addresses) if style.brief else _full(place, face, style, addresses))
    return 0


def _state(face: Interface) -> str:
    return "UNKNOWN" if face.name == "lo" else "UP" if face.up else "DOWN"


def _flags(face: Interface) -> str:
    if face.name == "lo":
        return "LOOPBACK,UP,LOWER_UP"
    return "BROADCAST,MULTICAST,UP,LOWER_UP" if face.up else "BROADCAST,MULTICAST"


def _addresses(face: Interface, style: Style) -> list[tuple[str, str, str]]:
    """Family, address and what is said of it."""
    if not face.ip:
        return []
    loopback = face.name == "lo"
    inner = "::1/128" if loopback else f"{link_local(face.mac)}/64"
    spread = "" if loopback else f"brd {broadcast(face)} "
    found = [
        ("inet", f"{face.ip}/{face.prefix}", f"{spread}scope {'host' if loopback else 'global'} {face.name}"),
        ("inet6", inner, f"scope {'host' if loopback else 'link'} "),
    ]
    return [row for row in found if style.family in ("", "6" if row[0] == "inet6" else "4")]


def _brief(face: Interface, style: Style, addresses: bool) -> str:
    shown = [address for _, address, _ in _addresses(face, style)] if addresses else [face.mac, f"<{_flags(face)}>"]
    return f"{face.name:<16} {_state(face):<14} " + "".join(f"{text} " for text in shown) + "\n"


def _full(place: int, face: Interface, style: Style, addresses: bool) -> str:
    rows = _addresses(face, style) if addresses else []
    if style.one and addresses:
        return "".join(f"{place}: {face.name}    {family} {address} {rest}\\{LIFE}\n" for family, address, rest in rows)
    lines = [f"    {family} {address} {rest}\n{LIFE}" for family, address, rest in rows]
    if not style.family:
        around = "00:00:00:00:00:00" if face.name == "lo" else "ff:ff:ff:ff:ff:ff"
        lines.insert(0, f"    link/{'loopback' if face.name == 'lo' else 'ether'} {face.mac} brd {around}")
    gap = "\\" if style.one else "\n"
    return gap.join([_title(place, face, style, addresses), *lines]) + "\n"


def _title(place: int, face: Interface, style: Style, addresses: bool) -> str:
    label = f"{face.name}@{face.extra['peer']}" if face.extra.get("peer") else face.name
    tail = f" state {_state(face)}{'' if addresses else ' mode DEFAULT'} group default" if not style.busybox else ""
    mtu = 65536 if face.name == "lo" else face.mtu
    return f"{place}: {label}: <{_flags(face)}> mtu {mtu} qdisc noqueue{tail} qlen 1000"


# --- routes ---------------------------------------------------------------------------------------------------------


def _routes(sys: Sys, style: Style) -> int:
    if style.family == "6":
        return 0
    for row in sys.routes():
        via = f" via {row['gateway']}" if row.get("gateway") else ""
        source = _source(sys, row["interface"])
        direct = f" scope link  src {source}" if style.busybox else f" proto kernel scope link src {source}"
        sys.out(f"{row['destination']}{via} dev {row['interface']}{'' if via else direct} \n")
    return 0


def _route_to(sys: Sys, style: Style, target: list[str]) -> int:
    best = _best(sys.routes(), target[0]) if target else None
    if best is None:
        raise Refused("RTNETLINK answers: Network is unreachable\n", 2)
    via = f" via {best['gateway']}" if best.get("gateway") else ""
    start = f"{target[0]}{via} dev {best['interface']}"
    source = _source(sys, best["interface"])
    sys.out(f"{start}  src {source} \n" if style.busybox else f"{start} src {source} uid {sys.uid} \n    cache \n")
    return 0


def _source(sys: Sys, device: str) -> str:
    return next((face.ip for face in sys.interfaces() if face.name == device), "")


def _best(rows: list[dict[str, str]], ip: str) -> dict[str, str] | None:
    """The route with the longest prefix that fits."""

    def length(row: dict[str, str]) -> int:
        network, _, prefix = row["destination"].partition("/")
        if network == "default":
            return 0
        size = int(prefix or 32)
        return size if number(network) >> (32 - size) == number(ip) >> (32 - size) else -1

    fitting = [row for row in rows if length(row) >= 0]
    return max(fitting, key=length) if fitting else None
