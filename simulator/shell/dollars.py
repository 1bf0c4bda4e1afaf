"""What a dollar begins: parameters, command substitution, arithmetic, ANSI-C quoting; backquotes, and process substitution."""

import re
from collections.abc import Callable

from simulator.shell.scanner import NAME, Scanner, add_literal, add_quoted, ansi_escape, with_tilde
from simulator.shell.syntax import (
    Arith,
    Double,
    Lit,
    Param,
    Part,
    Process,
    Quoted,
    Sequence,
    Subst,
    Word,
)

SUBST_LIMIT = 2_000

PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!-]")
BRACED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
LETTER = re.compile(r"@[A-Za-z]}")
TRANSFORMS = frozenset(["@Q", "@U", "@L", "@u"])  # those of bash's `${name@letter}` that are simulated
REPLACEMENTS = ("//", "/#", "/%", "/")
BRACE_OPERATORS = (":-", ":=", ":?", ":+", "-", "=", "?", "+", "%%", "%", "##", "#")


class Dollars(Scanner):
    """Reads expansions."""

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
        """`${#name}`"""
        if not self.text.startswith("#", self.pos):
            return None
        begin, self.pos = self.pos, self.pos + 1
        found = self.scan_name(BRACED)
        if found and self.text.startswith("}", self.pos):
            self.pos += 1
            return found._replace(operator="length")
        self.pos = begin
        return None

    def scan_name(self, names: re.Pattern[str]) -> Param | None:
        """A name, perhaps of one element or of all (`a[1]`, `a[@]`)."""
        name = names.match(self.text, self.pos)
        if not name:
            return None
        self.pos = name.end()
        if self.text.startswith("[", self.pos) and "arrays" in self.features and NAME.fullmatch(name.group()):
            self.pos += 1
            return Param(name.group(), subscript=self.scan_subscript())
        return Param(name.group())

    def scan_subscript(self) -> Word:
        """What stands between brackets; *pos* is behind the first."""
        for star in "@*":
            if self.text.startswith(f"{star}]", self.pos):
                self.pos += 2
                return (Lit(star),)
        parts: list[Part] = []
        inner = 0
        while (char := self.text[self.pos : self.pos + 1]) != "]" or inner:
            if not char:
                self.fail("subscript", incomplete=True, closer="]")
            if char in "\\$`'\"":
                self.scan_special(parts)
                continue
            inner += (char == "[") - (char == "]")
            self.line += char == "\n"
            add_quoted(parts, char)
            self.pos += 1
        self.pos += 1
        return tuple(parts)

    def scan_parameter(self, quoted: bool) -> Param | None:
        if self.text.startswith("!", self.pos) and "indirect" in self.features and (found := self.scan_indirect()):
            return found
        name = self.scan_name(BRACED)
        if not name:
            return None
        if self.text.startswith("}", self.pos):
            self.pos += 1
            return name
        found = self.scan_operator(name.name, quoted)
        return found and found._replace(subscript=name.subscript)

    def scan_indirect(self) -> Param | None:
        """`${!name}`, `${!a[@]}`, `${!prefix@}`; *pos* is at the exclamation mark."""
        begin, self.pos = self.pos, self.pos + 1
        if self.text.startswith("#}", self.pos):
            self.pos += 2
            return Param("#", "indirect")
        found = self.scan_name(NAME)
        star = self.text[self.pos : self.pos + 1]
        if found and found.subscript is None and star in ("@", "*") and self.text.startswith("}", self.pos + 1):
            self.pos += 2
            return found._replace(operator="names", word=(Lit(star),))
        if found and star == "}":
            self.pos += 1
            return found._replace(operator="keys" if found.subscript in ((Lit("@"),), (Lit("*"),)) else "indirect")
        self.pos = begin
        return None

    def scan_operator(self, name: str, quoted: bool) -> Param | None:
        for operator in BRACE_OPERATORS:
            if self.text.startswith(operator, self.pos):
                self.pos += len(operator)
                word = self.brace_word(quoted and operator[-1] not in "%#", "}")
                self.pos += 1
                return Param(name, operator, word)
        for operator in REPLACEMENTS if "replace" in self.features else ():
            if self.text.startswith(operator, self.pos):
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
        return self.scan_letter(name)

    def scan_letter(self, name: str) -> Param | None:
        """`${name@Q}`"""
        letter = LETTER.match(self.text, self.pos)
        if not letter or "arrays" not in self.features:
            return None
        if letter.group()[:2] not in TRANSFORMS:
            self.fail("refused", f"${{{name}{letter.group()}")
        self.pos = letter.end()
        return Param(name, letter.group()[:2])

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

    def scan_process(self) -> Process:
        writes = self.text[self.pos] == ">"
        self.pos += 2
        return Process(self.subst(self.parse_substitution).block, writes)

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
