"""The language of sed: a script read into a list of commands, which are plain values (POSIX sed with GNU's common additions)."""

from functools import lru_cache
from typing import Any, NamedTuple

from simulator.programs.patterns import BadPattern, regex

LONGEST_SCRIPT = 65_536
MOST_COMMANDS = 2_000
TEXT_COMMANDS = "aic"
FILE_COMMANDS = "rwRW"
LABEL_COMMANDS = "btT"
PLAIN_COMMANDS = "dDgGhHnNpPx=zlF"


class BadScript(Exception):
    """The script cannot be read; the text says why."""


class Address(NamedTuple):
    """Which lines: kind `line`, `last`, `regex`, `step` (first~step), `plus` (+N), `zero` (0,/re/)."""

    kind: str
    number: int = 0
    step: int = 0
    pattern: Any = None


class Piece(NamedTuple):
    """A part of a replacement: plain text, the number of a group (0: all), or a change of case (`U`, `L`, `u`, `l`, `E`)."""

    text: bytes = b""
    group: int = -1
    case: str = ""


class Command(NamedTuple):
    """One command; what else it needs, by its letter."""

    letter: str
    first: Address | None = None
    second: Address | None = None
    negated: bool = False
    text: bytes = b""  # of a, i, c; a label; a file name
    pattern: Any = None  # of s
    pieces: tuple[Piece, ...] = ()
    number: int = 0  # s: the match to replace first; q, Q: the exit code; `{`: where its `}` stands
    everywhere: bool = False
    printed: bool = False
    table: tuple[bytes, bytes] = (b"", b"")  # of y


class Reader:
    """Reads one script."""

    def __init__(self, script: str, extended: bool) -> None:
        if len(script) > LONGEST_SCRIPT:
            raise BadScript("script too long")
        self.script = script
        self.extended = extended
        self.place = 0
        self.commands: list[Command] = []
        self.open: list[int] = []
        self.last_pattern: Any = None

    def run(self) -> list[Command]:
        """All commands; each `{` knows where its `}` stands."""
        while self.skip(" \t\n;"):
            if len(self.commands) >= MOST_COMMANDS:
                raise BadScript("script too long")
            if self.peek() == "#":
                self.until_newline()
                continue
            self.command()
        if self.open:
            raise BadScript("unmatched `{'")
        return self.commands

    # --- letters -------------------------------------------------------------------------------------------------
    def peek(self) -> str:
        return self.script[self.place : self.place + 1]

    def take(self) -> str:
        self.place += 1
        return self.script[self.place - 1 : self.place]

    def skip(self, letters: str) -> bool:
        """Go on behind *letters*; whether anything is left."""
        while self.peek() and self.peek() in letters:
            self.place += 1
        return bool(self.peek())

    def until_newline(self) -> str:
        end = self.script.find("\n", self.place)
        end = len(self.script) if end < 0 else end
        text, self.place = self.script[self.place : end], end
        return text

    def number(self) -> int:
        start = self.place
        while self.peek().isdecimal() and self.place - start < 9:
            self.place += 1
        return int(self.script[start : self.place] or 0)

    # --- addresses -----------------------------------------------------------------------------------------------
    def address(self, *, second: bool = False) -> Address | None:
        letter = self.peek()
        if letter.isdecimal() and letter:
            first = self.number()
            if self.peek() == "~":
                self.take()
                return Address("step", first, self.number())
            return Address("line", first)
        if letter == "$":
            self.take()
            return Address("last")
        if second and letter == "+":
            self.take()
            return Address("plus", self.number())
        if letter in ("/", "\\") and letter:
            self.take()
            mark = self.take() if letter == "\\" else "/"
            text = self.delimited(mark, regex_text=True)
            ignore = False
            while self.peek() in ("I", "M") and self.peek():
                ignore = self.take() == "I" or ignore
            return Address("regex", pattern=self.pattern(text, ignore))
        return None

    def pattern(self, text: str, ignore: bool) -> Any:
        if not text:
            if self.last_pattern is None:
                raise BadScript("no previous regular expression")
            return self.last_pattern
        try:
            self.last_pattern = regex(text, extended=self.extended, ignore_case=ignore)
        except BadPattern as error:
            raise BadScript(str(error)) from None
        return self.last_pattern

    def delimited(self, mark: str, *, regex_text: bool = False) -> str:
        """The text up to the next *mark*; in it a mark after a backslash is only a mark, and brackets hide it."""
        out: list[str] = []
        bracket = False
        while True:
            letter = self.take()
            if not letter:
                raise BadScript("unterminated address regex" if regex_text else "unterminated `s' command")
            if letter == "\\" and not bracket:
                out.append(self.escaped(mark))
                continue
            if letter == mark and not bracket:
                return "".join(out)
            if regex_text and letter == "[":
                out.append(self.bracket_class() if bracket else self.bracket_start())
                bracket = True
                continue
            if letter == "]":
                bracket = False
            out.append(letter)

    def escaped(self, mark: str) -> str:
        """What stands behind a backslash, as the regular expression is to have it."""
        follower = self.take()
        if follower == mark and mark not in "\\|+?(){}":
            return follower
        return "\n" if follower == "n" and mark != "n" else "\\" + follower

    def bracket_start(self) -> str:
        """`[`, `[^`, `[]` or `[^]`: a bracket that closes first stands for itself."""
        text = "[" + (self.take() if self.peek() == "^" else "")
        return text + (self.take() if self.peek() == "]" else "")

    def bracket_class(self) -> str:
        """A `[` in brackets: it may begin a class such as `[:alpha:]`."""
        if self.peek() not in (":", ".", "=") or not self.peek():
            return "["
        kind = self.take()
        end = self.script.find(kind + "]", self.place)
        if end < 0:
            return "[" + kind
        text, self.place = self.script[self.place : end + 2], end + 2
        return "[" + kind + text

    # --- commands ------------------------------------------------------------------------------------------------
    def command(self) -> None:
        first = self.address()
        second = None
        self.skip(" \t")
        if first and self.peek() == ",":
            self.take()
            self.skip(" \t")
            second = self.address(second=True)
            if second is None:
                raise BadScript("unexpected `,'")
        self.skip(" \t")
        negated = False
        while self.peek() == "!":
            self.take()
            self.skip(" \t")
            negated = True
        if first and first.kind == "line" and first.number == 0:
            if not (second and second.kind == "regex"):
                raise BadScript("invalid usage of line address 0")
            first = Address("zero")
        letter = self.take()
        if not letter:
            raise BadScript("missing command")
        self.commands.append(self.rest(Command(letter, first, second, negated)))

    def rest(self, command: Command) -> Command:
        """What follows the letter."""
        letter = command.letter
        if letter == "{":
            self.open.append(len(self.commands))
            return command
        if letter == "}":
            self.close(command)
        elif letter == "s":
            return self.substitution(command)
        elif letter == "y":
            return self.transliteration(command)
        elif letter in TEXT_COMMANDS:
            return command._replace(text=self.text())
        elif letter == ":":
            return self.label(command)
        elif letter in LABEL_COMMANDS:
            return command._replace(text=self.word().encode())
        elif letter in FILE_COMMANDS:
            self.skip(" \t")
            return command._replace(text=self.until_newline().encode("utf-8", "surrogateescape"))
        else:
            command = self.plain(command)
        self.ending()
        return command

    def plain(self, command: Command) -> Command:
        """A command that takes no text; q and Q may take an exit code."""
        if command.letter in "qQ":
            self.skip(" \t")
            return command._replace(number=self.number())
        if command.letter not in PLAIN_COMMANDS:
            raise BadScript(f"unknown command: `{command.letter}'")
        return command

    def label(self, command: Command) -> Command:
        """A place to jump to."""
        label = self.until_newline().strip() if ";" not in self.script[self.place :].split("\n")[0] else self.word()
        if command.first:
            raise BadScript(": doesn't want any addresses")
        return command._replace(text=label.encode())

    def close(self, command: Command) -> None:
        if not self.open:
            raise BadScript("unexpected `}'")
        if command.first:
            raise BadScript("} doesn't want any addresses")
        begin = self.open.pop()
        self.commands[begin] = self.commands[begin]._replace(number=len(self.commands))

    def word(self) -> str:
        self.skip(" \t")
        start = self.place
        while self.peek() and self.peek() not in " \t\n;}":
            self.place += 1
        return self.script[start : self.place]

    def ending(self) -> None:
        self.skip(" \t")
        if self.peek() and self.peek() not in ";\n}#":
            raise BadScript("extra characters after command")

    def text(self) -> bytes:
        """The text of a, i, c: on the same line (GNU), or behind a backslash and a newline."""
        self.skip(" \t")
        if self.peek() == "\\":
            self.take()
            start = self.place
            self.skip(" \t")
            if self.peek() == "\n":
                self.take()
            else:
                self.place = start
        if not self.peek():
            raise BadScript("expected \\ after `a', `c' or `i'")
        out: list[str] = []
        while (letter := self.peek()) and letter != "\n":
            self.take()
            if letter == "\\" and self.peek():
                follower = self.take()
                letter = "\t" if follower == "t" else follower
            out.append(letter)
        return ("".join(out) + "\n").encode("utf-8", "surrogateescape")

    def substitution(self, command: Command) -> Command:
        mark = self.take()
        if not mark or mark in "\n\\":
            raise BadScript("unterminated `s' command")
        try:
            source = self.delimited(mark, regex_text=True)
        except BadScript:
            raise BadScript("unterminated `s' command") from None
        pieces = self.replacement(mark)
        ignore = False
        number, everywhere, printed = 1, False, False
        while (letter := self.peek()) and letter not in ";\n}# \t":
            if letter.isdecimal():
                number = self.number()
                if number == 0:
                    raise BadScript("number option to `s' command may not be zero")
                continue
            self.take()
            if letter == "w":
                raise BadScript("not simulated here: the flag w of `s'")
            if letter not in "gpiImM":
                raise BadScript("unknown option to `s'")
            everywhere, printed, ignore = (
                everywhere or letter == "g",
                printed or letter == "p",
                ignore or letter in "iI",
            )
        self.ending()
        pattern = self.pattern(source, ignore)
        if any(piece.group > pattern.groups for piece in pieces):
            highest = max(piece.group for piece in pieces)
            raise BadScript(f"invalid reference \\{highest} on `s' command's RHS")
        return command._replace(pattern=pattern, pieces=pieces, number=number, everywhere=everywhere, printed=printed)

    def replacement(self, mark: str) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        plain: list[str] = []

        def end_plain() -> None:
            if plain:
                pieces.append(Piece("".join(plain).encode("utf-8", "surrogateescape")))
                plain.clear()

        while (letter := self.take()) != mark:
            if not letter:
                raise BadScript("unterminated `s' command")
            if letter == "&":
                end_plain()
                pieces.append(Piece(group=0))
            elif letter == "\\":
                follower = self.take()
                if follower.isdecimal() and follower:
                    end_plain()
                    pieces.append(Piece(group=int(follower)))
                elif follower in ("U", "L", "u", "l", "E") and follower:
                    end_plain()
                    pieces.append(Piece(case=follower))
                else:
                    plain.append({"n": "\n", "t": "\t", "r": "\r"}.get(follower, follower))
            else:
                plain.append(letter)
        end_plain()
        return tuple(pieces)

    def transliteration(self, command: Command) -> Command:
        mark = self.take()
        try:
            source, target = (self.delimited(mark).replace("\\\\", "\\") for _ in range(2))
        except BadScript:
            raise BadScript("unterminated `y' command") from None
        if len(source) != len(target):
            raise BadScript("strings for `y' command are different lengths")
        self.ending()
        return command._replace(
            table=(source.encode("utf-8", "surrogateescape"), target.encode("utf-8", "surrogateescape"))
        )


@lru_cache(maxsize=64)
def read_script(script: str, extended: bool) -> tuple[Command, ...]:
    """The commands of *script*; raises BadScript."""
    return tuple(Reader(script, extended).run())
