"""The one way out: requests to other sites. Bounded in time and size, never redirected, and only to addresses that were looked at."""

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from labsite.release import RELEASE

SECONDS, MOST = 10.0, 1 << 20
LONGEST_URL = 2000
MOST_ADDRESSES = 4  # of a name that are tried
PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """Why there is no answer; the text is for whoever gave the address."""


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the other side was content."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; raises Unreachable."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unreachable("the answer is no JSON") from None


def parts(url: str) -> SplitResult:
    """The parts of an address that can be asked; raises ValueError, whose text says why it cannot."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("the address is too long, or has signs in it that no address has")
    found = urlsplit(url)
    if found.scheme not in PORTS or not found.hostname:
        raise ValueError("the address does not begin with https:// and a name")
    if found.username is not None or found.password is not None or found.fragment:
        raise ValueError("an address has neither a password nor a fragment here")
    _ = found.port  # raises ValueError where it is no number
    return found


def origin(url: str) -> str:
    """Scheme, name and port of an address, as browsers write it; raises ValueError."""
    found = parts(url)
    host = f"[{found.hostname}]" if ":" in (found.hostname or "") else found.hostname
    port = "" if found.port in (None, PORTS[found.scheme]) else f":{found.port}"
    return f"{found.scheme}://{host}{port}"


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    private: bool = False,
    seconds: float = SECONDS,
    most: int = MOST,
) -> Answer:
    """The answer to one request, whatever its status; raises Unreachable. *private*: addresses that the world cannot reach are allowed.

    It is over after *seconds*, however slowly the other side speaks, and after *most* bytes of an answer.
    """
    try:
        where = parts(url)
    except ValueError as error:
        raise Unreachable(str(error)) from None
    try:
        with connected(where, private, seconds) as connection:
            target = (where.path or "/") + (f"?{where.query}" if where.query else "")
            sent = {"User-Agent": f"Podlab/{RELEASE}", "Connection": "close", **(headers or {})}
            connection.request(method, target, body=body, headers=sent)
            answer = connection.getresponse()
            data = answer.read(most + 1)
            found = {name.lower(): value for name, value in answer.getheaders()}
    except TimeoutError:
        raise Unreachable(f"no answer within {seconds:g} seconds") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}"[:200]) from None
    if len(data) > most:
        raise Unreachable(f"the answer is longer than {most} bytes")
    return Answer(answer.status, found, data)


@contextlib.contextmanager
def connected(where: SplitResult, private: bool, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """A connection that is cut when the time is over."""
    name, port = str(where.hostname), where.port or PORTS[where.scheme]
    plain = reached(name, port, private, seconds)
    late = threading.Event()

    def cut() -> None:
        late.set()
        with contextlib.suppress(OSError):
            plain.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    connection = http.client.HTTPConnection(name, port)
    try:
        connection.sock = wrapped(plain, name) if where.scheme == "https" else plain
        yield connection
        if late.is_set():
            raise TimeoutError
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise TimeoutError from None
        raise
    finally:
        watch.cancel()
        connection.close()
        plain.close()


def wrapped(plain: socket.socket, name: str) -> socket.socket:
    """The same connection, in TLS, with a certificate for *name*. It is cut through the plain one, so both must stay."""
    return ssl.create_default_context().wrap_socket(plain.dup(), server_hostname=name)


def reached(name: str, port: int, private: bool, seconds: float) -> socket.socket:
    """A connection to one of the addresses behind *name*. What was looked at is what is connected to: the name is asked once."""
    allowed = looked_up(name, port, private)
    problem: OSError = OSError("no address")
    for family, kind, protocol, _name, address in allowed[:MOST_ADDRESSES]:
        made = socket.socket(family, kind, protocol)
        made.settimeout(seconds / min(len(allowed), MOST_ADDRESSES))
        try:
            made.connect(address)
        except OSError as error:
            made.close()
            problem = error
        else:
            return made
    raise problem


def looked_up(name: str, port: int, private: bool) -> list[Any]:
    """What is behind *name* and may be connected to, as getaddrinfo() says it; raises Unreachable and OSError."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    allowed = [each for each in found if private or public(str(each[4][0]))]
    if not allowed:
        raise Unreachable("the name leads to an address inside a private network, where nothing is sent to")
    return allowed


def pinned(url: str, private: bool) -> str:
    """Where the name in *url* leads to, as curl is told it, so that it asks nobody else; raises ValueError, Unreachable and OSError."""
    where = parts(url)
    name, port = str(where.hostname), where.port or PORTS[where.scheme]
    addresses = dict.fromkeys(str(each[4][0]) for each in looked_up(name, port, private)[:MOST_ADDRESSES])
    return f"{name}:{port}:{','.join(f'[{each}]' if ':' in each else each for each in addresses)}"


def public(text: str) -> bool:
    """Whether the world can reach an address; one inside another is looked at itself."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address in NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.sixtofour or address.teredo:
            return False
    return address.is_global and not address.is_multicast
