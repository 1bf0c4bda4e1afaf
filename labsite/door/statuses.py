"""Refusals that the door itself utters, as Status objects in the words of the API server."""

from typing import Any

Obj = dict[str, Any]


class Refusal(Exception):
    """What the client is told instead of an answer."""

    def __init__(self, code: int, reason: str, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after
        self.status: Obj = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "code": code,
        }
        if retry_after:
            self.status["details"] = {"retryAfterSeconds": retry_after}


def unauthorized() -> Refusal:
    """No token, a wrong one, a revoked one."""
    return Refusal(401, "Unauthorized", "Unauthorized")


def forbidden(message: str) -> Refusal:
    """A good token, but not for this."""
    return Refusal(403, "Forbidden", message)


def not_found() -> Refusal:
    """No such path."""
    return Refusal(404, "NotFound", "the server could not find the requested resource")


def bad_request(message: str) -> Refusal:
    """The body or an option cannot be read."""
    return Refusal(400, "BadRequest", message)


def not_acceptable() -> Refusal:
    """The client wants nothing that there is."""
    kinds = "application/json, application/yaml"
    text = f"only the following media types are accepted: {kinds}"
    return Refusal(406, "NotAcceptable", text)


def too_large(limit: int) -> Refusal:
    """The body is longer than the API server takes."""
    return Refusal(413, "RequestEntityTooLarge", f"Request entity too large: limit is {limit}")


def unsupported(kind: str) -> Refusal:
    """The body is in a format that is not read."""
    text = "the body of the request was in an unknown format - accepted media types include: "
    return Refusal(415, "UnsupportedMediaType", f"{text}application/json, application/yaml (not {kind})")


def expired() -> Refusal:
    """The cluster stands at another moment of its history than when the watch began."""
    return Refusal(410, "Expired", "too old resource version: the cluster was taken to another moment")


def too_many() -> Refusal:
    """Too many requests; the client tries again by itself."""
    text = "the server has received too many requests and has asked us to try again later"
    return Refusal(429, "TooManyRequests", text, retry_after=1)


def failed() -> Refusal:
    """The simulator failed; nothing was changed."""
    return Refusal(500, "InternalError", "Internal error occurred: the simulator failed at this; nothing was changed")


def unavailable() -> Refusal:
    """No answer came in time."""
    return Refusal(503, "ServiceUnavailable", "the server is currently unable to handle the request", retry_after=1)
