"""The grammar of awk (POSIX awk): read into trees of tuples; what is not simulated is refused when it is read."""

from functools import lru_cache
from typing import NamedTuple

from simulator.programs.awk.expression_syntax import ExpressionReader, Tree
from simulator.programs.awk.tokens import BadScript


class Rule(NamedTuple):
    """A pattern (two for a range; None: every line; ("special", "BEGIN")) and what is done (None: the line is printed)."""

    pattern: Tree | None
    second: Tree | None
    body: Tree | None


class Function(NamedTuple):
    """A function of the script's own."""

    parameters: tuple[str, ...]
    body: Tree


class Script(NamedTuple):
    """All rules in order, and the functions by name."""

    rules: tuple[Rule, ...]
    functions: dict[str, Function]


class Reader(ExpressionReader):
    """A recursive descent over rules, functions and statements."""

    # --- the program ---------------------------------------------------------------------------------------------
    def run(self) -> Script:
        """The whole script."""
        rules: list[Rule] = []
        functions: dict[str, Function] = {}
        self.ends()
        while self.tokens[self.place][0] != "end":
            if self.accept("function", "func"):
                name = self.name()
                functions[name] = self.function()
            else:
                rules.append(self.rule())
            self.ends()
        if unknown := sorted(self.called - set(functions)):
            refused = "not simulated here: system()" if unknown[0] == "system" else ""
            raise BadScript(refused or f"Call to undefined function: {unknown[0]}")
        return Script(tuple(rules), functions)

    def function(self) -> Function:
        self.expect("(")
        parameters: list[str] = []
        while not self.accept(")"):
            if parameters:
                self.expect(",")
                self.newlines()
            parameters.append(self.name())
        self.newlines()
        self.in_function = True
        body = self.block()
        self.in_function = False
        return Function(tuple(parameters), body)

    def rule(self) -> Rule:
        pattern: Tree | None = None
        second: Tree | None = None
        if self.peek("BEGIN", "END"):
            pattern = ("special", self.accept("BEGIN", "END"))
        elif not self.peek("{"):
            pattern = self.expression()
            if self.accept(","):
                self.newlines()
                second = self.expression()
        return Rule(pattern, second, self.block() if self.peek("{") else None)

    def block(self) -> Tree:
        self.expect("{")
        self.deeper()
        out: list[Tree] = []
        self.ends()
        while not self.peek("}"):
            out.append(self.statement())
            self.ends()
        self.expect("}")
        self.depth -= 1
        return ("block", tuple(out))

    def statement(self) -> Tree:
        if self.peek("{"):
            return self.block()
        self.deeper()
        try:
            if word := self.accept("if", "while", "do", "for"):
                return getattr(self, "s_" + word)()  # type: ignore[no-any-return]
            if self.accept(";"):
                return ("block", ())
            node = self.simple()
        finally:
            self.depth -= 1
        if not self.peek("}") and self.tokens[self.place][0] != "end" and not self.accept(";", "\n"):
            raise BadScript(f"Unexpected token: {self.tokens[self.place][1]}")
        return node

    def body(self) -> Tree:
        self.newlines()
        return self.statement()

    def s_if(self) -> Tree:
        self.expect("(")
        test = self.expression()
        self.expect(")")
        then = self.body()
        mark = self.place
        self.ends()
        if self.accept("else"):
            return ("if", test, then, self.body())
        self.place = mark
        return ("if", test, then, None)

    def s_while(self) -> Tree:
        self.expect("(")
        test = self.expression()
        self.expect(")")
        return ("while", test, self.body())

    def s_do(self) -> Tree:
        body = self.body()
        self.ends()
        self.expect("while")
        self.expect("(")
        test = self.expression()
        self.expect(")")
        return ("do", test, body)

    def s_for(self) -> Tree:
        self.expect("(")
        if (
            self.tokens[self.place][0] == "name"
            and self.tokens[self.place + 1] == ("word", "in")
            and self.tokens[self.place + 3] == ("sign", ")")
        ):
            name, array = self.tokens[self.place][1], self.tokens[self.place + 2][1]
            self.place += 4
            return ("forin", name, array, self.body())
        first = None if self.peek(";") else self.simple()
        self.expect(";")
        test = None if self.peek(";") else self.expression()
        self.expect(";")
        step = None if self.peek(")") else self.simple()
        self.expect(")")
        return ("for", first, test, step, self.body())

    def simple(self) -> Tree:
        word = self.accept("print", "printf", "next", "exit", "return", "delete", "break", "continue")
        if word in ("print", "printf"):
            return self.printing(word)
        if word == "return" and not self.in_function:
            raise BadScript("Unexpected token: return")
        if word in ("exit", "return"):
            return (word, None if self.at_end() else self.expression())
        if word == "delete":
            return ("delete", self.name(), self.subscript() if self.accept("[") else None)
        return (word,) if word else ("expr", self.expression())

    def printing(self, word: str) -> Tree:
        words: list[Tree] = []
        self.in_print = True
        try:
            if not (self.at_end() or self.peek(">", ">>", "|")):
                words = self.listed()
        finally:
            self.in_print = False
        if len(words) == 1 and words[0][0] == "grouping":
            words = list(words[0][1])
        if self.accept("|"):
            raise BadScript("not simulated here: output to a command")
        operator = self.accept(">", ">>")
        target = self.concatenation() if operator else None
        return (word, tuple(words), operator, target)


@lru_cache(maxsize=64)
def read_script(script: str) -> Script:
    """*script*, read; raises BadScript."""
    return Reader(script).run()
