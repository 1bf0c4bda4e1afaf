"""Just as much gRPC as a health check speaks (pkg/probe/grpc). Where HTTP/2 has frames, text stands here: the preface asks for the
health of the service that a header names, and the answer is one of HTTP/1.1 with the status of the call in a header."""

from typing import NamedTuple

from simulator.kubelet import http_client
from simulator.kubelet.naming import quoted

SERVICE, STATUS = "Grpc-Service", "grpc-status"
OK, UNIMPLEMENTED = 0, 12
CODES = {
    1: "Canceled",
    2: "Unknown",
    3: "InvalidArgument",
    5: "NotFound",
    7: "PermissionDenied",
    12: "Unimplemented",
    13: "Internal",
    14: "Unavailable",
    16: "Unauthenticated",
}
NO_HEALTH = "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
FAILED = "error: health rpc probe failed: rpc error: code = {} desc = {}"


class Health(NamedTuple):
    """The status of the call, and what came with it: the health, or what went wrong."""

    status: int
    text: str


def request(service: str) -> bytes:
    """What asks for the health of *service*; an empty name means the whole server."""
    return f"PRI * HTTP/2.0\r\n{SERVICE}: {http_client.clean(service)}\r\n\r\n".encode()


def read(answer: bytes, *, closed: bool) -> Health | None:
    """What a server that speaks gRPC has answered; None while it has not, and for all others."""
    status = http_client.header(answer, STATUS)
    if not status.isdigit() or not (closed or http_client.is_complete(answer)):
        return None
    return Health(int(status[:3]), http_client.body(answer))


def judged(found: Health) -> tuple[bool, str]:
    """Whether a service is well, and what the prober says of it."""
    if found.status == UNIMPLEMENTED:
        return False, NO_HEALTH + found.text
    if found.status != OK:
        return False, FAILED.format(CODES.get(found.status, "Unknown"), found.text)
    if found.text != "SERVING":
        return False, f"service unhealthy (responded with {quoted(found.text)})"
    return True, "service healthy"
