"""The commands that were typed in a sandbox, in whichever browser: what the arrow keys go back through."""

from labsite.sandboxes.marks import LONGEST
from labsite.sandboxes.models import Entry, Mark, Sandbox

MOST = 300  # commands
MOST_TEXT = 60_000  # characters in all
Lines = dict[str, list[str]]


def commands(row: Sandbox) -> Lines:
    """By machine the newest commands, in the order in which they were typed, on whatever branch: going back takes none away.

    What was typed where nothing is shown of it, as a password is, has no mark, and is not among them.
    """
    marks = Mark.objects.filter(sandbox=row, kind="command").order_by("-number")[:MOST]
    found = list(marks.values_list("number", "subject", "text"))
    long = whole(row, [number for number, _, text in found if len(text) == LONGEST])
    lines: Lines = {}
    left = MOST_TEXT
    for number, subject, text in found:
        left -= len(line := long.get(number, text))
        if left < 0:
            break
        lines.setdefault(subject.partition("/")[0], []).insert(0, line)
    return lines


def whole(row: Sandbox, numbers: list[int]) -> dict[int, str]:
    """Lines that are too long for their marks, from the input log."""
    if not numbers:
        return {}
    found = Entry.objects.filter(sandbox=row, number__in=numbers).values_list("number", "entry")
    return {number: str(entry["text"]).strip() for number, entry in found}
