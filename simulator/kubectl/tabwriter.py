"""Columns that line up as Go's text/tabwriter lines them up.

A cell ends with a tab. Cells of one column in consecutive lines form a block, which is as wide as its longest cell; the
last cell of a line belongs to no column. So a line without a tab ends the blocks above it.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from unicodedata import east_asian_width


def width(text: str) -> int:
    """How many columns *text* counts: Go counts runes."""
    return len(text)


def screen_width(text: str) -> int:
    """How many columns *text* takes on a screen."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def align(text: str, *, minimum: int = 0, padding: int = 2) -> str:
    """Line up the tab-separated cells of *text*."""
    rows = [line.split("\t") for line in text.split("\n")]
    widths = _block_widths(rows, minimum, padding)
    lines = []
    for row, row_widths in zip(rows, widths, strict=True):
        cells = [cell.ljust(wide) for cell, wide in zip(row[:-1], row_widths, strict=True)]
        lines.append("".join(cells) + row[-1])
    return "\n".join(lines)


def _block_widths(rows: Sequence[Sequence[str]], minimum: int, padding: int) -> list[list[int]]:
    """For each row, the width of each of its cells that a tab ends."""
    widths: list[list[int]] = [[0] * (len(row) - 1) for row in rows]
    depth = max((len(row) - 1 for row in rows), default=0)
    for column in range(depth):
        for start, end in _blocks(rows, column):
            longest = max(width(rows[line][column]) for line in range(start, end))
            wide = max(minimum, longest + padding)
            for line in range(start, end):
                widths[line][column] = wide
    return widths


def _blocks(rows: Sequence[Sequence[str]], column: int) -> Iterable[tuple[int, int]]:
    """Runs of consecutive rows that have a tab-ended cell in *column*."""
    edges = [-1] + [line for line, row in enumerate(rows) if len(row) - 1 <= column] + [len(rows)]
    return [(before + 1, after) for before, after in pairwise(edges) if after > before + 1]


class Table:
    """Rows printed one batch after the other, with widths that never shrink (tabwriter's RememberWidths)."""

    MINIMUM, PADDING = 6, 3

    def __init__(self, widths: list[int] | None = None) -> None:
        self.widths: list[int] = [] if widths is None else widths

    def format(self, rows: Sequence[Sequence[str]]) -> str:
        """The lines of *rows*; their widths are kept for those that follow."""
        for row in rows:
            for column, cell in enumerate(row[:-1]):
                if column == len(self.widths):
                    self.widths.append(self.MINIMUM)
                self.widths[column] = max(self.widths[column], width(cell) + self.PADDING)
        return "".join(self._line(row) for row in rows)

    def _line(self, row: Sequence[str]) -> str:
        cells = [cell.ljust(self.widths[column]) for column, cell in enumerate(row[:-1])]
        return "".join(cells) + (row[-1] if row else "") + "\n"
