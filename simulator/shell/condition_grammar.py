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
            right = self.condition_and()
            test = Test("or", (), (test, right), f"{test.text} || {right.text}")
        return test

    def condition_and(self) -> Test:
        test = self.condition_one()
        self.newlines()
        while self.peek() == "&&":
            self.advance()
            right = self.condition_one()
            test = Test("and", (), (test, right), f"{test.text} && {right.text}")
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
            inner = self.condition_one()
            return Test("not", (), (inner,), f"! {inner.text}")
        if self.peek() == "(":
            self.advance()
            inner = self.condition_or()
            self.newlines()
            self.expect(")")
            return inner._replace(text=f"( {inner.text} )")
        if self.peek() != "WORD" or self.keyword() == "]]":
            self.unexpected()
        first, operator, text = self.word, self.keyword(), self.written()
        self.advance()
        if operator in CONDITION_UNARY and self.peek() == "WORD" and self.keyword() not in ("]]", *CONDITION_BINARY):
            word, text = self.word, f"{operator} {self.written()}"
            self.advance()
            return Test(operator, (word,), (), text)
        return self.condition_binary(first, text)

    def condition_binary(self, first: Word, text: str) -> Test:
        operator = self.operator if self.peek() == "REDIRECT" else self.keyword()
        if operator not in CONDITION_BINARY:
            return Test("-n", (first,), (), f"-n {text}")
        if operator == "=~":
            word, written = self.regex_word()
            return Test(operator, (first, word), (), f"{text} =~ {written}")
        self.advance()
        if self.peek() != "WORD":
            self.unexpected()
        second, text = self.word, f"{text} {operator} {self.written()}"
        self.advance()
        return Test(operator, (first, second), (), text)

    def regex_word(self) -> tuple[Word, str]:
        """The regular expression behind `=~`, in which parentheses and bars are not operators, and how it is written."""
        self.behind, self.token = self.pos, None
        self.skip_blanks()
        parts: list[Word] = []
        inner, begin = 0, self.pos
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
        return tuple(part for piece in parts for part in piece), self.text[begin : self.pos]
