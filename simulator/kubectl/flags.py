"""Flags, declared as data and parsed as the real client parses them (models spf13/pflag)."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from simulator.kubectl.failures import UsageFailure
from simulator.kubectl.go_values import BadValue, parse_bool, parse_duration, parse_int, parse_timeout

MAX_WORDS = 4096
LISTS = {"[]": "strings", "[+]": "array", "[=]": "pairs"}
HINT = "See '{} --help' for usage."
TIMEOUT = "request-timeout"  # a number alone means seconds, as nowhere else
BAD_TIMEOUT = (
    "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit "
    "(e.g. 1s | 2m | 3h)"
)


@dataclass(frozen=True)
class Flag:
    """One flag.

    kind: `bool`, `string`, `int`, `duration` (microseconds), `timeout` (the same), `strings` (commas separate), `array` (given once for each) or `pairs` (of key and value: commas separate).
    bare: the value it has when it is given without one; None if it needs one.
    """

    name: str
    short: str
    kind: str
    default: str
    bare: str | None = None

    @property
    def title(self) -> str:
        """How messages name it: `-n, --namespace`."""
        return f"-{self.short}, --{self.name}" if self.short else f"--{self.name}"


@dataclass
class Parsed:
    """What stood on a command line: the values of flags, the other words, and where `--` stood among them."""

    flags: dict[str, Any] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    order: list[tuple[str, str]] = field(default_factory=list)  # the flags as they were given, with their texts
    args: list[str] = field(default_factory=list)
    dash: int = -1
    help: bool = False


@lru_cache(maxsize=256)
def declare(*lines: str) -> tuple[Flag, ...]:
    """Read declarations such as `-A --all-namespaces=false`, `--dry-run=none?unchanged`, separated by blanks.

    The default tells the kind: true or false, a number, `0s` a duration, `[]` a list, `[+]` an array, `[=]` pairs, else a text.
    """
    flags: list[Flag] = []
    short = ""
    for word in " ".join(lines).split():
        if not word.startswith("--"):
            short = word[1:]
            continue
        name, _, default = word[2:].partition("=")
        flags.append(_declared(name, short, default))
        short = ""
    return tuple(flags)


def _declared(name: str, short: str, default: str) -> Flag:
    default, optional, bare = default.partition("?")
    if default in ("true", "false"):
        return Flag(name, short, "bool", default, "true")
    if default in LISTS:
        return Flag(name, short, LISTS[default], "", bare if optional else None)
    if default.lstrip("-").isdigit():
        return Flag(name, short, "int", default)
    if default[:1].isdigit() and default[-1] in "sm":
        return Flag(name, short, "timeout" if name == TIMEOUT else "duration", default)
    return Flag(name, short, "string", default, bare if optional else None)


def parse(words: Sequence[str], flags: Iterable[Flag], command: str, hint: str = HINT) -> Parsed:
    """Parse *words*; flags may stand anywhere before `--`. Raises UsageFailure in pflag's words, with *hint* where help on *command* is."""
    return _Parser(flags, hint.format(command)).parse(list(words[:MAX_WORDS]))


class _Parser:
    def __init__(self, flags: Iterable[Flag], hint: str) -> None:
        self.table: dict[str, Flag] = {flag.name: flag for flag in flags}
        self.shorts = {flag.short: flag for flag in self.table.values() if flag.short}
        self.hint = hint
        self.parsed = Parsed({name: default_of(flag) for name, flag in self.table.items()})

    def fail(self, message: str, flag: str = "") -> UsageFailure:
        return UsageFailure(message, self.hint, ("flag", flag) if flag else None)

    def parse(self, words: list[str]) -> Parsed:
        at = 0
        while at < len(words):
            word = words[at]
            at += 1
            if word == "--":
                self.parsed.dash = len(self.parsed.args)
                self.parsed.args += words[at:]
                break
            if word.startswith("--"):
                at = self.long(word[2:], words, at)
            elif word.startswith("-") and word != "-":
                at = self.shorthands(word, words, at)
            else:
                self.parsed.args.append(word)
        return self.parsed

    def long(self, text: str, words: list[str], at: int) -> int:
        name, equals, value = text.partition("=")
        if name == "help":
            self.parsed.help = True
            return at
        if not name or name[0] in "-=":
            raise self.fail(f"bad flag syntax: --{text}")
        flag = self.table.get(name)
        if flag is None:
            raise self.fail(f"unknown flag: --{name}", f"--{name}")
        if equals:
            self.put(flag, value)
        elif flag.bare is not None:
            self.put(flag, flag.bare)
        elif at < len(words):
            self.put(flag, words[at])
            return at + 1
        else:
            raise self.fail(f"flag needs an argument: --{name}")
        return at

    def shorthands(self, word: str, words: list[str], at: int) -> int:
        rest = word[1:]
        while rest:
            letter, rest = rest[0], rest[1:]
            flag = self.shorts.get(letter)
            if flag is None and letter == "h":
                self.parsed.help = True
                continue
            if flag is None:
                raise self.fail(f"unknown shorthand flag: {_rune(letter)} in -{letter}{rest}", f"-{letter}")
            if rest.startswith("="):
                self.put(flag, rest[1:])
                return at
            if flag.bare is not None:
                self.put(flag, flag.bare)
                continue
            if rest:
                self.put(flag, rest)
                return at
            if at >= len(words):
                raise self.fail(f"flag needs an argument: {_rune(letter)} in {word}")
            self.put(flag, words[at])
            return at + 1
        return at

    def put(self, flag: Flag, text: str) -> None:
        try:
            value = value_of(flag, text)
        except BadValue as error:
            if flag.name == TIMEOUT:
                raise UsageFailure(BAD_TIMEOUT) from None
            raise self.fail(f'invalid argument "{text}" for "{flag.title}" flag: {error}') from None
        if flag.kind in LISTS.values() and flag.name in self.parsed.given:
            value = self.parsed.flags[flag.name] + value
        self.parsed.flags[flag.name] = value
        self.parsed.given.add(flag.name)
        self.parsed.order.append((flag.name, text))


def _rune(letter: str) -> str:
    return f"'{letter}'"


def default_of(flag: Flag) -> Any:
    """The value of a flag that was not given."""
    if flag.kind in LISTS.values():
        return []
    return value_of(flag, flag.default)


def value_of(flag: Flag, text: str) -> Any:
    """The value that *text* means for *flag*; raises BadValue."""
    return READERS[flag.kind](text)


def _strings(text: str) -> list[str]:
    if not text:
        return []
    try:
        return next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration) as error:
        raise BadValue(f'parse error on line 1, column {len(text)}: extraneous or missing " in quoted-field') from error


def _pairs(text: str) -> list[str]:
    """Texts `key=value` (pflag, stringToString)."""
    found = [text.strip('"')] if text.count("=") == 1 else _strings(text) if "=" in text else [text]
    for each in found:
        if "=" not in each:
            raise BadValue(f"{each} must be formatted as key=value")
    return found


READERS: Mapping[str, Any] = {
    "bool": parse_bool,
    "string": str,
    "int": parse_int,
    "duration": parse_duration,
    "timeout": parse_timeout,
    "strings": _strings,
    "array": lambda text: [text],
    "pairs": _pairs,
}
