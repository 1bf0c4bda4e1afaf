"""Shell patterns (`*`, `?`, `[a-z]`), turned into regular expressions for RE2, which takes linear time whatever a learner writes.

In a *pattern*, a backslash takes the meaning from the character behind it: so is quoted text put into patterns.
"""

from functools import lru_cache
from typing import Any

import re2

CLASSES = frozenset(
    ["alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit"]
)
MAGIC = frozenset("*?[")
LIMIT = 20_000  # characters in one pattern
MOST_FOUND = 10_000  # places that one replacement by a pattern may find

_options = re2.Options()
_options.max_mem = 4 << 20
_options.log_errors = False


def escape(text: str) -> str:
    """A pattern that means *text* itself."""
    if not any(char in "*?[]\\-!^" for char in text):
        return text
    return "".join("\\" + char if char in "*?[]\\-!^" else char for char in text)


def is_magic(pattern: str) -> bool:
    """Whether *pattern* can match anything but itself."""
    skip = False
    for char in pattern:
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif char in MAGIC:
            return True
    return False


def unescape(pattern: str) -> str:
    """The text that a pattern without magic means."""
    if "\\" not in pattern:
        return pattern
    out: list[str] = []
    pos = 0
    while pos < len(pattern):
        pos += pattern[pos] == "\\" and pos + 1 < len(pattern)
        out.append(pattern[pos])
        pos += 1
    return "".join(out)


def translate(pattern: str, star: str = ".*") -> str:
    """The regular expression for *pattern*; *star* says whether a `*` takes as much as it can (`.*`) or as little (`.*?`)."""
    out: list[str] = []
    pos = 0
    while pos < len(pattern):
        char = pattern[pos]
        pos += 1
        if char == "*":
            if not out or out[-1] != star:
                out.append(star)
        elif char == "?":
            out.append(".")
        elif char == "[":
            text, pos = translate_set(pattern, pos)
            out.append(text)
        else:
            if char == "\\" and pos < len(pattern):
                char = pattern[pos]
                pos += 1
            out.append(re2.escape(char))
    return "".join(out)


def translate_set(pattern: str, begin: int) -> tuple[str, int]:
    """The set whose inside begins at *begin*, and where the pattern goes on; a lone `[` means itself."""
    pos = begin
    negated = pattern[pos : pos + 1] in ("!", "^") and pos < len(pattern)
    pos += negated
    items: list[str] = []
    while pos < len(pattern) and (pattern[pos] != "]" or not items):
        item, pos = set_item(pattern, pos)
        items.append(item)
    if pos >= len(pattern):
        return "\\[", begin
    return f"[{'^' if negated else ''}{''.join(join_ranges(items))}]", pos + 1


def set_item(pattern: str, pos: int) -> tuple[str, int]:
    """One thing inside a set: a class, a character, or a `-` that stands for a range."""
    if pattern.startswith("[:", pos):
        name, colon, _ = pattern[pos + 2 : pos + 10].partition(":]")
        if colon and name in CLASSES:
            return f"[:{name}:]", pos + len(name) + 4
    if pattern[pos] == "-":
        return "-", pos + 1
    if pattern[pos] == "\\" and pos + 1 < len(pattern):
        pos += 1
    return in_set(pattern[pos]), pos + 1


def in_set(char: str) -> str:
    return "\\" + char if char in "\\]^-[" else char


def join_ranges(items: list[str]) -> list[str]:
    """The items, with a `-` between two characters left as a range where that range holds anything."""
    out: list[str] = []
    index = 0
    while index < len(items):
        item = items[index]
        if (
            index + 2 < len(items)
            and items[index + 1] == "-"
            and not item.startswith("[:")
            and not items[index + 2].startswith("[:")
        ):
            first, last = item[-1], items[index + 2][-1]
            out.append(f"{in_set(first)}-{in_set(last)}" if first <= last else "")
            index += 3
        else:
            out.append("\\-" if item == "-" else item)
            index += 1
    return [text for text in out if text] or ["^\\x00-\\x{10FFFF}"]


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Any:
    """The compiled expression, or None if RE2 cannot take it."""
    if len(expression) > 2 * LIMIT:
        return None
    try:
        return re2.compile(f"(?s){expression}", _options)
    except re2.error:
        return None


def matches(pattern: str, text: str) -> bool:
    """Whether *pattern* matches all of *text*."""
    if not is_magic(pattern):
        return unescape(pattern) == text
    regex = compiled(translate(pattern))
    return regex is not None and regex.fullmatch(text) is not None


def without_prefix(text: str, pattern: str, *, longest: bool) -> str:
    """`${text#pattern}` and `${text##pattern}`."""
    regex = compiled(translate(pattern, ".*" if longest else ".*?"))
    found = regex.match(text) if regex else None
    return text[found.end() :] if found else text


def without_suffix(text: str, pattern: str, *, longest: bool) -> str:
    """`${text%pattern}` and `${text%%pattern}`."""
    regex = compiled(f"^(.*{'?' if longest else ''})(?:{translate(pattern)})$")
    found = regex.fullmatch(text) if regex else None
    return str(found.group(1)) if found else text


def replaced(text: str, pattern: str, replacement: str, where: str, most: int) -> str:
    """`${text/pattern/replacement}`; *where* is `/`, `//`, `/#` (at the beginning) or `/%` (at the end).

    Raises OverflowError if more than *most* characters would come of it.
    """
    if not pattern:
        return replacement + text if where == "/#" else text + replacement if where == "/%" else text
    if where in ("/", "//") and not is_magic(pattern):
        return replaced_text(
            text, unescape(pattern), replacement, text.count(unescape(pattern)) if where == "//" else 1, most
        )
    expression = {"/#": "^(?:{0})", "/%": "(?:{0})$"}.get(where, "{0}").format(translate(pattern))
    regex = compiled(expression)
    return text if regex is None else put_in(text, regex, replacement, where == "//", most)


def replaced_text(text: str, old: str, new: str, times: int, most: int) -> str:
    """The first *times* pieces *old* of *text* as *new*."""
    if len(text) + times * max(len(new) - len(old), 0) > most + len(new):
        raise OverflowError
    return text.replace(old, new, times)


def put_in(text: str, regex: Any, new: str, everywhere: bool, most: int) -> str:
    """What *regex* finds in *text*, the first or each, as *new*."""
    out: list[str] = []
    at = size = count = 0
    for found in regex.finditer(text):
        if found.end() == found.start() == at and out:
            continue  # nothing, right behind what was found before
        out += [text[at : found.start()], new]
        size += len(out[-2]) + len(new)
        at, count = found.end(), count + 1
        if size > most or count > MOST_FOUND:
            raise OverflowError
        if not everywhere:
            break
    return "".join(out) + text[at:]


def found_by(expression: str, text: str) -> list[str] | None:
    """The groups of the first match of a regular expression (`[[ text =~ expression ]]`), or None. Raises ValueError."""
    regex = compiled(expression)
    if regex is None:
        raise ValueError(expression)
    found = regex.search(text)
    return None if found is None else [found.group(0), *(group or "" for group in found.groups())]
