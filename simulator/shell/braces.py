"""Brace expansion of bash, `{a,b}` and `{1..5}`: it makes several words of one before anything else is expanded."""

import re
from itertools import pairwise

from simulator.shell.syntax import Lit, Part, Word

WORD_LIMIT = 20_000
RANGE = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?|([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d{1,9}))?")

Piece = str | Part  # a character that stands unquoted, or a part that is no plain text


def expand_braces(word: Word) -> list[Word] | None:
    """The words that *word* stands for, those of nothing left out; None if they are too many."""
    if not any(isinstance(part, Lit) and "{" in part.text for part in word):
        return [word]
    pieces: list[Piece] = []
    for part in word:
        pieces.extend(part.text if isinstance(part, Lit) else (part,))
    expanded = expand(pieces, 0)
    return None if expanded is None else [as_word(variant) for variant in expanded if variant]


def expand(pieces: list[Piece], depth: int) -> list[list[Piece]] | None:
    found = find_group(pieces)
    if found is None or depth > 40:
        return [pieces]
    begin, commas, end = found
    middle = alternatives(pieces, begin, commas, end, depth)
    after = expand(pieces[end + 1 :], depth + 1)
    if middle is None or after is None or len(middle) * len(after) > WORD_LIMIT:
        return None
    return [pieces[:begin] + inner + rest for inner in middle for rest in after]


def alternatives(pieces: list[Piece], begin: int, commas: list[int], end: int, depth: int) -> list[list[Piece]] | None:
    """What stands in turn in the place of the group."""
    if not commas:
        return sequence("".join(str(piece) for piece in pieces[begin + 1 : end]))
    cuts = [begin, *commas, end]
    found: list[list[Piece]] = []
    for left, right in pairwise(cuts):
        inner = expand(pieces[left + 1 : right], depth + 1)
        if inner is None or len(found) + len(inner) > WORD_LIMIT:
            return None
        found.extend(inner)
    return found


def find_group(pieces: list[Piece]) -> tuple[int, list[int], int] | None:
    """The first group that is one: where it opens, its own commas, and where it closes. One pass from right to left of each `{`."""
    stack: list[tuple[int, list[int]]] = []
    best: tuple[int, list[int], int] | None = None
    for index, piece in enumerate(pieces):
        if piece == "{":
            stack.append((index, []))
        elif piece == "," and stack:
            stack[-1][1].append(index)
        elif piece == "}" and stack:
            begin, commas = stack.pop()
            if (commas or is_range(pieces[begin + 1 : index])) and (best is None or begin < best[0]):
                best = (begin, commas, index)
        if best and not any(begin < best[0] for begin, _ in stack):
            return best
    return best


def is_range(pieces: list[Piece]) -> bool:
    return (
        len(pieces) < 40
        and all(isinstance(piece, str) for piece in pieces)
        and bool(RANGE.fullmatch("".join(map(str, pieces))))
    )


def sequence(text: str) -> list[list[Piece]] | None:
    """What `{1..5}` or `{a..e}` counts through."""
    match = RANGE.fullmatch(text)
    if not match:
        return None
    letters = match.group(4) is not None
    first, last = (ord(match.group(4)), ord(match.group(5))) if letters else (int(match.group(1)), int(match.group(2)))
    step = abs(int(match.group(6 if letters else 3) or 1)) or 1
    numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
    if len(numbers) > WORD_LIMIT:
        return None
    if letters:
        return [[chr(number)] for number in numbers]
    width = padding(match.group(1), match.group(2))
    return [list(f"{number:0{width}d}") for number in numbers]


def padding(first: str, last: str) -> int:
    """How wide the numbers are written: as wide as the wider bound if one begins with a zero."""
    padded = any(bound.lstrip("-").startswith("0") and len(bound.lstrip("-")) > 1 for bound in (first, last))
    return max(len(first), len(last)) if padded else 0


def as_word(pieces: list[Piece]) -> Word:
    """The pieces, put together again."""
    parts: list[Part] = []
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            parts.append(Lit(text))
            text = ""
        parts.append(piece)
    if text:
        parts.append(Lit(text))
    return tuple(parts)
