"""What the API server says when it refuses, in Kubernetes' own words (apimachinery/pkg/api/errors/errors.go).

ApiError
├── BadRequest        400
├── Unauthorized      401
├── Forbidden         403
├── NotFound          404
├── MethodNotAllowed  405
├── AlreadyExists     409
├── Conflict          409
├── Expired           410
├── TooLarge          413
├── UnsupportedMediaType 415
├── Invalid           422
├── TooManyRequests   429
├── InternalError     500
├── ServiceUnavailable 503
└── Timeout           504
"""

from typing import Any


class ApiError(Exception):
    """A refusal; its text is the message of the Status object."""

    code = 500
    reason = "InternalError"

    def __init__(
        self, message: str, *, details: dict[str, Any] | None = None, more: dict[str, Any] | None = None
    ) -> None:
        """*details* says more of the refusal; *more* is the metadata of the Status."""
        super().__init__(message)
        self.message = message
        self.details = details or {}
        self.metadata = more or {}

    def status(self) -> dict[str, Any]:
        """The `Status` object that goes to the client."""
        status: dict[str, Any] = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.metadata,
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
        }
        if self.details:
            status["details"] = self.details
        return status | {"code": self.code}


class BadRequest(ApiError):
    """The body or a parameter cannot be read."""

    code, reason = 400, "BadRequest"


class Unauthorized(ApiError):
    """Nobody knows who asks."""

    code, reason = 401, "Unauthorized"


class Forbidden(ApiError):
    """Who asks may not do this, or admission says no."""

    code, reason = 403, "Forbidden"


class NotFound(ApiError):
    """No such object, or no such resource."""

    code, reason = 404, "NotFound"


class MethodNotAllowed(ApiError):
    """The resource does not know this verb."""

    code, reason = 405, "MethodNotAllowed"


class AlreadyExists(ApiError):
    """The name is taken."""

    code, reason = 409, "AlreadyExists"


class Conflict(ApiError):
    """The object was changed since it was read."""

    code, reason = 409, "Conflict"


class Expired(ApiError):
    """The resource version asked for is too old to watch from."""

    code, reason = 410, "Expired"


class TooLarge(ApiError):
    """The body is larger than the API server takes."""

    code, reason = 413, "RequestEntityTooLarge"


class UnsupportedMediaType(ApiError):
    """The body is of a kind that the API server does not read."""

    code, reason = 415, "UnsupportedMediaType"


class Invalid(ApiError):
    """The object breaks rules; *details* carries a cause for each."""

    code, reason = 422, "Invalid"


class TooManyRequests(ApiError):
    """Not now: for example, an eviction that a disruption budget forbids."""

    code, reason = 429, "TooManyRequests"


class InternalError(ApiError):
    """The API server failed at something it should be able to do."""


class ServiceUnavailable(ApiError):
    """Something that the API server needs does not answer."""

    code, reason = 503, "ServiceUnavailable"


class Timeout(ApiError):
    """What was asked for has not come to pass in time."""

    code, reason = 504, "Timeout"
