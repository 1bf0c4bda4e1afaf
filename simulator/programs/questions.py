"""test, [, expr: questions and sums (coreutils/test.c, expr.c)."""

from collections.abc import Callable

from simulator.programs.options import Dialect, Refused, is_busybox, own_name, refuse
from simulator.programs.patterns import BadPattern, regex
from simulator.runtime.syscalls import Stat, Step, Sys, UnixError

DEEPEST = 200
KINDS = {"f": "file", "d": "dir", "b": "block", "c": "char", "p": "fifo", "S": "socket"}
STRINGS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda left, right: left == right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
}
NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda left, right: left == right,
    "-ne": lambda left, right: left != right,
    "-lt": lambda left, right: left < right,
    "-le": lambda left, right: left <= right,
    "-gt": lambda left, right: left > right,
    "-ge": lambda left, right: left >= right,
}
FILES = ("-nt", "-ot", "-ef")
BINARY = (*STRINGS, *NUMBERS, *FILES)
UNARY = "bcdefghkLnOGprsStuwxz"


class Question:
    """One expression, read and answered in one go."""

    def __init__(self, sys: Sys, words: list[str]) -> None:
        self.sys = sys
        self.words = words
        self.place = 0
        self.depth = 0

    def answer(self) -> bool:
        """The truth; Refused (code 2) if the words make no expression."""
        if not self.words:
            return False
        value = self.either()
        if self.place < len(self.words):
            raise refuse(self.sys, f"{self.words[self.place]}: unknown operand", 2)
        return value

    def peek(self, ahead: int = 0) -> str | None:
        at = self.place + ahead
        return self.words[at] if at < len(self.words) else None

    def take(self) -> str:
        word = self.peek()
        if word is None:
            raise refuse(self.sys, "argument expected" if self.words else "missing argument", 2)
        self.place += 1
        return word

    def either(self) -> bool:
        value = self.both()
        while self.peek() == "-o":
            self.place += 1
            other = self.both()
            value = value or other
        return value

    def both(self) -> bool:
        value = self.negated()
        while self.peek() == "-a":
            self.place += 1
            other = self.negated()
            value = value and other
        return value

    def negated(self) -> bool:
        if (
            self.peek() == "!"
            and self.peek(1) is not None
            and not (self.peek(1) in BINARY and self.peek(2) is not None)
        ):
            self.place += 1
            self.deeper()
            return not self.negated()
        return self.primary()

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise refuse(self.sys, "too many nested expressions", 2)

    def primary(self) -> bool:
        if self.peek(1) in BINARY and self.peek(2) is not None:
            left, operator, right = self.take(), self.take(), self.take()
            return self.compare(left, operator, right)
        word = self.take()
        if word == "(" and self.peek() is not None:
            self.deeper()
            value = self.either()
            if self.take() != ")":
                raise refuse(self.sys, "closing paren expected", 2)
            return value
        if len(word) == 2 and word[0] == "-" and word[1] in UNARY and self.peek() is not None:
            return self.unary(word[1], self.take())
        return word != ""

    def compare(self, left: str, operator: str, right: str) -> bool:
        if operator in STRINGS:
            return STRINGS[operator](left, right)
        if operator in NUMBERS:
            return NUMBERS[operator](self.number(left), self.number(right))
        one, other = self.stat(left), self.stat(right)
        if operator == "-ef":
            return one is not None and other is not None and (one.inode, one.device) == (other.inode, other.device)
        times = (one.mtime if one else -1, other.mtime if other else -1)
        return times[0] > times[1] if operator == "-nt" else times[0] < times[1]

    def number(self, text: str) -> int:
        digits = text.strip()
        if not digits.lstrip("+-").isdecimal() or len(digits) > 20 or len(digits) - len(digits.lstrip("+-")) > 1:
            raise refuse(
                self.sys, f"{text}: bad number" if self.sys.state.get("busybox") else f"invalid integer '{text}'", 2
            )
        return int(digits)

    def stat(self, path: str, *, follow: bool = True) -> Stat | None:
        try:
            return self.sys.stat(path, follow=follow)
        except UnixError:
            return None

    def unary(self, letter: str, word: str) -> bool:
        if letter in "nz":
            return bool(word) == (letter == "n")
        if letter == "t":
            return word.isdecimal() and len(word) < 6 and self.sys.isatty(int(word))
        if letter in "rwx":
            return self.sys.exists(word) and self.sys.access(word, letter)
        stat = self.stat(word, follow=letter not in "hL")
        if stat is None:
            return False
        if letter in KINDS:
            return stat.kind == KINDS[letter]
        answers = {
            "e": True, "s": stat.size > 0, "h": stat.kind == "link", "L": stat.kind == "link", "u": bool(stat.mode & 0o4000), "g": bool(stat.mode & 0o2000),
            "k": bool(stat.mode & 0o1000), "O": stat.uid == self.sys.uid, "G": stat.gid == self.sys.gid,
        }  # fmt: skip
        return answers[letter]


def test(sys: Sys, dialect: Dialect) -> Step:
    """0 if it is so, 1 if not, 2 if the question makes no sense."""
    sys.state["busybox"] = is_busybox(dialect)
    words = sys.argv[1:]
    if own_name(sys) == "[":
        if not words or words[-1] != "]":
            raise refuse(sys, "missing ]" if is_busybox(dialect) else "missing ']'", 2)
        words = words[:-1]
    return 0 if Question(sys, words).answer() else 1


# --- expr ----------------------------------------------------------------------------------------------------------
LEVELS = (("|",), ("&",), ("<", "<=", "=", "==", "!=", ">=", ">"), ("+", "-"), ("*", "/", "%"), (":",))
NULLS = ("", "0")


class Expression:
    """One expression of expr."""

    def __init__(self, sys: Sys, words: list[str]) -> None:
        self.sys = sys
        self.words = words
        self.place = 0
        self.depth = 0

    def value(self) -> str:
        """The value; Refused (code 2) if it has none."""
        found = self.level(0)
        if self.place < len(self.words):
            raise refuse(
                self.sys,
                "syntax error"
                if self.sys.state.get("busybox")
                else f"syntax error: unexpected argument '{self.words[self.place]}'",
                2,
            )
        return found

    def level(self, number: int) -> str:
        if number == len(LEVELS):
            return self.atom()
        left = self.level(number + 1)
        while self.place < len(self.words) and self.words[self.place] in LEVELS[number]:
            operator = self.words[self.place]
            self.place += 1
            left = self.apply(left, operator, self.level(number + 1))
        return left

    def apply(self, left: str, operator: str, right: str) -> str:
        if operator == "|":
            return left if left not in NULLS else right if right not in NULLS else "0"
        if operator == "&":
            return left if left not in NULLS and right not in NULLS else "0"
        if operator == ":":
            return self.match(left, right)
        if operator in ("+", "-", "*", "/", "%"):
            return self.arithmetic(left, operator, right)
        one: int | str
        other: int | str
        one, other = (int(left), int(right)) if is_number(left) and is_number(right) else (left, right)
        truth = {"=": one == other, "==": one == other, "!=": one != other}
        if operator not in truth:
            truth |= {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}  # type: ignore[operator]
        return "1" if truth[operator] else "0"

    def arithmetic(self, left: str, operator: str, right: str) -> str:
        if not is_number(left) or not is_number(right):
            raise refuse(
                self.sys, "non-integer argument" if not self.sys.state.get("busybox") else "non-numeric argument", 2
            )
        one, other = int(left), int(right)
        if operator in "/%":
            if other == 0:
                raise refuse(self.sys, "division by zero", 2)
            quotient = abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)
            return str(quotient if operator == "/" else one - quotient * other)
        return str({"+": one + other, "-": one - other, "*": one * other}[operator])

    def match(self, text: str, pattern: str) -> str:
        try:
            found = regex("^" + pattern.removeprefix("^")).search(text.encode("utf-8", "surrogateescape"))
            groups = regex("^" + pattern.removeprefix("^")).groups
        except BadPattern as error:
            raise refuse(self.sys, str(error), 2) from None
        if groups:
            return (found.group(1) or b"").decode("utf-8", "surrogateescape") if found else ""
        return str(len(found.group(0).decode("utf-8", "surrogateescape"))) if found else "0"

    def atom(self) -> str:
        if self.place >= len(self.words):
            raise refuse(
                self.sys,
                "syntax error"
                if self.sys.state.get("busybox")
                else f"syntax error: missing argument after '{self.words[-1]}'",
                2,
            )
        word = self.words[self.place]
        self.place += 1
        if word == "(":
            self.depth += 1
            if self.depth > DEEPEST:
                raise refuse(self.sys, "syntax error", 2)
            found = self.level(0)
            if self.words[self.place : self.place + 1] != [")"]:
                raise refuse(
                    self.sys,
                    "syntax error"
                    if self.sys.state.get("busybox")
                    else f"syntax error: expecting ')' after '{self.words[self.place - 1]}'",
                    2,
                )
            self.place += 1
            return found
        return (
            self.function(word)
            if word in ("length", "substr", "index", "match") and self.place < len(self.words)
            else word
        )

    def function(self, name: str) -> str:
        first = self.atom()
        if name == "length":
            return str(len(first))
        second = self.atom()
        if name == "index":
            return str(min((first.find(letter) + 1 for letter in second if letter in first), default=0))
        if name == "match":
            return self.match(first, second)
        third = self.atom()
        if not is_number(second) or not is_number(third) or int(second) < 1 or int(third) < 1:
            return ""
        return first[int(second) - 1 : int(second) - 1 + int(third)]


def is_number(text: str) -> bool:
    """Whether *text* is a whole number."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) < 400


def expr(sys: Sys, dialect: Dialect) -> Step:
    """Print a value; 1 if it is nothing or zero."""
    sys.state["busybox"] = is_busybox(dialect)
    words = sys.argv[1:]
    if words[:1] == ["--"]:
        words = words[1:]
    if not words:
        raise (
            refuse(sys, "too few arguments", 2)
            if is_busybox(dialect)
            else Refused("expr: missing operand\nTry 'expr --help' for more information.\n", 2)
        )
    value = Expression(sys, words).value()
    sys.out(value + "\n")
    return 1 if value in NULLS else 0
