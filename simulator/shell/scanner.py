"""Reading a text: quoted and unquoted words. What a dollar begins is read in `dollars`, tokens and here-documents in `lexer`."""

import re
from typing import NoReturn

from simulator.shell.dialects import Dialect
from simulator.shell.syntax import (
    Double,
    Lit,
    Part,
    Process,
    Quoted,
    Sequence,
    ShellSyntaxError,
    Subst,
    Tilde,
    Word,
)

DEPTH_LIMIT = 50  # of nesting: each level costs about ten frames of Python's stack

# Only blanks and newlines part words: a space that does not break is a letter like any other.
PLAIN = re.compile(r"[^ \t\r\n;&|<>()$`\"'\\]+")
PROCESS_SUBSTITUTIONS = ("<(", ">(")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DOUBLE_RUN = re.compile(r'[^"$`\\\n]+')
ANSI = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
ANSI_CODE = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)", re.DOTALL)


class Scanner:
    """A text, and how far it was read."""

    def __init__(self, text: str, pos: int, line: int, dialect: Dialect, *, more: bool, depth: int = 0) -> None:
        self.text = text
        self.pos = pos
        self.line = line
        self.dialect = dialect
        self.features = dialect.features
        self.more = more  # whether more lines can come
        self.depth = depth
        self.blocks: list[Sequence | None] = []  # of command substitutions
        self.heredocs: list[Word] = []

    # --- errors -----------------------------------------------------------------------------------------------------

    def fail(
        self, kind: str, token: str = "", *, incomplete: bool = False, closer: str = "", whole: bool = False
    ) -> NoReturn:
        raise ShellSyntaxError(kind, token, line=self.line, incomplete=incomplete, closer=closer, whole=whole)

    def deeper(self) -> None:
        """One level further down; the caller comes up again by itself."""
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            self.fail("depth")

    # --- words ------------------------------------------------------------------------------------------------------

    def scan_word(self) -> Word:
        """The word at *pos*, with everything in it."""
        parts: list[Part] = []
        while self.pos < len(self.text):
            if plain := PLAIN.match(self.text, self.pos):
                add_literal(parts, plain.group())
                self.pos = plain.end()
            elif self.text[self.pos] in "\\'\"$`":
                self.scan_special(parts)
            elif self.at_process():
                parts.append(self.scan_process())
            else:
                break
        return with_tilde(tuple(parts))

    def at_process(self) -> bool:
        """Whether a process substitution begins at *pos*."""
        return "procsub" in self.features and self.text.startswith(PROCESS_SUBSTITUTIONS, self.pos)

    def scan_special(self, parts: list[Part]) -> None:
        """Take what a quote, a backslash, a dollar or a backquote begins."""
        char = self.text[self.pos]
        if char == "\\":
            self.scan_backslash(parts)
        elif char == "'":
            parts.append(Quoted(self.until_quote("'")))
        elif char == '"':
            self.pos += 1
            parts.append(Double(self.scan_double()))
        elif char == "$":
            self.scan_dollar(parts, quoted=False)
        else:
            parts.append(self.scan_backquote(quoted=False))

    def scan_backslash(self, parts: list[Part]) -> None:
        following = self.text[self.pos + 1 : self.pos + 2]
        self.pos += 2
        if following == "\n":
            self.line += 1
            if self.pos >= len(self.text) and self.more:
                self.fail("quote", "\\", incomplete=True)
        elif following:
            parts.append(Quoted(following))
        else:
            self.pos -= 1
            parts.append(Quoted("\\"))

    def until_quote(self, quote: str) -> str:
        end = self.text.find(quote, self.pos + 1)
        if end < 0:
            self.line += self.text.count("\n", self.pos)
            self.fail("quote", quote, incomplete=True, closer=quote)
        text = self.text[self.pos + 1 : end]
        self.line += text.count("\n")
        self.pos = end + 1
        return text

    def scan_double(self) -> Word:
        """What stands between double quotes; *pos* is behind the first."""
        parts: list[Part] = []
        while True:
            if run := DOUBLE_RUN.match(self.text, self.pos):
                add_quoted(parts, run.group())
                self.pos = run.end()
            char = self.text[self.pos : self.pos + 1]
            if not char:
                self.fail("quote", '"', incomplete=True, closer='"')
            if char == '"':
                self.pos += 1
                return tuple(parts)
            self.scan_in_double(parts, char, '$`"\\')

    def scan_in_double(self, parts: list[Part], char: str, escapable: str) -> None:
        """Take one thing that means something even between double quotes."""
        if char == "\n":
            self.line += 1
            self.pos += 1
            add_quoted(parts, "\n")
        elif char == "\\":
            following = self.text[self.pos + 1 : self.pos + 2]
            self.pos += 1 + len(following)
            if following == "\n":
                self.line += 1
            else:
                add_quoted(parts, following if following and following in escapable else "\\" + following)
        elif char == "$":
            self.scan_dollar(parts, quoted=True)
        else:
            parts.append(self.scan_backquote(quoted=True))

    def scan_process(self) -> Process:
        """`<(...)` or `>(...)`."""
        raise NotImplementedError

    def scan_dollar(self, parts: list[Part], *, quoted: bool) -> None:
        """What a dollar begins."""
        raise NotImplementedError

    def scan_backquote(self, *, quoted: bool) -> Subst:
        """Commands in backquotes."""
        raise NotImplementedError


def add_literal(parts: list[Part], text: str) -> None:
    """Append unquoted *text*, to the last part if that is unquoted too."""
    last = parts[-1] if parts else None
    if isinstance(last, Lit):
        parts[-1] = Lit(last.text + text)
    else:
        parts.append(Lit(text))


def add_quoted(parts: list[Part], text: str) -> None:
    """Append quoted *text*, to the last part if that is quoted too."""
    last = parts[-1] if parts else None
    if isinstance(last, Quoted):
        parts[-1] = Quoted(last.text + text)
    else:
        parts.append(Quoted(text))


def with_tilde(word: Word) -> Word:
    """*word* with its `~` recognised, if it begins with one."""
    first = word[0] if word else None
    if not isinstance(first, Lit) or not first.text.startswith("~"):
        return word
    user, slash, rest = first.text[1:].partition("/")
    if (not slash and len(word) > 1) or (user and not NAME.fullmatch(user.replace("-", "_"))):
        return word
    return (Tilde(user), *((Lit(slash + rest),) if slash else ()), *word[1:])


def ansi_escape(text: str, pos: int) -> tuple[str, int]:
    """The character that the escape at *pos* (behind the backslash) means, and where it ends."""
    if text[pos] in ANSI:
        return ANSI[text[pos]], pos + 1
    if code := ANSI_CODE.match(text, pos):
        hexadecimal = code.group(1) or code.group(2) or code.group(3)
        if hexadecimal:
            return character(int(hexadecimal, 16)), code.end()
        if code.group(4):
            return character(int(code.group(4), 8) & 255), code.end()
        return chr(ord(code.group(5)) & 31), code.end()
    return (text[pos] if text[pos] in "\\'\"?" else "\\" + text[pos]), pos + 1


def character(number: int) -> str:
    """The character with this number; a replacement where there is none that a file could hold."""
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"
