"""The grammar of bash's arrays: `name[index]=value`, `name=(...)`."""

import re

from simulator.shell.scanner import with_tilde
from simulator.shell.syntax import Assign, Element, Word
from simulator.shell.tokens import Tokens, as_assignment

ELEMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\[(?=[^\n]*\]\+?=)")
ITEM = re.compile(r"\[(?=[^\n]*\]\+?=)")
EQUALS = re.compile(r"(\+?)=")


class ArrayGrammar(Tokens):
    """Each method takes what its name says from the tokens and returns its node."""

    def assignment(self) -> Assign | None:
        """The next word, and a list that stands behind it, if that is an assignment."""
        if "arrays" not in self.features:
            return as_assignment(self.word, append="append" in self.features)
        assign = self.element() or as_assignment(self.word, append="append" in self.features)
        if assign and not assign.word and self.text.startswith("(", self.pos):
            begin = self.pos
            return assign._replace(elements=self.elements(), source=self.text[begin : self.pos])
        return assign

    def element(self) -> Assign | None:
        """`name[index]=value`"""
        begin = ELEMENT.match(self.text, self.start)
        item = self.indexed(begin.end()) if begin else None
        if item is None or begin is None:
            return None
        return Assign(begin.group(1), item.word, item.append, item.subscript)

    def indexed(self, pos: int) -> Element | None:
        """What stands from the subscript at *pos* on, with the value; None if it is none, and the word is a word."""
        self.read_again(pos)
        index = self.scan_subscript()
        if equals := EQUALS.match(self.text, self.pos):
            self.pos = equals.end()
            return Element(index, with_tilde(self.scan_word()), bool(equals.group(1)))
        self.read_again(self.start)
        self.word = self.scan_word()
        return None

    def elements(self) -> tuple[Element, ...]:
        """A list in parentheses; *pos* is at the first of them."""
        found: list[Element] = []
        begin, before = self.start, self.before
        self.pos += 1
        while True:
            self.token = None
            self.newlines()
            if self.peek() == ")":
                break
            if self.token == "":
                self.fail("arith", incomplete=True, closer=")")
            if self.token != "WORD":
                self.unexpected()
            found.append(self.item())
        self.start, self.before, self.token = begin, before, "WORD"
        return tuple(found)

    def item(self) -> Element:
        """One word of a list."""
        begin = ITEM.match(self.text, self.start)
        item = self.indexed(begin.end()) if begin else None
        return item or Element(None, self.word)


def is_plain(word: Word, texts: frozenset[str]) -> bool:
    """Whether *word* is one of *texts*, unquoted."""
    return len(word) == 1 and word[0][0] in texts
