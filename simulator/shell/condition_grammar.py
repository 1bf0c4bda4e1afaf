"""The grammar of `[[ ... ]]`."""

from simulator.shell.syntax import (
    Condition,
    Lit,
    Node,
    Test,
    Word,
)
from simulator.shell.tokens import Tokens

CONDITION_UNARY = frozenset(f"-{letter}" for letter in "abcdefghknoprstuvwxzGLNOS")
CONDITION_BINARY = frozenset(
    ["=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]
)


class ConditionGrammar(Tokens):
    """Each method takes what its name says from the tokens and returns its node."""

    def condition_command(self) -> Node:
        line = self.line
        test = self.condition_or()
        self.newlines()
        self.expect("]]")
        return Condition(test, line)

    def condition_or(self) -> Test:
        test = self.condition_and()
        while self.peek() == "||":
            self.advance()
            test = Test("or", (), (test, self.condition_and()))
        return test

    def condition_and(self) -> Test:
        test = self.condition_one()
        self.newlines()
        while self.peek() == "&&":
            self.advance()
            test = Test("and", (), (test, self.condition_one()))
            self.newlines()
        return test

    def condition_one(self) -> Test:
        self.deeper()
        self.newlines()
        test = self.condition_primary()
        self.depth -= 1
        return test

    def condition_primary(self) -> Test:
        if self.keyword() == "!":
            self.advance()
            return Test("not", (), (self.condition_one(),))
        if self.peek() == "(":
            self.advance()
            inner = self.condition_or()
            self.newlines()
            self.expect(")")
            return inner
        if self.peek() != "WORD" or self.keyword() == "]]":
            self.unexpected()
        first, operator = self.word, self.keyword()
        self.advance()
        if operator in CONDITION_UNARY and self.peek() == "WORD" and self.keyword() not in ("]]", *CONDITION_BINARY):
            word = self.word
            self.advance()
            return Test(operator, (word,))
        return self.condition_binary(first)

    def condition_binary(self, first: Word) -> Test:
        operator = self.operator if self.peek() == "REDIRECT" else self.keyword()
        if operator not in CONDITION_BINARY:
            return Test("-n", (first,))
        if operator == "=~":
            return Test(operator, (first, self.regex_word()))
        self.advance()
        if self.peek() != "WORD":
            self.unexpected()
        second = self.word
        self.advance()
        return Test(operator, (first, second))

    def regex_word(self) -> Word:
        """The regular expression behind `=~`, in which parentheses and bars are not operators."""
        self.behind, self.token = self.pos, None
        self.skip_blanks()
        parts: list[Word] = []
        inner = 0
        while self.pos < len(self.text) and (inner or not self.text[self.pos].isspace()):
            char = self.text[self.pos]
            inner += (char == "(") - (char == ")")
            if char in "()|<>;& \t":
                parts.append((Lit(char),))
                self.pos += 1
            elif piece := self.scan_word():
                parts.append(piece)
            else:
                break
        return tuple(part for piece in parts for part in piece)
