"""Ages as a real client sees them: it takes real time, so that they may be some seconds more or less."""

import re
from collections.abc import Sequence

from lessons.transcripts import line_matches

AGE = re.compile(r"(?<![\w.<-])(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?![\w.-])")
SECONDS = (86_400, 3_600, 60, 1)
SLACK_S = 5


def about(expected: Sequence[str], printed: Sequence[str]) -> tuple[str, ...]:
    """*expected*, with any ages where those that were *printed* are a little different."""
    return tuple(loose(line) if any(nearly(line, each) for each in printed) else line for line in expected)


def loose(line: str) -> str:
    """A line with any ages."""
    return AGE.sub(any_age, line)


def nearly(expected: str, printed: str) -> bool:
    """Whether two lines differ by nothing but some seconds in their ages."""
    wanted, found = ages(expected), ages(printed)
    if not wanted or expected == printed or not line_matches(loose(expected), printed):
        return False
    return all(any(abs(one - other) <= SLACK_S for other in found) for one in wanted)


def ages(line: str) -> list[int]:
    """The ages in a line, in seconds."""
    return [seconds(match) for match in AGE.finditer(line) if match[0]]


def any_age(match: re.Match[str]) -> str:
    """What stands in a transcript for any age."""
    return "<age>" if match[0] else ""


def seconds(match: re.Match[str]) -> int:
    """An age in seconds."""
    return sum(int(number or 0) * unit for number, unit in zip(match.groups(), SECONDS, strict=True))
