"""Indexes of Jobs as texts such as `1,3-5` (validateIndexesFormat in pkg/apis/batch/validation)."""

LONGEST_NUMBER = 10


class BadIndexes(ValueError):
    """The text names no indexes; the message is the API server's."""


def count_indexes(text: str, completions: int) -> int:
    """How many indexes a text names, each below *completions*; raises BadIndexes."""
    total, last = 0, -1
    for part in text.split(",") if text else ():
        first, final = _interval(part, completions)
        if first <= last:
            raise BadIndexes(f"non-increasing order, previous: {last}, current: {first}")
        total, last = total + final - first + 1, final
    return total


def _interval(text: str, completions: int) -> tuple[int, int]:
    ends = text.split("-")
    if len(ends) > 2:
        rule = "violates the requirement that an index interval can have at most two parts separated by '-'"
        raise BadIndexes(f'the fragment "{text}" {rule}')
    numbers = [_number(end, completions) for end in ends]
    if len(numbers) == 2 and numbers[0] >= numbers[1]:
        raise BadIndexes(f"non-increasing order, previous: {numbers[0]}, current: {numbers[1]}")
    return numbers[0], numbers[-1]


def _number(text: str, completions: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise BadIndexes(f'cannot convert string to integer for index: "{text}"')
    if int(text) >= completions:
        raise BadIndexes(f'too large index: "{text}"')
    return int(text)
