"""The words of a Go template (models text/template/parse/lex.go)."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

KEYWORDS = ("block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with")
NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)"
)
QUOTED = (
    ('"', re.compile(r'"(?:[^"\\\n]|\\.)*"'), "string", "unterminated quoted string"),
    ("`", re.compile(r"`[^`]*`"), "string", "unterminated raw quoted string"),
    ("'", re.compile(r"'(?:[^'\\\n]|\\.)+'"), "char", "unterminated character constant"),
)
NAME = re.compile(r"[.$]?\w*")
SPACE = re.compile(r"\s+")
SINGLE = {"|": "pipe", "(": "left", ")": "right", "=": "assign", ",": "comma"}
TERMINATORS = " \t\r\n.,|:()"


class TemplateError(Exception):
    """The template cannot be read, or cannot be applied to the object."""


@dataclass(frozen=True)
class Token:
    """A word: its kind, its text, where it stands and on which line."""

    kind: str
    text: str
    at: int
    line: int

    def __str__(self) -> str:
        if self.kind == "eof":
            return "EOF"
        if self.kind in (*KEYWORDS, "dot"):
            return f"<{self.text}>"
        text = self.text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{self.text[:10]}"...' if len(self.text) > 10 else f'"{text}"'


def words(template: str) -> Iterator[Token]:
    """The words of *template* in turn, `eof` last; raises TemplateError where there is none."""
    return _Lexer(template).all()


class _Lexer:
    def __init__(self, template: str) -> None:
        self.template = template
        self.at = 0

    def line(self, at: int) -> int:
        return self.template.count("\n", 0, at) + 1

    def fail(self, text: str) -> TemplateError:
        return TemplateError(f"template: output:{self.line(self.at)}: {text}")

    def token(self, kind: str, end: int) -> Token:
        found = Token(kind, self.template[self.at : end], self.at, self.line(self.at))
        self.at = end
        return found

    def all(self) -> Iterator[Token]:
        trim = False
        while True:
            start = self.template.find("{{", self.at)
            text = self.template[self.at : start if start >= 0 else None]
            skipped = len(text) - len(text.lstrip()) if trim else 0
            self.at += skipped
            text = text[skipped:]
            dashed = start >= 0 and re.match(r"\{\{-\s", self.template[start : start + 4])
            text = text.rstrip() if dashed else text
            if text:
                yield Token("text", text, self.at, self.line(self.at))
            if start < 0:
                yield Token("eof", "", len(self.template), self.line(len(self.template)))
                return
            self.at = start + (3 if dashed else 2)
            comment = re.compile(r"\s*/\*").match(self.template, self.at) if dashed else None
            if comment or self.template.startswith("/*", self.at):
                trim = self.comment()
                continue
            yield Token("open", "{{", start, self.line(start))
            trim = yield from self.action()

    def comment(self) -> bool:
        """Skip a comment; whether the text after it is trimmed."""
        end = self.template.find("*/", self.at)
        if end < 0:
            raise self.fail("unclosed comment")
        self.at = end + 2
        closing = re.compile(r"(\s-)?\}\}").match(self.template, self.at)
        if closing is None:
            raise self.fail("comment ends before closing delimiter")
        self.at = closing.end()
        return bool(closing[1])

    def action(self) -> Generator[Token, None, bool]:
        depth = 0
        while True:
            closing = re.compile(r"(\s+-)?\}\}").match(self.template, self.at)
            if closing:
                if depth:
                    raise self.fail("unclosed left paren")
                yield self.token("close", closing.end())
                return bool(closing[1])
            token = self.word()
            depth += (token.kind == "left") - (token.kind == "right")
            if depth < 0:
                raise self.fail("unexpected right paren")
            yield token

    def word(self) -> Token:
        if self.at >= len(self.template):
            raise self.fail("unclosed action")
        letter = self.template[self.at]
        if space := SPACE.match(self.template, self.at):
            return self.token("space", space.end())
        if self.template.startswith(":=", self.at):
            return self.token("declare", self.at + 2)
        for quote, pattern, kind, complaint in QUOTED:
            if letter == quote:
                found = pattern.match(self.template, self.at)
                if found is None:
                    raise self.fail(complaint)
                return self.token(kind, found.end())
        if letter in SINGLE:
            return self.token(SINGLE[letter], self.at + 1)
        number = NUMBER.match(self.template, self.at)
        if number and (letter != "." or number.end() > self.at + 1):
            return self.number(number.end())
        if letter in ".$" or letter.isalnum() or letter == "_":
            return self.name()
        raise self.fail(f"unrecognized character in action: U+{ord(letter):04X} '{letter}'")

    def number(self, end: int) -> Token:
        rest = re.compile(r"\w*").match(self.template, end)
        if rest and rest[0]:
            raise self.fail(f'bad number syntax: "{self.template[self.at : rest.end()]}"')
        return self.token("number", end)

    def name(self) -> Token:
        found = NAME.match(self.template, self.at)
        end = found.end() if found else self.at + 1
        following = self.template[end : end + 1]
        if following and following not in TERMINATORS and not self.template.startswith("}}", end) and end > self.at:
            dot = self.template[self.at : end] == "."
            if not dot or following not in "`\"'":
                raise self.fail(f"bad character U+{ord(following):04X} '{following}'")
        text = self.template[self.at : end]
        if text == ".":
            return self.token("dot", end)
        kind = {".": "field", "$": "variable"}.get(text[0], text if text in KEYWORDS else "identifier")
        return self.token("bool" if text in ("true", "false") else kind, end)
