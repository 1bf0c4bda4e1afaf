"""What was probably meant: the nearest of the names that there are."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_NAMES = 2000
LONGEST = 253


def nearest(word: str, names: Iterable[str]) -> str:
    """The name that is most like *word*; empty if none is."""
    known = sorted(set(names))[:MOST_NAMES]
    lower = {name.lower(): name for name in known}
    found = get_close_matches(word[:LONGEST].lower(), list(lower), 1, 0.6)
    return lower[found[0]] if found else ""
