"""expr: sums, comparisons and matches, one word an operand (coreutils/expr.c)."""

from simulator.programs.options import Dialect, Refused, is_busybox, refuse
from simulator.programs.patterns import BadPattern, regex
from simulator.runtime.syscalls import Step, Sys

DEEPEST = 200
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
            raise self.syntax_error(f"unexpected argument '{self.words[self.place]}'")
        return found

    def syntax_error(self, reason: str = "") -> Refused:
        """The words make no expression; busybox does not say why."""
        silent = self.sys.state.get("busybox") or not reason
        return refuse(self.sys, "syntax error" if silent else f"syntax error: {reason}", 2)

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
            raise self.syntax_error(f"missing argument after '{self.words[-1]}'")
        word = self.words[self.place]
        self.place += 1
        if word == "(":
            self.depth += 1
            if self.depth > DEEPEST:
                raise self.syntax_error()
            found = self.level(0)
            if self.words[self.place : self.place + 1] != [")"]:
                raise self.syntax_error(f"expecting ')' after '{self.words[self.place - 1]}'")
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


def main(sys: Sys, dialect: Dialect) -> Step:
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
