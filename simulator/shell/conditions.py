"""`test`, `[` and `[[`: what can be asked of files, strings and numbers."""

from typing import Any

from simulator.runtime.questions import BINARY, NUMBERS, OF_FILE, STRINGS, of_file, of_two_files
from simulator.shell.assigning import reference_of
from simulator.shell.core import Core
from simulator.shell.memory import ShellError
from simulator.shell.patterns import found_by, matches
from simulator.shell.program import Task
from simulator.shell.syntax import Test

UNARY = OF_FILE | {"-t", "-n", "-z", "-v", "-o", "-N", "-a"}


def unary(shell: Core, operator: str, operand: str) -> bool:
    """`-f path` and its kin."""
    if operator in ("-n", "-z"):
        return (operand == "") == (operator == "-z")
    if operator == "-t":
        real = shell.state["fds"].get(operand.strip())
        return real is not None and shell.sys.isatty(real)
    if operator == "-v":
        return is_set(shell, operand)
    if operator == "-o":
        return bool(shell.options.get(operand))
    return of_file(shell.sys, operator, operand)


def is_set(shell: Core, text: str) -> bool:
    """`-v name`, `-v a[key]`, `-v a[@]`"""
    name, bracket, key = text.partition("[")
    if bracket and key in ("@]", "*]") and not shell.is_map(name):
        return bool(shell.items(name))
    place = reference_of(shell, name, key[:-1]) if bracket else text
    if place is None:
        shell.complain(shell.say("subscript", name))
    return place is not None and shell.get(place) is not None


def binary(shell: Core, left: str, operator: str, right: str) -> bool:
    """`left operator right`; raises ShellError where a number is none."""
    if operator in STRINGS:
        return STRINGS[operator](left, right)
    if operator in NUMBERS:
        return NUMBERS[operator](number(shell, left), number(shell, right))
    # For the Almquist shells a file that is not there is neither older nor newer.
    there = shell.dialect.name == "bash" or all(of_file(shell.sys, "-e", path) for path in (left, right))
    return there and of_two_files(shell.sys, left, operator, right)


def number(shell: Core, text: str) -> int:
    digits = text.strip()
    sign = digits[:1] if digits[:1] in ("-", "+") else ""
    if not digits[len(sign) :].isdecimal() or len(digits) > 30:
        raise ShellError(shell.say("test number", text), status=2)
    return int(digits)


class Expression:
    """The arguments of `test`, parsed as POSIX counts them and, beyond four, by precedence."""

    def __init__(self, shell: Core, args: list[str], *, patterns: bool = False) -> None:
        self.shell = shell
        self.args = args
        self.patterns = patterns  # whether what stands behind `=` is one, as in `[[` of busybox
        self.at = 0
        self.depth = 0

    def value(self) -> bool:
        """Whether the expression holds; raises ShellError."""
        args = self.args
        if not args:
            return False
        if len(args) == 1:
            return args[0] != ""
        if len(args) == 3 and self.is_binary(args[1]):
            return self.binary(args[0], args[1], args[2])
        if len(args) == 4 and args[0] == "!" and self.is_binary(args[2]):
            return not self.binary(args[1], args[2], args[3])
        if len(args) == 2 and args[0] != "!" and args[0] not in UNARY:
            raise self.two_words()
        found = self.either()
        if self.at < len(args):
            raise self.unexpected(args[self.at])
        return found

    def binary(self, left: str, operator: str, right: str) -> bool:
        """`left operator right`."""
        if self.patterns and operator in ("=", "==", "!="):
            return matches(right, left) == (operator != "!=")
        return binary(self.shell, left, operator, right)

    def two_words(self) -> ShellError:
        first, second = self.args
        if self.shell.dialect.name == "bash":
            return self.error("test unary", first)
        if self.is_binary(second):
            return self.error("test argument", second)
        return self.error("test operator", first if self.shell.dialect.name == "dash" else second)

    def unexpected(self, text: str) -> ShellError:
        name = self.shell.dialect.name
        if len(self.args) == 3 and name in ("dash", "bash"):
            return self.error("test operator", self.args[0] if name == "dash" else self.args[1])
        return self.error("test extra", text)

    def error(self, kind: str, *values: str) -> ShellError:
        return ShellError(self.shell.say(kind, *values), status=2)

    def is_binary(self, word: str) -> bool:
        return word in BINARY

    def peek(self) -> str | None:
        return self.args[self.at] if self.at < len(self.args) else None

    def either(self) -> bool:
        found = self.both()
        while self.peek() == "-o":
            self.at += 1
            found = self.both() or found
        return found

    def both(self) -> bool:
        found = self.negation()
        while self.peek() == "-a":
            self.at += 1
            found = self.negation() and found
        return found

    def negation(self) -> bool:
        odd = False
        while self.peek() == "!" and self.at + 1 < len(self.args):
            self.at += 1
            odd = not odd
        return self.primary() != odd

    def primary(self) -> bool:
        word = self.peek()
        if word is None:
            raise self.error("test argument", self.args[-1])
        following = self.args[self.at + 1 : self.at + 3]
        if len(following) == 2 and self.is_binary(following[0]):
            self.at += 3
            return self.binary(word, following[0], following[1])
        self.at += 1
        if word == "(" and following:
            return self.parenthesis()
        if word in UNARY and following:
            self.at += 1
            return unary(self.shell, word, following[0])
        return word != ""

    def parenthesis(self) -> bool:
        self.depth += 1
        if self.depth > 50:
            raise self.shell.error("memory")
        found = self.either()
        if self.peek() != ")":
            raise self.error("test paren")
        self.at += 1
        return found


# --- [[ ]] ----------------------------------------------------------------------------------------------------------


def tasks_of(test: Test) -> tuple[Task, ...]:
    """What of the tree is to be expanded, in order."""
    found: list[Task] = []
    for index, word in enumerate(test.words):
        right = index == 1
        pattern = right and test.operator in ("=", "==", "!=")
        regex = right and test.operator == "=~"
        mode = "pattern" if pattern else "regex" if regex else "math" if test.operator in NUMBERS else "text"
        found.append((mode, word))
    for inner in test.tests:
        found.extend(tasks_of(inner))
    return tuple(found)


def shown(test: Test) -> tuple[Task, ...]:
    """What is expanded once more where a test is traced."""
    pattern = test.operator in ("=", "==", "!=", "=~")
    return tuple(("shown" if at and pattern else "text", word) for at, word in enumerate(test.words))


def traced(test: Test, words: list[str]) -> str:
    """A test as it is traced, with what `shown` has become."""
    return f"{test.operator} {words[0]}" if len(words) == 1 else f"{words[0]} {test.operator} {words[1]}"


def status(shell: Core, test: Test, words: list[Any]) -> int:
    """The exit status of `[[ test ]]` whose words have become *words*."""
    return int(not holds(shell, test, iter(words)))


def holds(shell: Core, test: Test, words: Any) -> bool:
    mine = [next(words) for _ in test.words]
    inner = [holds(shell, item, words) for item in test.tests]
    if test.operator in ("not", "and", "or"):
        return {"not": not inner[0], "and": all(inner), "or": any(inner)}[test.operator]
    if len(mine) == 1:
        return unary(shell, test.operator, mine[0])
    left, right = mine
    if test.operator in ("=", "==", "!="):
        return matches(right, left) == (test.operator != "!=")
    if test.operator == "=~":
        return by_regex(shell, left, right)
    if test.operator in NUMBERS:
        return NUMBERS[test.operator](int(left), int(right))
    return binary(shell, left, test.operator, right)


def by_regex(shell: Core, text: str, expression: str) -> bool:
    """`=~`; what matched stands in BASH_REMATCH."""
    try:
        groups = found_by(expression, text)
    except ValueError:
        raise ShellError(f"not simulated here: the regular expression {expression}", status=2) from None
    shell.clear_array("BASH_REMATCH", "a")
    for index, group in enumerate(groups or ()):
        shell.set_element(f"BASH_REMATCH[{index}]", group)
    return groups is not None
