"""Names: what a question to a name server and its answer look like on the simulated wire, and how a resolver asks.

The messages are JSON instead of RFC 1035's octets; what they say is the same. A question is `["web.default.svc.cluster.local.", "A"]`,
an answer `["NOERROR", true, [["web.default.svc.cluster.local.", "A", 30, "10.96.4.7"]]]`: status, whether the server speaks for
the zone itself, and the records. Names are complete, lower case, and end with a dot. The data of a record is what `dig` prints:
an address (A), a name (CNAME, PTR, NS), `priority weight port name` (SRV), a text (TXT).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeVar

import msgspec

PORT = 53
TYPES = ("A", "AAAA", "CNAME", "NS", "PTR", "SOA", "SRV", "TXT", "MX", "ANY")
LONGEST_NAME = 255
MOST_REMEMBERED = 4_096  # characters of a file whose meaning is kept at hand
Parsed = TypeVar("Parsed")
# resolv.conf(5): the limits of the C library.
MOST_SERVERS = 3
MOST_SEARCHES = 32


class Query(NamedTuple):
    """One question."""

    name: str
    type: str = "A"


class Record(NamedTuple):
    """One resource record; *ttl* in seconds."""

    name: str
    type: str
    ttl: int
    data: str


class Reply(NamedTuple):
    """An answer; *status* is NOERROR, NXDOMAIN, SERVFAIL, REFUSED or NOTIMP."""

    status: str = "NOERROR"
    authoritative: bool = False
    records: list[Record] = []  # noqa: RUF012  (never changed in place)


class Config(NamedTuple):
    """What /etc/resolv.conf says."""

    servers: list[str]
    searches: list[str]
    ndots: int
    timeout: int  # seconds
    attempts: int


_encoder = msgspec.json.Encoder()
_query = msgspec.json.Decoder(Query)
_reply = msgspec.json.Decoder(Reply)


def encode(message: Query | Reply) -> bytes:
    """The message as it goes over the wire."""
    return _encoder.encode(message)


def decode_query(data: bytes) -> Query | None:
    """The question in *data*; None if it is none."""
    try:
        query = _query.decode(data)
    except msgspec.MsgspecError:
        return None
    return Query(absolute(query.name), query.type) if len(query.name) <= LONGEST_NAME else None


def decode_reply(data: bytes) -> Reply | None:
    """The answer in *data*; None if it is none."""
    try:
        return _reply.decode(data)
    except msgspec.MsgspecError:
        return None


def absolute(name: str) -> str:
    """*name* in lower case and with the dot at its end."""
    return name.lower().rstrip(".") + "."


def reverse(ip: str) -> str:
    """The name under which the owner of an IPv4 address is asked for."""
    return ".".join(reversed(ip.split("."))) + ".in-addr.arpa."


def remembered(parse: Callable[[str], Parsed]) -> Callable[[str], Parsed]:
    """*parse*, which does files of usual size only once."""
    cached = lru_cache(maxsize=256)(parse)
    return lambda text: cached(text) if len(text) <= MOST_REMEMBERED else parse(text)


@remembered
def parse_config(text: str) -> Config:
    """Read resolv.conf(5); what is missing is as in the C library, and unknown lines are skipped as it skips them."""
    servers: list[str] = []
    searches: list[str] = []
    options = {"ndots": 1, "timeout": 5, "attempts": 2}
    for line in text.splitlines():
        match line.split():
            case ["nameserver", ip, *_]:
                servers.append(ip)
            case ["search" | "domain", *names]:
                searches = names
            case ["options", *words]:
                options |= {
                    key: int(value) for key, _, value in (word.partition(":") for word in words) if value.isdecimal()
                }
    return Config(
        servers[:MOST_SERVERS],
        searches[:MOST_SEARCHES],
        min(options["ndots"], 15),
        min(options["timeout"], 30),
        min(options["attempts"], 5),
    )


def candidates(name: str, config: Config) -> list[str]:
    """The complete names to ask for, in order, when a program looks *name* up."""
    if name.endswith("."):
        return [absolute(name)]
    searched = [absolute(f"{name}.{domain}") for domain in config.searches]
    plain = [absolute(name)]
    names = plain + searched if name.count(".") >= config.ndots else searched + plain
    return [candidate for candidate in names if len(candidate) <= LONGEST_NAME]


@remembered
def parse_hosts(text: str) -> dict[str, list[str]]:
    """Read hosts(5): IPv4 addresses by name, each name in lower case."""
    names: dict[str, list[str]] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) > 1 and words[0].count(".") == 3:
            for name in words[1:]:
                names.setdefault(name.lower(), []).append(words[0])
    return names


@remembered
def parse_addresses(text: str) -> dict[str, str]:
    """Read hosts(5): the first name of each address."""
    names: dict[str, str] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if len(words) > 1:
            names.setdefault(words[0], words[1])
    return names


def hosts_name(text: str, ip: str) -> str:
    """The first name that hosts(5) gives to *ip*; empty if none."""
    return parse_addresses(text).get(ip, "")
