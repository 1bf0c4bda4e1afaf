"""What all parts of the grammar need: complaints, keywords, and the next token that is wanted."""

from typing import NoReturn

from simulator.shell.braces import expand_braces
from simulator.shell.lexer import Lexer
from simulator.shell.scanner import NAME, with_tilde
from simulator.shell.syntax import (
    Assign,
    Double,
    Lit,
    Param,
    Quoted,
    ShellSyntaxError,
    Word,
)

CLOSERS = frozenset(["then", "else", "elif", "fi", "do", "done", "esac", "}"])
OPENERS = frozenset(["if", "while", "until", "for", "case", "{", "!"])
# Builtins whose arguments are assignments, which are not split.
DECLARERS = frozenset(["export", "readonly", "local", "declare", "typeset"])
KEYWORDS = CLOSERS | OPENERS | {"in"}


class Tokens(Lexer):
    """The tokens as the grammar asks for them."""

    def unexpected(self, expected: str = "") -> NoReturn:
        """Complain of the next token."""
        token = self.peek()
        if token == "WORD" and self.keyword() in KEYWORDS:
            token = self.keyword()
        elif token == "WORD" and "conditional" in self.features:
            token = self.text[self.start : self.pos]
        elif token == "REDIRECT" and "conditional" in self.features:
            token = self.operator
        line = self.line - (token == "\n" and "conditional" in self.features)
        closer = expected if expected and token == "" else ""
        raise ShellSyntaxError("unexpected", token, expected, line=line, incomplete=token == "", closer=closer)

    def expect(self, wanted: str) -> None:
        """Take *wanted*, a keyword or an operator."""
        if self.peek() != wanted and (self.token != "WORD" or self.keyword() != wanted):
            self.unexpected(wanted)
        self.advance()

    def keyword(self) -> str:
        """The text of the next token if it is a word without quotes or expansions."""
        if self.peek() != "WORD" or len(self.word) != 1:
            return ""
        part = self.word[0]
        return part.text if isinstance(part, Lit) else ""

    def braces(self, word: Word) -> list[Word]:
        if "braces" not in self.features:
            return [word]
        expanded = expand_braces(word)
        if expanded is None:
            self.fail("memory")
        return expanded

    def newlines(self) -> None:
        while self.peek() == "\n":
            self.advance()


def as_assignment(word: Word, *, append: bool = False) -> Assign | None:
    """*word* as an assignment, or None if it is none."""
    first = word[0] if word else None
    if not isinstance(first, Lit):
        return None
    name, equals, rest = first.text.partition("=")
    added = append and name.endswith("+")
    name = name[:-1] if added else name
    if not equals or not NAME.fullmatch(name):
        return None
    return Assign(name, with_tilde(((Lit(rest),) if rest else ()) + word[1:]), added)


def plain_text(word: Word, raw: str) -> str:
    """What *word* says without its quotes; *raw* stands for what is expanded elsewhere but not here."""
    text = ""
    for part in word:
        if isinstance(part, Lit | Quoted):
            text += part.text
        elif isinstance(part, Double):
            text += plain_text(part.parts, raw)
        elif isinstance(part, Param) and not part.operator:
            text += "$" + part.name
        else:
            return raw
    return text
