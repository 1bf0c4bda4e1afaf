"""What the API server warns of while it does what it is asked (the Warning headers of an answer)."""

from collections.abc import Callable

Warn = Callable[[str], None]


def silent(text: str) -> None:
    """Nobody is warned."""
