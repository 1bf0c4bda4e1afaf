"""What the doctor finds: how bad, what, and the cure."""

from dataclasses import dataclass

GOOD, NOTE, WARNING, ERROR = "ok", "note", "warning", "error"


@dataclass(frozen=True)
class Finding:
    """Something that was looked at."""

    level: str
    says: str
    cure: str = ""


def good(says: str) -> list[Finding]:
    """All is well."""
    return [Finding(GOOD, says)]


def note(says: str, cure: str = "") -> list[Finding]:
    """Worth knowing, and nothing wrong."""
    return [Finding(NOTE, says, cure)]


def warning(says: str, cure: str) -> list[Finding]:
    """It works, but not well or not safely."""
    return [Finding(WARNING, says, cure)]


def error(says: str, cure: str) -> list[Finding]:
    """It does not work."""
    return [Finding(ERROR, says, cure)]
