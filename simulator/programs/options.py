"""How programs read their arguments: getopt(3), in busybox's and GNU's manner, and how they refuse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from simulator.programs.versions import of_gnu
from simulator.runtime.syscalls import Program, Step, Sys, UnixError


@dataclass(frozen=True)
class Dialect:
    """Whose program it is: what its errors, its options and its columns look like."""

    name: str
    banner: str = ""  # what busybox prints above a usage text


GNU = Dialect("gnu")
BUSYBOX = Dialect("busybox", "BusyBox v1.36.1 (2024-05-20 20:36:55 UTC) multi-call binary.")
BUSYBOX_128 = Dialect("busybox-1.28", "BusyBox v1.28.4 (2018-05-22 17:00:17 UTC) multi-call binary.")

Main = Callable[[Sys, Dialect], Step]


class Refused(Exception):
    """The program ends here: *text* is printed as it is, *code* is its exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


def is_busybox(dialect: Dialect) -> bool:
    """Whether busybox speaks."""
    return bool(dialect.banner)


def own_name(sys: Sys) -> str:
    """The name under which a program was called, as it stands in its errors."""
    return sys.argv[0].rpartition("/")[2] if sys.argv else "?"


def refuse(sys: Sys, message: str, code: int = 1) -> Refused:
    """A refusal under the program's own name."""
    return Refused(f"{own_name(sys)}: {message}\n", code)


def complain(sys: Sys, message: str) -> None:
    """One line of complaint under the program's own name; the program goes on."""
    sys.err(f"{own_name(sys)}: {message}\n")


def not_simulated(sys: Sys, what: str) -> Refused:
    """What a real program can do and this one cannot."""
    return Refused(f"{own_name(sys)}: not simulated here: {what}\n", 1)


def guard(main: Main, dialect: Dialect, sys: Sys) -> Step:
    """Run one step of *main*; refusals and failed system calls that it did not handle end it with their words."""
    try:
        return main(sys, dialect)
    except Refused as refusal:
        # What was asked for, a usage or a version, is no complaint.
        (sys.err if refusal.code or is_busybox(dialect) else sys.out)(refusal.text)
        return refusal.code
    except UnixError as error:
        sys.err(f"{own_name(sys)}: {error.message}\n")
        return 1


def program(main: Main, dialect: Dialect) -> Program:
    """*main* as an entry of the table."""
    return partial(guard, main, dialect)


class Options:
    """What was asked for: how often each flag stood there, the values of options, and the other words."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []
        self.words: list[str] = []

    def __contains__(self, key: str) -> bool:
        return any(name == key for name, _ in self.given)

    def count(self, key: str) -> int:
        """How often *key* was given."""
        return sum(name == key for name, _ in self.given)

    def values(self, key: str) -> list[str]:
        """All values of *key*, in order."""
        return [value for name, value in self.given if name == key]

    def value(self, key: str, default: str = "") -> str:
        """The last value of *key*."""
        return (self.values(key) or [default])[-1]

    def last(self, keys: str, default: str = "") -> str:
        """Which of *keys* came last: of options that exclude each other, that one holds."""
        return ([name for name, _ in self.given if name in keys] or [default])[-1]


@dataclass(frozen=True)
class Grammar:
    """The options that a program takes.

    short: as for getopt(3): letters, `:` behind those with a value, `::` behind those with an optional one (`-w3`).
    long: long name (with `=` if it takes a value, `=?` if it may) to the key under which it counts.
    other: letters that the real program knows and that are not simulated.
    code: the exit code of a usage error.
    permute: whether options may follow other words.
    """

    short: str
    long: tuple[tuple[str, str], ...] = ()
    other: str = ""
    code: int = 1
    permute: bool = True
    usage: str = ""  # behind `Usage: NAME `, in busybox's manner


def grammar(short: str, long: Mapping[str, str] | None = None, **rest: object) -> Grammar:
    """A Grammar, its long options written as a dict."""
    return Grammar(short, tuple((long or {}).items()), **rest)  # type: ignore[arg-type]


@lru_cache(maxsize=512)
def kinds_of(short: str) -> dict[str, int]:
    """For each letter: 0 a flag, 1 with a value, 2 with an optional value."""
    kinds: dict[str, int] = {}
    letters = list(short)
    while letters:
        letter = letters.pop(0)
        kinds[letter] = 0
        while letters and letters[0] == ":":
            letters.pop(0)
            kinds[letter] += 1
    return kinds


def parse(sys: Sys, dialect: Dialect, rules: Grammar, argv: list[str] | None = None) -> Options:
    """Read the arguments (of *argv*, by default the program's own) by *rules*; raises Refused."""
    return Parser(sys, dialect, rules).run(list(sys.argv[1:] if argv is None else argv))


class Parser:
    """One run of getopt_long(3)."""

    def __init__(self, sys: Sys, dialect: Dialect, rules: Grammar) -> None:
        self.sys = sys
        self.dialect = dialect
        self.rules = rules
        self.kinds = kinds_of(rules.short)
        self.found = Options()

    def run(self, rest: list[str]) -> Options:
        """Take *rest* apart."""
        rest.reverse()
        while rest:
            word = rest.pop()
            if word == "--":
                self.found.words += reversed(rest)
                break
            if word.startswith("--"):
                self.long(word[2:], rest)
            elif word.startswith("-") and len(word) > 1:
                self.letters(word[1:], rest)
            else:
                self.found.words.append(word)
                if not self.rules.permute:
                    self.found.words += reversed(rest)
                    break
        return self.found

    def letters(self, letters: str, rest: list[str]) -> None:
        """A word such as `-al` or `-n5`."""
        for place, letter in enumerate(letters):
            kind = self.kinds.get(letter)
            if kind is None:
                raise self.unknown_letter(letter)
            if kind == 0:
                self.found.given.append((letter, ""))
                continue
            value = letters[place + 1 :]
            if not value and kind == 1:
                if not rest:
                    raise self.usage(f"option requires an argument -- '{letter}'")
                value = rest.pop()
            self.found.given.append((letter, value))
            return

    def long(self, word: str, rest: list[str]) -> None:
        """A word such as `--all` or `--lines=5`."""
        name, equals, value = word.partition("=")
        if name == "help" and not any(form == "help" for form, _ in self.rules.long):
            raise Refused(self.help(), 0 if not is_busybox(self.dialect) or len(self.sys.argv) == 2 else 1)
        known = [
            (form.partition("=")[0], form.partition("=")[2] if "=" in form else None, key)
            for form, key in self.rules.long
        ]
        matching = [entry for entry in known if entry[0] == name] or [
            entry for entry in known if entry[0].startswith(name)
        ]
        if name == "version" and not matching and not is_busybox(self.dialect) and (text := of_gnu(own_name(self.sys))):
            raise Refused(text, 0)
        if not matching:
            raise self.usage(f"unrecognized option '--{name}'")
        if len(matching) > 1:
            raise self.usage(f"option '--{name}' is ambiguous")
        full, takes, key = matching[0]
        if takes is None and equals:
            raise self.usage(f"option '--{full}' doesn't allow an argument")
        if takes == "" and not equals:
            if not rest:
                raise self.usage(f"option '--{full}' requires an argument")
            value = rest.pop()
        self.found.given.append((key, value))

    def unknown_letter(self, letter: str) -> Refused:
        """A letter that nobody knows, or that only the real program knows."""
        if letter in self.rules.other:
            return not_simulated(self.sys, f"option -{letter}")
        return self.usage(f"invalid option -- '{letter}'")

    def usage(self, message: str) -> Refused:
        """A usage error, with what the program prints behind it."""
        name = own_name(self.sys)
        if is_busybox(self.dialect):
            return Refused(f"{name}: {message}\n{self.help()}", 1)
        return Refused(f"{name}: {message}\nTry '{name} --help' for more information.\n", self.rules.code)

    def help(self) -> str:
        """The usage text."""
        usage = f"Usage: {own_name(self.sys)} {self.rules.usage or '[OPTION]... [FILE]...'}\n"
        return f"{self.dialect.banner}\n\n{usage}" if is_busybox(self.dialect) else usage


def show_usage(sys: Sys, dialect: Dialect, rules: Grammar) -> Refused:
    """What a program says that was called with too few words."""
    return (
        Refused(Parser(sys, dialect, rules).help(), 1)
        if is_busybox(dialect)
        else refuse(sys, "missing operand", rules.code)
    )


def too_few(sys: Sys, dialect: Dialect, rules: Grammar, words: list[str], least: int) -> None:
    """Refuse if there are fewer than *least* words, as each dialect does."""
    if len(words) >= least:
        return
    if is_busybox(dialect):
        raise show_usage(sys, dialect, rules)
    name = own_name(sys)
    missing = "missing operand" if not words else f"missing operand after '{words[-1]}'"
    raise Refused(f"{name}: {missing}\nTry '{name} --help' for more information.\n", rules.code)


def whole_number(sys: Sys, dialect: Dialect, text: str, *, what: str = "invalid number") -> int:
    """A whole number, or a refusal as each dialect words it."""
    if text.lstrip("+-").isdecimal() and len(text) < 20 and text.lstrip("+-").isascii():
        return int(text)
    quoted = f"'{text}'"
    raise refuse(sys, f"invalid number {quoted}" if is_busybox(dialect) else f"{what}: {quoted}")
