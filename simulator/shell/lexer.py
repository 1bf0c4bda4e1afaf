"""From characters to tokens: operators, words, here-documents."""

import re
from typing import NamedTuple

from simulator.shell.dialects import Dialect
from simulator.shell.dollars import Dollars
from simulator.shell.scanner import add_quoted
from simulator.shell.syntax import (
    Double,
    Part,
    Quoted,
    Word,
)

HEREDOC_RUN = re.compile(r"[^$`\\\n]+")
BLANKS = re.compile(r"(?:[ \t\r]|\\\n)+")
IO_NUMBER = re.compile(r"[0-9]+(?=[<>])")
# Longest first.
OPERATORS = [
    "&>>",
    ";;&",
    "<<-",
    "<<<",
    "&&",
    "||",
    ";;",
    ";&",
    "|&",
    "&>",
    "<<",
    ">>",
    ">|",
    "<&",
    ">&",
    "<>",
    "&",
    "|",
    ";",
    "(",
    ")",
    "<",
    ">",
]
OPERATOR_FEATURES = {
    "&>>": "andredirect",
    "&>": "andredirect",
    "<<<": "herestring",
    ";;&": "fallthrough",
    ";&": "fallthrough",
    "|&": "pipeboth",
}
REDIRECTS = frozenset(["&>>", "<<-", "<<<", "&>", "<<", ">>", ">|", "<&", ">&", "<>", "<", ">"])


class Pending(NamedTuple):
    """A here-document whose body has not come yet."""

    number: int
    delimiter: str
    strip: bool
    quoted: bool


class Lexer(Dollars):
    """Reads a text token by token. `peek` looks at the next one, `advance` goes behind it."""

    def __init__(self, text: str, pos: int, line: int, dialect: Dialect, *, more: bool, depth: int = 0) -> None:
        super().__init__(text, pos, line, dialect, more=more, depth=depth)
        self.pending: list[Pending] = []
        self.bodies: dict[int, str] = {}  # of here-documents, as they are written
        self.token: str | None = None
        self.word: Word = ()
        self.fd = -1
        self.operator = ""
        self.start = pos  # where the token begins
        self.behind = pos  # where the last token that was taken ends
        self.before = (0, 0, line)  # how many blocks and here-documents there were before the token, and its line

    # --- tokens -----------------------------------------------------------------------------------------------------

    def peek(self) -> str:
        """The next token: an operator, a newline, `WORD`, `REDIRECT`, or nothing at the end."""
        if self.token is None:
            self.token = self.scan()
        return self.token

    def written(self) -> str:
        """The token as it is written."""
        return self.text[self.start : self.pos]

    def advance(self) -> None:
        """Go on behind the token; behind the end of a line stand the here-documents."""
        self.behind = self.pos
        if self.token == "\n" and self.pending:
            self.read_heredocs()
        self.token = None

    def scan(self) -> str:
        self.skip_blanks()
        self.start = self.pos
        self.before = (len(self.blocks), len(self.heredocs), self.line)
        if self.pos >= len(self.text):
            return ""
        if self.text[self.pos] == "\n":
            self.pos += 1
            self.line += 1
            return "\n"
        self.fd = -1
        if self.at_process():
            self.word = self.scan_word()
            return "WORD"
        if number := IO_NUMBER.match(self.text, self.pos):
            self.fd = int(number.group()[:9])
            self.pos = number.end()
        for operator in OPERATORS:
            if self.text.startswith(operator, self.pos) and self.knows(operator):
                return self.take_operator(operator)
        self.word = self.scan_word()
        return "WORD"

    def read_again(self, pos: int) -> None:
        """Forget what was made of the token, and go back to *pos* in it."""
        blocks, heredocs, self.line = self.before
        del self.blocks[blocks:], self.heredocs[heredocs:]
        self.pos = pos

    def knows(self, operator: str) -> bool:
        return OPERATOR_FEATURES.get(operator, "") in ("", *self.features)

    def take_operator(self, operator: str) -> str:
        self.pos += len(operator)
        if operator not in REDIRECTS:
            return operator
        self.operator = operator
        return "REDIRECT"

    def skip_blanks(self) -> None:
        while True:
            if blanks := BLANKS.match(self.text, self.pos):
                self.line += blanks.group().count("\n")
                self.pos = blanks.end()
                if self.more and self.pos >= len(self.text) and blanks.group().endswith("\\\n"):
                    self.fail("quote", "\\", incomplete=True)
            if not self.text.startswith("#", self.pos):
                return
            end = self.text.find("\n", self.pos)
            self.pos = len(self.text) if end < 0 else end

    # --- here-documents ---------------------------------------------------------------------------------------------

    def read_heredocs(self) -> None:
        pending, self.pending = self.pending, []
        for heredoc in pending:
            body, line = self.heredoc_text(heredoc)
            self.bodies[heredoc.number] = f"{body}{heredoc.delimiter}\n"
            self.heredocs[heredoc.number] = (Quoted(body),) if heredoc.quoted else self.heredoc_word(body, line)

    def heredoc_text(self, heredoc: Pending) -> tuple[str, int]:
        lines: list[str] = []
        first = self.line
        while self.pos < len(self.text):
            end = self.text.find("\n", self.pos)
            stop = len(self.text) if end < 0 else end
            line = self.text[self.pos : stop]
            self.pos = min(stop + 1, len(self.text))
            self.line += 1
            if heredoc.strip:
                line = line.lstrip("\t")
            if line == heredoc.delimiter:
                return "".join(lines), first
            lines.append(line + ("\n" if end >= 0 else ""))
        if self.more:
            self.fail("heredoc", heredoc.delimiter, incomplete=True, closer=heredoc.delimiter, whole=True)
        return "".join(lines), first

    def heredoc_word(self, body: str, line: int) -> Word:
        """The body of a here-document in which expansions count."""
        outer = (self.text, self.pos, self.line, self.token)
        self.text, self.pos, self.line = body, 0, line
        parts: list[Part] = []
        while self.pos < len(body):
            if run := HEREDOC_RUN.match(body, self.pos):
                add_quoted(parts, run.group())
                self.pos = run.end()
            else:
                self.scan_in_double(parts, body[self.pos], "$`\\")
        self.text, self.pos, self.line, self.token = outer
        return (Double(tuple(parts)),)
