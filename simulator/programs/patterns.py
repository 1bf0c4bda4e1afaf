"""POSIX regular expressions and file name patterns, translated to RE2, which never takes longer than linear time.

What RE2 cannot do (back-references) is refused. Text is UTF-8; matches are leftmost-longest, as POSIX wants.
"""

from functools import lru_cache
from typing import Any

import re2

LONGEST_PATTERN = 4096
# RE2 gives up on programs that need more; a thousandfold repetition of a repetition does.
MOST_MEMORY = 1 << 20
CLASSES = ("alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "xdigit")
SPECIAL = ".[]{}()*+?^$|\\"


class BadPattern(Exception):
    """The pattern cannot be used; the text says why, as regcomp(3) says it."""


@lru_cache(maxsize=512)
def regex(pattern: str, *, extended: bool = False, ignore_case: bool = False) -> Any:
    """A compiled expression that searches bytes; raises BadPattern."""
    return _compile(Translator(pattern, extended).run(), ignore_case)


@lru_cache(maxsize=512)
def fixed(patterns: tuple[str, ...], *, ignore_case: bool = False) -> Any:
    """A compiled expression for one of several plain texts."""
    return _compile("|".join(quote(pattern) for pattern in patterns), ignore_case)


@lru_cache(maxsize=512)
def glob(pattern: str, *, ignore_case: bool = False) -> Any:
    """A compiled expression for a whole name that fits a shell pattern, as fnmatch(3) without flags sees it."""
    out: list[str] = []
    place = 0
    while place < len(pattern):
        letter = pattern[place]
        place += 1
        if letter == "*":
            if not out or out[-1] != "(?s:.*)":
                out.append("(?s:.*)")
        elif letter == "?":
            out.append("(?s:.)")
        elif letter == "\\" and place < len(pattern):
            out.append(quote(pattern[place]))
            place += 1
        elif letter == "[":
            text, place = _glob_bracket(pattern, place)
            out.append(text)
        else:
            out.append(quote(letter))
    return _compile("^(?:" + "".join(out) + ")$", ignore_case)


def _glob_bracket(pattern: str, place: int) -> tuple[str, int]:
    translator = Translator(
        pattern[:place] + ("^" + pattern[place + 1 :] if pattern[place : place + 1] == "!" else pattern[place:]), True
    )
    translator.place = place
    try:
        return translator.bracket(), translator.place
    except BadPattern:
        return "\\[", place


def _compile(text: str, ignore_case: bool) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.longest_match = True
    options.case_sensitive = not ignore_case
    options.max_mem = MOST_MEMORY
    options.encoding = re2.Options.Encoding.UTF8
    try:
        return re2.compile(text.encode("utf-8", "replace"), options)
    except re2.error as error:
        raise BadPattern(_reason(str(error))) from None


def _reason(text: str) -> str:
    reasons = {
        "missing )": "Unmatched ( or \\(",
        "unexpected )": "Unmatched ) or \\)",
        "missing ]": "Unmatched [, [^, [:, [., or [=",
        "bad repetition": "Invalid content of \\{\\}",
        "invalid character class": "Invalid range end",
    }
    return next((reason for part, reason in reasons.items() if part in text), "Regular expression too big")


def quote(text: str) -> str:
    """*text* as an expression that matches only itself."""
    return "".join("\\" + letter if letter in SPECIAL or letter == "-" else letter for letter in text)


class Translator:
    """From POSIX's basic or extended syntax (with GNU's additions) to RE2's."""

    def __init__(self, pattern: str, extended: bool) -> None:
        if len(pattern) > LONGEST_PATTERN:
            raise BadPattern("Regular expression too big")
        self.pattern = pattern
        self.extended = extended
        self.place = 0
        self.out: list[str] = []
        self.depth = 0
        self.fresh = True  # at the beginning of an expression, where `*` and `^` have another meaning

    def run(self) -> str:
        """The whole translated."""
        while self.place < len(self.pattern):
            letter = self.pattern[self.place]
            self.place += 1
            if letter == "\\":
                self.escape()
            elif letter == "[":
                self.atom(self.bracket())
            elif self.extended and letter in "(){}|+?":
                self.operator(letter)
            else:
                self.plain(letter)
        if self.depth:
            raise BadPattern("Unmatched ( or \\(")
        return "".join(self.out)

    def atom(self, text: str) -> None:
        self.out.append(text)
        self.fresh = False

    def plain(self, letter: str) -> None:
        if letter == "*":
            self.repeat("*")
        elif letter == "^":
            if self.extended or (self.fresh and self.out[-1:] != ["^"]):
                self.out.append("^")
            else:
                self.atom("\\^")
        elif letter == "$":
            self.atom("$" if self.extended or self.at_end() else "\\$")
        elif letter == ".":
            self.atom("(?s:.)")
        else:
            self.atom(quote(letter))

    def at_end(self) -> bool:
        rest = self.pattern[self.place :]
        return not rest or rest.startswith(("\\)", "\\|"))

    def repeat(self, operator: str) -> None:
        if self.fresh:
            if self.extended and operator != "*":
                raise BadPattern("Invalid preceding regular expression")
            self.atom(quote(operator))
            return
        # A repetition of a repetition: RE2 refuses `a**`, POSIX does not.
        if self.out[-1] in ("*", "+", "?") or self.out[-1].startswith("{"):
            self.out.append(")")
            self.out.insert(self.last_atom(), "(?:")
        self.out.append(operator)

    def last_atom(self) -> int:
        """Where the atom begins to which the repetition at the end belongs."""
        place = len(self.out) - 2
        while place > 0 and (self.out[place] in ("*", "+", "?") or self.out[place].startswith("{")):
            place -= 1
        depth = 0
        while place > 0:
            depth += (self.out[place] == ")") - (self.out[place] in ("(", "(?:"))
            if depth <= 0:
                return place
            place -= 1
        return 0

    def operator(self, letter: str) -> None:
        if letter == "(":
            self.depth += 1
            self.out.append("(")
            self.fresh = True
        elif letter == ")":
            if not self.depth:
                if self.extended:
                    raise BadPattern("Unmatched ) or \\)")
                raise BadPattern("Unmatched ( or \\(")
            self.depth -= 1
            self.atom(")")
        elif letter == "|":
            self.out.append("|")
            self.fresh = True
        elif letter == "{":
            self.interval()
        elif letter == "}":
            self.atom("\\}")
        else:
            self.repeat(letter)

    def interval(self) -> None:
        closing = "}" if self.extended else "\\}"
        end = self.pattern.find(closing, self.place)
        body = self.pattern[self.place : end] if end >= 0 else ""
        low, comma, high = body.partition(",")
        if end < 0 or not (low + high).isdecimal() or (not low and not comma):
            if self.extended:
                self.atom("\\{")
                return
            raise BadPattern("Unmatched \\{" if end < 0 else "Invalid content of \\{\\}")
        self.place = end + len(closing)
        low = low or "0"
        if (high and int(low) > int(high)) or max(int(low), int(high or 0)) > 1000:
            raise BadPattern(
                "Invalid content of \\{\\}" if high and int(low) > int(high) else "Regular expression too big"
            )
        self.repeat("{" + low + comma + high + "}")

    def escape(self) -> None:
        if self.place >= len(self.pattern):
            raise BadPattern("Trailing backslash")
        letter = self.pattern[self.place]
        self.place += 1
        if not self.extended and letter in "(){}|+?":
            self.operator(letter)
        elif letter in "<>bB":
            self.out.append("\\B" if letter == "B" else "\\b")
        elif letter in "123456789":
            raise BadPattern("not simulated here: back-references")
        elif letter in "wWsS":
            self.atom("\\" + letter)
        elif letter in "`'":
            self.out.append("\\A" if letter == "`" else "\\z")
        elif letter in "nt":
            self.atom("\\" + letter)
        else:
            self.atom(quote(letter))

    def bracket(self) -> str:
        """What stands in brackets; the place is behind the opening one."""
        pattern = self.pattern
        out = ["["]
        if pattern[self.place : self.place + 1] == "^":
            out.append("^")
            self.place += 1
        first = True
        while True:
            letter = pattern[self.place : self.place + 1]
            if not letter:
                raise BadPattern("Unmatched [, [^, [:, [., or [=")
            self.place += 1
            if letter == "]" and not first:
                return "".join(out) + "]"
            first = False
            if letter == "[" and pattern[self.place : self.place + 1] in (":", ".", "="):
                out.append(self.named(pattern[self.place]))
            elif letter == "\\" and pattern[self.place : self.place + 1] in ("n", "t"):
                out.append("\\" + pattern[self.place])
                self.place += 1
            elif (
                letter == "-"
                and pattern[self.place : self.place + 1] not in ("]", "")
                and len(out) > 1
                and out[-1] != "^"
            ):
                out.append("-")
            else:
                out.append("\\" + letter if letter in "\\]^-[" else letter)

    def named(self, kind: str) -> str:
        end = self.pattern.find(kind + "]", self.place + 1)
        if end < 0:
            raise BadPattern("Unmatched [, [^, [:, [., or [=")
        name = self.pattern[self.place + 1 : end]
        self.place = end + 2
        if kind != ":":
            return quote(name)
        if name not in CLASSES:
            raise BadPattern("Invalid character class name")
        return f"[:{name}:]"
