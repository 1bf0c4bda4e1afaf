"""From characters to tokens and words: quoting, expansions, here-documents."""

import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from simulator.shell.dialects import Dialect
from simulator.shell.syntax import (
    Arith,
    Double,
    Lit,
    Param,
    Part,
    Quoted,
    Sequence,
    ShellSyntaxError,
    Subst,
    Tilde,
    Word,
)

DEPTH_LIMIT = 50  # of nesting: each level costs about ten frames of Python's stack
SUBST_LIMIT = 2_000

PLAIN = re.compile(r"[^\s;&|<>()$`\"'\\]+")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!-]")
BRACED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
DOUBLE_RUN = re.compile(r'[^"$`\\\n]+')
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
}
OPERATOR_FEATURES["|&"] = "pipeboth"
PROCESS_SUBSTITUTIONS = ("<(", ">(")
REDIRECTS = frozenset(["&>>", "<<-", "<<<", "&>", "<<", ">>", ">|", "<&", ">&", "<>", "<", ">"])
BRACE_OPERATORS = (":-", ":=", ":?", ":+", "-", "=", "?", "+", "%%", "%", "##", "#")
ANSI = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
ANSI_CODE = re.compile(r"x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)", re.DOTALL)


class Pending(NamedTuple):
    """A here-document whose body has not come yet."""

    number: int
    delimiter: str
    strip: bool
    quoted: bool


class Lexer:
    """Reads a text from *pos* on. `peek` looks at the next token, `advance` goes behind it."""

    def __init__(self, text: str, pos: int, line: int, dialect: Dialect, *, more: bool, depth: int = 0) -> None:
        self.text = text
        self.pos = pos
        self.line = line
        self.dialect = dialect
        self.features = dialect.features
        self.more = more  # whether more lines can come
        self.depth = depth
        self.blocks: list[Sequence | None] = []
        self.heredocs: list[Word] = []
        self.pending: list[Pending] = []
        self.token: str | None = None
        self.word: Word = ()
        self.fd = -1
        self.operator = ""
        self.start = pos  # where the token begins
        self.behind = pos  # where the last token that was taken ends

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

    # --- tokens -----------------------------------------------------------------------------------------------------

    def peek(self) -> str:
        """The next token: an operator, a newline, `WORD`, `REDIRECT`, or nothing at the end."""
        if self.token is None:
            self.token = self.scan()
        return self.token

    def advance(self) -> None:
        """Go on behind the token; behind the end of a line stand the here-documents."""
        self.behind = self.pos
        if self.token == "\n" and self.pending:
            self.read_heredocs()
        self.token = None

    def scan(self) -> str:
        self.skip_blanks()
        self.start = self.pos
        if self.pos >= len(self.text):
            return ""
        if self.text[self.pos] == "\n":
            self.pos += 1
            self.line += 1
            return "\n"
        self.fd = -1
        if "procsub" in self.features and self.text.startswith(PROCESS_SUBSTITUTIONS, self.pos):
            self.fail("refused", "process substitution")
        if number := IO_NUMBER.match(self.text, self.pos):
            self.fd = int(number.group()[:9])
            self.pos = number.end()
        for operator in OPERATORS:
            if self.text.startswith(operator, self.pos) and self.knows(operator):
                return self.take_operator(operator)
        self.word = self.scan_word()
        return "WORD"

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
            if not self.text.startswith("#", self.pos):
                return
            end = self.text.find("\n", self.pos)
            self.pos = len(self.text) if end < 0 else end

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
            else:
                break
        return with_tilde(tuple(parts))

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

    # --- expansions -------------------------------------------------------------------------------------------------

    def scan_dollar(self, parts: list[Part], *, quoted: bool) -> None:
        text = self.text
        after = text[self.pos + 1 : self.pos + 2]
        if match := PARAMETER.match(text, self.pos + 1):
            self.pos = match.end()
            parts.append(Param(match.group()))
        elif after == "{":
            self.pos += 2
            parts.append(self.scan_braces(quoted))
        elif after == "(":
            parts.append(self.scan_parenthesis())
        elif after == "'" and not quoted and "dollarquote" in self.features:
            self.pos += 1
            parts.append(Quoted(self.scan_ansi()))
        elif after == '"' and not quoted and "dollarquote" in self.features:
            self.pos += 2
            parts.append(Double(self.scan_double()))
        else:
            self.pos += 1
            (add_quoted if quoted else add_literal)(parts, "$")

    def scan_ansi(self) -> str:
        """`$'...'`; *pos* is at the quote."""
        pos = self.pos + 1
        out: list[str] = []
        while pos < len(self.text) and self.text[pos] != "'":
            if self.text[pos] == "\\" and pos + 1 < len(self.text):
                char, pos = ansi_escape(self.text, pos + 1)
                out.append(char)
            else:
                out.append(self.text[pos])
                pos += 1
        if pos >= len(self.text):
            self.fail("quote", "'", incomplete=True, closer="'")
        self.line += self.text.count("\n", self.pos, pos)
        self.pos = pos + 1
        return "".join(out)

    def scan_braces(self, quoted: bool) -> Param:
        """`${...}`; *pos* is behind the brace."""
        self.deeper()
        begin = self.pos
        param = self.scan_length() or self.scan_parameter(quoted) or self.scan_bad(begin)
        self.depth -= 1
        return param

    def scan_length(self) -> Param | None:
        if self.text.startswith("#", self.pos):
            name = BRACED.match(self.text, self.pos + 1)
            if name and self.text.startswith("}", name.end()):
                self.pos = name.end() + 1
                return Param(name.group(), "length")
        return None

    def scan_parameter(self, quoted: bool) -> Param | None:
        if self.text.startswith("!", self.pos) and "indirect" in self.features:
            name = NAME.match(self.text, self.pos + 1)
            if name and self.text.startswith("}", name.end()):
                self.pos = name.end() + 1
                return Param(name.group(), "indirect")
        name = BRACED.match(self.text, self.pos)
        if not name:
            return None
        self.pos = name.end()
        if self.text.startswith("}", self.pos):
            self.pos += 1
            return Param(name.group())
        return self.scan_operator(name.group(), quoted)

    def scan_operator(self, name: str, quoted: bool) -> Param | None:
        if self.text.startswith("[", self.pos) and "arrays" in self.features:
            self.fail("refused", "arrays")
        for operator in BRACE_OPERATORS:
            if self.text.startswith(operator, self.pos):
                self.pos += len(operator)
                word = self.brace_word(quoted and operator[-1] not in "%#", "}")
                self.pos += 1
                return Param(name, operator, word)
        for operator, feature in (("//", "replace"), ("/#", "replace"), ("/%", "replace"), ("/", "replace")):
            if self.text.startswith(operator, self.pos) and feature in self.features:
                self.pos += len(operator)
                return self.scan_replacement(name, operator, quoted)
        if self.text.startswith(":", self.pos) and "slice" in self.features:
            self.pos += 1
            return self.scan_slice(name)
        for operator in ("^^", "^", ",,", ","):
            if self.text.startswith(operator, self.pos) and "case" in self.features:
                self.pos += len(operator)
                word = self.brace_word(False, "}")
                self.pos += 1
                return Param(name, operator, word)
        return None

    def scan_replacement(self, name: str, operator: str, quoted: bool) -> Param:
        pattern = self.brace_word(False, "/}")
        second: Word = ()
        if self.text[self.pos] == "/":
            self.pos += 1
            second = self.brace_word(quoted, "}")
        self.pos += 1
        return Param(name, operator, pattern, second)

    def scan_slice(self, name: str) -> Param:
        offset = self.brace_word(True, ":}")
        second: Word | None = None
        if self.text[self.pos] == ":":
            self.pos += 1
            second = self.brace_word(True, "}")
        self.pos += 1
        return Param(name, "slice", offset, second)

    def scan_bad(self, begin: int) -> Param:
        """`${` with something else behind it: an error, but only when it is expanded."""
        self.pos = begin
        self.brace_word(False, "}")
        self.pos += 1
        return Param("", "bad", (Quoted(self.text[begin - 2 : self.pos]),))

    def brace_word(self, quoted: bool, stops: str) -> Word:
        """The word inside braces, up to one of *stops*, at which *pos* then is."""
        parts: list[Part] = []
        while True:
            char = self.text[self.pos : self.pos + 1]
            if not char:
                self.fail("brace", incomplete=True, closer="}")
            if char in stops:
                return tuple(parts) if quoted else with_tilde(tuple(parts))
            if char == '"':
                self.pos += 1
                parts.append(Double(self.scan_double()))
            elif quoted and char in "\\$`\n":
                self.scan_in_double(parts, char, '$`"\\}')
            elif not quoted and char in "\\$`'":
                self.scan_special(parts)
            else:
                self.line += char == "\n"
                (add_quoted if quoted else add_literal)(parts, char)
                self.pos += 1

    def scan_parenthesis(self) -> Part:
        """`$((...))` or `$(...)`; *pos* is at the dollar."""
        if self.text.startswith("((", self.pos + 1):
            begin, line, blocks, heredocs = self.pos, self.line, len(self.blocks), len(self.heredocs)
            self.pos += 3
            if (word := self.arith_word(")")) is not None:
                return Arith(word)
            self.pos, self.line = begin, line
            del self.blocks[blocks:], self.heredocs[heredocs:]
        self.pos += 2
        return self.subst(self.parse_substitution)

    def arith_word(self, closer: str) -> Word | None:
        """An expression up to two closing parentheses (or a `;`); None if it is none. *pos* is then behind it."""
        self.deeper()
        parts: list[Part] = []
        inner = 0
        while True:
            char = self.text[self.pos : self.pos + 1]
            if not char:
                self.fail("arith", incomplete=True, closer=")")
            if char == ";" and closer == ";" and not inner:
                break
            if char == ")" and not inner:
                if not self.text.startswith("))", self.pos):
                    self.depth -= 1
                    return None
                break
            inner += (char == "(") - (char == ")")
            self.arith_part(parts, char)
        self.pos += 1 if char == ";" else 2
        self.depth -= 1
        return tuple(parts)

    def arith_part(self, parts: list[Part], char: str) -> None:
        if char in "$`\n":
            self.scan_in_double(parts, char, "")
        else:
            if char not in '"\\':
                add_quoted(parts, char)
            self.pos += 1

    def scan_backquote(self, *, quoted: bool) -> Subst:
        """A command substitution between backquotes; *pos* is at the first."""
        pos = self.pos + 1
        out: list[str] = []
        while pos < len(self.text) and self.text[pos] != "`":
            if self.text[pos] == "\\" and self.text[pos + 1 : pos + 2] in ("$", "`", "\\", *('"' if quoted else "")):
                pos += 1
            out.append(self.text[pos : pos + 1])
            pos += 1
        if pos >= len(self.text):
            self.fail("backquote", incomplete=True, closer="`")
        line = self.line
        self.line += self.text.count("\n", self.pos, pos)
        self.pos = pos + 1
        return self.subst(lambda: self.parse_inner("".join(out), line))

    def subst(self, parse: Callable[[], Sequence]) -> Subst:
        """Reserve a block, and let *parse* fill it."""
        self.deeper()
        index = len(self.blocks)
        if index >= SUBST_LIMIT:
            self.fail("depth")
        self.blocks.append(None)
        self.blocks[index] = parse()
        self.depth -= 1
        return Subst(index)

    def parse_substitution(self) -> Sequence:
        """The commands up to a closing parenthesis."""
        raise NotImplementedError

    def parse_inner(self, text: str, line: int) -> Sequence:
        """The commands of a text of its own."""
        raise NotImplementedError

    # --- here-documents ---------------------------------------------------------------------------------------------

    def read_heredocs(self) -> None:
        pending, self.pending = self.pending, []
        for heredoc in pending:
            body, line = self.heredoc_text(heredoc)
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
