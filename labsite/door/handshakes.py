"""What a client asks for that wants to go on in SPDY (models k8s.io/apimachinery/pkg/util/httpstream)."""

from typing import Any

Message = dict[str, Any]
SPDY = b"SPDY/3.1"
OFFERED, ACCEPTED = b"x-stream-protocol-version", b"x-accepted-stream-protocol-versions"
V4, V3, V2, V1 = "v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"
PORT_FORWARD = "portforward.k8s.io"
PROTOCOLS = {"exec": (V4, V3, V2, V1), "attach": (V4, V3, V2, V1), "portforward": (PORT_FORWARD,)}
RESIZING = (V4, V3)  # those in which a client tells the size of its terminal


def wants_spdy(scope: Message) -> bool:
    """Whether the client asks for SPDY, as all kubectl up to 1.28 do, and later ones where a WebSocket was refused."""
    return b"upgrade" in joined(scope, b"connection").lower() and SPDY.lower() in joined(scope, b"upgrade").lower()


def offered(scope: Message) -> list[str]:
    """The protocols that the client can speak over SPDY, the one that it likes best first."""
    words = joined(scope, OFFERED).decode("latin-1").split(",")
    return [word.strip() for word in words if word.strip()]


def chosen(scope: Message, subresource: str) -> str:
    """The first of them that is spoken here; empty if there is none."""
    return next((each for each in offered(scope) if each in PROTOCOLS[subresource]), "")


def why_none(scope: Message, subresource: str) -> tuple[int, str]:
    """Status and words for a client with which no protocol is shared."""
    theirs, ours = offered(scope), PROTOCOLS[subresource]
    if not theirs:
        return 400, "unable to upgrade: X-Stream-Protocol-Version is required"
    told = f"client supports [{' '.join(theirs)}], server accepts [{' '.join(ours)}]"
    return 403, f"unable to upgrade: unable to negotiate protocol: {told}"


def joined(scope: Message, name: bytes) -> bytes:
    """All values of a header."""
    return b",".join(value for key, value in scope["headers"] if key == name)


def switching(protocol: str) -> list[tuple[bytes, bytes]]:
    """The headers of the answer, after which SPDY is spoken."""
    return [(b"Connection", b"Upgrade"), (b"Upgrade", SPDY), (b"X-Stream-Protocol-Version", protocol.encode())]
