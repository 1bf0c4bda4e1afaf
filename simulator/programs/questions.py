"""test, [: questions whose answer is the exit code (coreutils/test.c)."""

from simulator.programs.options import Dialect, is_busybox, own_name, refuse
from simulator.runtime.questions import BINARY, NUMBERS, OF_FILE, STRINGS, of_file, of_two_files
from simulator.runtime.syscalls import Step, Sys

DEEPEST = 200
# What the program asks in one word: the questions about files, and those about strings and terminals.
UNARY = OF_FILE | {"-n", "-z", "-t"}


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
        if word in UNARY and self.peek() is not None:
            return self.unary(word, self.take())
        return word != ""

    def compare(self, left: str, operator: str, right: str) -> bool:
        if operator in STRINGS:
            return STRINGS[operator](left, right)
        if operator in NUMBERS:
            return NUMBERS[operator](self.number(left), self.number(right))
        return of_two_files(self.sys, left, operator, right)

    def number(self, text: str) -> int:
        digits = text.strip()
        if not digits.lstrip("+-").isdecimal() or len(digits) > 20 or len(digits) - len(digits.lstrip("+-")) > 1:
            raise refuse(
                self.sys, f"{text}: bad number" if self.sys.state.get("busybox") else f"invalid integer '{text}'", 2
            )
        return int(digits)

    def unary(self, operator: str, word: str) -> bool:
        if operator in ("-n", "-z"):
            return bool(word) == (operator == "-n")
        if operator == "-t":
            return word.isdecimal() and len(word) < 6 and self.sys.isatty(int(word))
        return of_file(self.sys, operator, word)


def test(sys: Sys, dialect: Dialect) -> Step:
    """0 if it is so, 1 if not, 2 if the question makes no sense."""
    sys.state["busybox"] = is_busybox(dialect)
    words = sys.argv[1:]
    if own_name(sys) == "[":
        if not words or words[-1] != "]":
            raise refuse(sys, "missing ]" if is_busybox(dialect) else "missing ']'", 2)
        words = words[:-1]
    return 0 if Question(sys, words).answer() else 1
