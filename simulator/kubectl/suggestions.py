"""`Did you mean this?` (models the suggestions of spf13/cobra)."""

from collections.abc import Iterable

from simulator.kubectl.cli import Command

NEAR = 2
MAX_LENGTH = 40


def suggest(word: str, commands: Iterable[Command]) -> str:
    """The end of the message about the unknown command *word*; empty if no command is like it."""
    names = [command.name for command in commands]
    if len(word) > MAX_LENGTH:
        return ""
    near = [name for name in names if distance(word.lower(), name) <= NEAR or name.startswith(word.lower())]
    if not near:
        return ""
    return "\n\nDid you mean this?\n" + "\n".join(f"\t{name}" for name in near)


def distance(left: str, right: str) -> int:
    """The Levenshtein distance of two words."""
    row = list(range(len(right) + 1))
    for at, letter in enumerate(left, 1):
        previous, row[0] = row[0], at
        for column, other in enumerate(right, 1):
            previous, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, previous + (letter != other))
    return row[-1]
