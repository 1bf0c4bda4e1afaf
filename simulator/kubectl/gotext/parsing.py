"""From the words of a Go template to its trees (models text/template/parse/parse.go)."""

import json
from collections.abc import Collection

from simulator.kubectl.gotext.constants import constant
from simulator.kubectl.gotext.lexing import TemplateError, Token, words
from simulator.kubectl.gotext.nodes import (
    Action,
    Branch,
    Call,
    Chain,
    Command,
    Leap,
    Node,
    Pipe,
    Template,
    Text,
    Value,
)

MAX_DEPTH = 50
MAIN = "output"
OPERANDS = ("bool", "char", "dot", "field", "identifier", "number", "nil", "string", "variable", "left")
CONSTANTS = ("constant", "nil", "dot")


def parse(text: str, functions: Collection[str]) -> Template:
    """Read a template that may call *functions*."""
    parser = _Parser(text, functions)
    parser.trees[MAIN] = parser.top()
    return Template(text, parser.trees)


class _Parser:
    def __init__(self, text: str, functions: Collection[str]) -> None:
        self.tokens: list[Token] = []
        self.source = words(text)
        self.at = 0
        self.functions = functions
        self.trees: dict[str, list[Node]] = {}
        self.variables = ["$"]
        self.ranges = self.depth = 0

    # --- words
    def peek(self, ahead: int = 0) -> Token:
        while len(self.tokens) <= self.at + ahead:
            self.tokens.append(next(self.source))
        return self.tokens[self.at + ahead]

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def skip(self) -> Token:
        """The next word that is no space, not taken."""
        while self.peek().kind == "space":
            self.at += 1
        return self.peek()

    def expect(self, kind: str, context: str) -> Token:
        self.skip()
        token = self.next()
        if token.kind != kind:
            raise self.unexpected(token, context)
        return token

    def fail(self, text: str) -> TemplateError:
        line = self.tokens[max(self.at - 1, 0)].line if self.tokens else 1
        return TemplateError(f"template: output:{line}: {text}")

    def unexpected(self, token: Token, context: str) -> TemplateError:
        return self.fail(f"unexpected {token} in {context}")

    # --- lists
    def top(self) -> list[Node]:
        nodes: list[Node] = []
        while self.peek().kind != "eof":
            if self.peek().kind == "open" and self.first().kind == "define":
                self.define()
                continue
            node, end = self.element()
            if node is None:
                raise self.fail(f"unexpected {{{{{end}}}}}")
            nodes.append(node)
        return nodes

    def first(self) -> Token:
        """The first word of the action that begins here."""
        return self.peek(2 if self.peek(1).kind == "space" else 1)

    def define(self) -> None:
        self.next()
        self.skip()
        self.next()
        name = str(constant(self.expect("string", "define clause")))
        self.expect("close", "define clause")
        outer, self.variables = self.variables, ["$"]
        ranges, self.ranges = self.ranges, 0
        nodes, end = self.body()
        if end != "end":
            raise self.fail(f"unexpected {{{{{end}}}}} in define clause")
        self.variables, self.ranges = outer, ranges
        self.expect("close", "end")
        self.trees[name] = nodes

    def body(self) -> tuple[list[Node], str]:
        """Nodes until `end` or `else`, and which of them came."""
        nodes: list[Node] = []
        while self.peek().kind != "eof":
            node, end = self.element()
            if node is None:
                return nodes, end
            nodes.append(node)
        self.next()
        raise self.fail("unexpected EOF")

    def element(self) -> tuple[Node | None, str]:
        """A text or an action; or nothing, and the word that ends a list."""
        token = self.next()
        if token.kind == "text":
            return Text(token.at, token.text), ""
        word = self.skip()
        if word.kind in ("end", "else"):
            self.next()
            return None, word.kind
        if word.kind in ("if", "with", "range"):
            self.next()
            return self.branch(word, word.kind), ""
        if word.kind in ("break", "continue"):
            self.next()
            return self.leap(word), ""
        if word.kind in ("template", "block"):
            self.next()
            return (self.call if word.kind == "template" else self.block)(token), ""
        return Action(token.at, self.pipeline("command", "close")), ""

    def leap(self, word: Token) -> Leap:
        closing = self.skip()
        if closing.kind != "close":
            raise self.unexpected(self.next(), f"{{{{{word.kind}}}}}")
        self.next()
        if not self.ranges:
            raise self.fail(f"{{{{{word.kind}}}}} outside {{{{range}}}}")
        return Leap(word.at, word.kind)

    def branch(self, word: Token, context: str) -> Branch:
        self.deeper()
        held = len(self.variables)
        pipe = self.pipeline(context, "close")
        self.ranges += context == "range"
        body, end = self.body()
        self.ranges -= context == "range"
        other: list[Node] = []
        if end == "else":
            other = self.alternative(word, context)
        else:
            self.expect("close", "end")
        del self.variables[held:]
        self.depth -= 1
        return Branch(word.at, context, pipe, body, other)

    def alternative(self, word: Token, context: str) -> list[Node]:
        """What follows `else`, up to the `end` of all."""
        following = self.skip()
        if following.kind == context and context in ("if", "with"):
            self.next()
            return [self.branch(following, context)]
        if following.kind != "close":
            raise (
                self.unexpected(self.next(), "input")
                if following.kind in ("if", "with")
                else self.unexpected(self.next(), "else")
            )
        self.next()
        nodes, end = self.body()
        if end != "end":
            raise self.fail("expected end; found {{else}}")
        self.expect("close", "end")
        return nodes

    def call(self, opening: Token) -> Call:
        name = self.skip()
        if name.kind != "string":
            raise self.unexpected(self.next(), "template clause")
        self.next()
        pipe = None
        if self.skip().kind == "close":
            self.next()
        else:
            pipe = self.pipeline("template clause", "close")
        return Call(name.at, str(constant(name)), name.text, pipe)

    def block(self, opening: Token) -> Call:
        name = self.expect("string", "block clause")
        pipe = self.pipeline("block clause", "close")
        outer, self.variables = self.variables, ["$"]
        nodes, end = self.body()
        if end != "end":
            raise self.fail(f"unexpected {{{{{end}}}}} in block clause")
        self.variables = outer
        self.expect("close", "end")
        self.trees.setdefault(str(constant(name)), nodes)
        return Call(name.at, str(constant(name)), name.text, pipe)

    # --- pipelines
    def pipeline(self, context: str, end: str) -> Pipe:
        pipe = Pipe(self.skip().at)
        self.declarations(pipe, context)
        while True:
            token = self.skip()
            if token.kind == end:
                self.next()
                self.check(pipe, context)
                return pipe
            if token.kind not in OPERANDS:
                raise self.unexpected(self.next(), context)
            pipe.commands.append(self.command())

    def declarations(self, pipe: Pipe, context: str) -> None:
        while self.skip().kind == "variable":
            following = self.peek(2 if self.peek(1).kind == "space" else 1)
            if following.kind not in ("assign", "declare", "comma"):
                return
            name = self.next().text
            self.skip()
            self.next()
            pipe.declared.append(name)
            pipe.assigns = following.kind == "assign"
            self.variables.append(name)
            if following.kind != "comma":
                return
            if context != "range" or len(pipe.declared) > 1:
                raise self.fail(f"too many declarations in {context}")

    def check(self, pipe: Pipe, context: str) -> None:
        if not pipe.commands:
            raise self.fail(f"missing value for {context}")
        for number, command in enumerate(pipe.commands[1:], 2):
            head = command.words[0]
            if isinstance(head, Value) and head.kind in CONSTANTS:
                raise self.fail(f"non executable command in pipeline stage {number}")

    def command(self) -> Command:
        command = Command(self.skip().at)
        while True:
            self.skip()
            operand = self.operand()
            if operand is not None:
                command.words.append(operand)
            token = self.peek()
            if token.kind == "space":
                self.at += 1
                continue
            if token.kind == "pipe":
                self.at += 1
            elif token.kind not in ("close", "right"):
                raise self.unexpected(self.next(), "operand")
            break
        if not command.words:
            raise self.fail("empty command")
        return command

    def operand(self) -> Value | Chain | None:
        node = self.term()
        if node is None or self.peek().kind != "field":
            return node
        at = self.peek().at
        names = []
        while self.peek().kind == "field":
            names.append(self.next().text[1:])
        if isinstance(node, Chain):
            return Chain(at, node.inner, names)
        if node.kind in CONSTANTS and node.kind != "dot":
            raise self.fail(f"unexpected . after term {json.dumps(node.text)}")
        if node.kind in ("dot", "identifier"):
            raise self.fail(f"unexpected <.{names[0]}> in operand")
        return Value(at, node.kind, node.text + "".join(f".{name}" for name in names), [*node.names, *names])

    def inner(self) -> Pipe:
        """What stands in parentheses."""
        self.deeper()
        pipe = self.pipeline("parenthesized pipeline", "right")
        self.depth -= 1
        return pipe

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("not simulated here: a template that is nested so deeply")

    def term(self) -> Value | Chain | None:
        token = self.peek()
        if token.kind not in OPERANDS:
            return None
        self.at += 1
        if token.kind == "left":
            return Chain(token.at, self.inner())
        if token.kind == "identifier":
            if token.text not in self.functions:
                raise self.fail(f'function "{token.text}" not defined')
            return Value(token.at, "identifier", token.text)
        if token.kind == "variable":
            if token.text not in self.variables:
                raise self.fail(f'undefined variable "{token.text}"')
            return Value(token.at, "variable", token.text, [token.text])
        if token.kind == "field":
            return Value(token.at, "field", token.text, [token.text[1:]])
        if token.kind in ("dot", "nil"):
            return Value(token.at, token.kind, token.text)
        return Value(token.at, "constant", token.text, value=constant(token))
