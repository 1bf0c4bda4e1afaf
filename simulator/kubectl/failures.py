"""How a command of kubectl fails, and the words it fails with (models kubectl/pkg/cmd/util/helpers.go, checkErr).

Failure
├── UsageFailure    the command line is wrong; points to the help
├── Misused         the same, where the help itself is printed first
├── ServerFailure   the API server said no
└── Aggregate       several failures, each on its own line
"""

from collections.abc import Sequence
from typing import Any


class Failure(Exception):
    """Ends the command with an exit code; `text` is what goes to standard error. *about*: which word of the line it is about, as
    [what it should have been (`resource`, `command`, `flag`, `file`), the word]."""

    def __init__(
        self, message: str, *, code: int = 1, prefix: str = "error: ", about: tuple[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.prefix = prefix
        self.about = about

    @property
    def text(self) -> str:
        """What is printed, with the end of the line; nothing if there is no message."""
        if not self.message:
            return ""
        return f"{self.prefix}{self.message}".removesuffix("\n") + "\n"


class UsageFailure(Failure):
    """The command line cannot be understood; *hint* says where help is to be found."""

    def __init__(self, message: str, hint: str = "", about: tuple[str, str] | None = None) -> None:
        super().__init__(f"{message}\n{hint}" if hint else message, about=about)


class Misused(Failure):
    """The command line cannot be understood: the help of the command is printed, then the message, if there is one."""


class NotSimulated(Failure):
    """What kubectl can do and this one cannot."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not simulated here: {what}")


class ServerFailure(Failure):
    """A `Status` that says no. *context* stands before its message, as in `error when creating "a.yaml": `."""

    def __init__(self, status: dict[str, Any], context: str = "") -> None:
        super().__init__(str(status.get("message", "")))
        self.status = status
        self.context = context

    @property
    def reason(self) -> str:
        """The reason of the Status, such as `NotFound`."""
        return str(self.status.get("reason") or "")

    def within(self, context: str) -> "ServerFailure":
        """The same, said in a larger context."""
        return ServerFailure(self.status, context + self.context)

    @property
    def inline(self) -> str:
        """The message as part of another sentence."""
        return self.context + self.message

    @property
    def text(self) -> str:
        """What is printed."""
        return server_text(self.status, self.context)


class Aggregate(Failure):
    """Several failures, printed one after the other."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__("\n".join(failure.message for failure in failures))
        self.failures = list(failures)

    @property
    def text(self) -> str:
        """Each failure on its own line, equal ones once; a refusal among others names its reason and is not set out."""
        lines: list[str] = []
        for failure in self.failures:
            line = _short(failure)
            if line not in lines:
                lines.append(line)
        return "".join(lines)


def bare(failure: Failure) -> Failure:
    """A failure of the command's own without `error: ` before it, as where several are gathered (MultipleErrors)."""
    if type(failure) is not Failure or failure.prefix != "error: " or failure.about:
        return failure
    return Failure(failure.message, code=failure.code, prefix="", about=failure.about)


def raise_all(failures: Sequence[Failure]) -> None:
    """Raise what has failed, if anything has."""
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise Aggregate(failures)


def parts(failure: Failure) -> list[Failure]:
    """What a failure is made of."""
    return failure.failures if isinstance(failure, Aggregate) else [failure]


def packed(failure: Failure) -> dict[str, Any]:
    """A failure as plain data, for a program that pauses."""
    if isinstance(failure, ServerFailure):
        return {"status": failure.status, "context": failure.context}
    about = {"about": list(failure.about)} if failure.about else {}
    return {"message": failure.message, "code": failure.code, "prefix": failure.prefix, **about}


def unpacked(data: dict[str, Any]) -> Failure:
    """The failure that `packed` made plain."""
    if "status" in data:
        return ServerFailure(data["status"], data["context"])
    about = data.get("about")
    return Failure(data["message"], code=data["code"], prefix=data["prefix"], about=tuple(about) if about else None)


def server_text(status: dict[str, Any], context: str = "") -> str:
    """How kubectl prints the Status *status*."""
    reason, message = str(status.get("reason") or ""), str(status.get("message", ""))
    if reason == "Invalid":
        return _invalid_text(status, message)
    if reason == "Unauthorized":
        return f"error: You must be logged in to the server ({context}{message or 'Unauthorized'})\n"
    if not reason:
        return f"Error from server: {context}{message}\n"
    return f"Error from server ({reason}): {context}{message}\n"


def _invalid_text(status: dict[str, Any], message: str) -> str:
    details = status.get("details") or {}
    causes = details.get("causes") or []
    errors = [_cause(cause) for cause in causes]
    head = "The request is invalid"
    if details.get("kind") or details.get("name"):
        head = f'The {details.get("kind", "")} "{details.get("name", "")}" is invalid'
    if not errors:
        return f"{head}: {message}\n" if message else f"{head}\n"
    if len(errors) == 1:
        return f"{head}: {errors[0]}\n"
    return f"{head}: \n" + "".join(f"* {error}\n" for error in dict.fromkeys(errors))


def _cause(cause: dict[str, Any]) -> str:
    field, message = cause.get("field", ""), cause.get("message", "")
    return f"{field}: {message}" if field else str(message)


def _short(failure: Failure) -> str:
    failure = bare(failure)
    if isinstance(failure, ServerFailure) and failure.reason:
        return f"Error from server ({failure.reason}): {failure.inline}\n"
    return f"{failure.prefix}{failure.message}\n" if type(failure) is Failure else failure.text
