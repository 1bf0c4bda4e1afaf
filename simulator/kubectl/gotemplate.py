"""Go templates, as `-o go-template` has them (models text/template/exec.go). Every step is counted, so that no template runs for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.api.go_text import go_text
from simulator.kubectl.gotext import parsing
from simulator.kubectl.gotext.functions import FUNCTIONS, SHORT
from simulator.kubectl.gotext.lexing import TemplateError
from simulator.kubectl.gotext.nodes import Action, Branch, Call, Chain, Command, Leap, Node, Pipe, Template, Text, Value
from simulator.kubectl.gotext.values import LARGEST_RANGE, CallError, Whole, truth, type_name

MAX_STEPS = 200_000
MAX_OUTPUT = 4_000_000
MAX_DEPTH = 80  # lists of nodes inside each other, of templates that call each other as well
ANY = "interface {}"


class _Leaping(Exception):
    """`break` or `continue`: the innermost `range` goes on, or ends."""


@dataclass(frozen=True)
class _Dot:
    """What `.` is; *boxed* if Go knows it only as some interface."""

    value: Any
    boxed: bool = False


def parse(text: str) -> Template:
    """Read a template; raises TemplateError."""
    return parsing.parse(text, FUNCTIONS)


def execute(template: Template, data: Any, *, strict: bool = False) -> str:
    """Apply a template to an object; raises TemplateError, which also holds what had been printed by then."""
    run = _Run(template, strict)
    try:
        run.tree(parsing.MAIN, _Dot(data))
    except TemplateError as error:
        error.args = (*error.args, "".join(run.output))
        raise
    return "".join(run.output)


class _Run:
    def __init__(self, template: Template, strict: bool) -> None:
        self.template = template
        self.strict = strict  # a key that is not there is a mistake
        self.output: list[str] = []
        self.variables: list[tuple[str, Any]] = []
        self.steps = self.written = self.depth = 0
        self.name = parsing.MAIN
        self.place: tuple[int, Any] = (0, "")

    # --- failures
    def look(self, node: Node) -> None:
        """Remember where the template is read; a failure is told there."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise TemplateError("the template takes too many steps")
        self.place = (node.at, node)

    def fail(self, text: str) -> TemplateError:
        at, node = self.place
        before = self.template.source[:at]
        line, column = before.count("\n") + 1, at - (before.rfind("\n") + 1)
        return TemplateError(f'template: output:{line}:{column}: executing "{self.name}" at <{node}>: {text}')

    # --- trees
    def tree(self, name: str, dot: _Dot) -> None:
        """Run a template of its own, with variables of its own."""
        outer, self.variables = self.variables, [("$", dot.value)]
        before, self.name = self.name, name
        self.nodes(self.template.trees[name], dot)
        self.variables, self.name = outer, before

    def nodes(self, nodes: list[Node], dot: _Dot) -> None:
        held = len(self.variables)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("not simulated here: templates inside each other so deeply")
        for node in nodes:
            self.node(node, dot)
        self.depth -= 1
        del self.variables[held:]

    def node(self, node: Node, dot: _Dot) -> None:
        if isinstance(node, Text):
            self.write(node.text)
        elif isinstance(node, Action):
            self.look(node.pipe)
            value = self.pipeline(node.pipe, dot)
            if not node.pipe.declared:
                self.write(go_text(value, missing="<no value>"))
        elif isinstance(node, Leap):
            raise _Leaping(node.word)
        elif isinstance(node, Call):
            self.call(node, dot)
        elif isinstance(node, Branch):
            held = len(self.variables)
            (self.range if node.word == "range" else self.branch)(node, dot)
            del self.variables[held:]

    def write(self, text: str) -> None:
        self.steps += 1
        self.written += len(text)
        if self.written > MAX_OUTPUT or self.steps > MAX_STEPS:
            raise TemplateError("the template writes too much")
        self.output.append(text)

    def call(self, node: Call, dot: _Dot) -> None:
        self.look(node)
        if node.name not in self.template.trees:
            raise self.fail(f'template "{node.name}" not defined')
        value = self.pipeline(node.pipe, dot) if node.pipe else None
        self.tree(node.name, _Dot(value))

    def branch(self, node: Branch, dot: _Dot) -> None:
        value = self.pipeline(node.pipe, dot)
        inner = _Dot(value) if node.word == "with" and truth(value) else dot
        self.nodes(node.body if truth(value) else node.other, inner)

    def range(self, node: Branch, dot: _Dot) -> None:
        value = self.pipeline(node.pipe, dot)
        empty = True
        for key, each in self.pairs(value):
            empty = False
            held, depth = len(self.variables), self.depth
            names = node.pipe.declared
            found = [key, each] if len(names) == 2 else [each]
            for name, part in zip(names, found, strict=False):
                self.set(name, part, node.pipe.assigns)
            try:
                self.nodes(node.body, _Dot(each, boxed=True))
            except _Leaping as leap:
                if leap.args[0] == "break":
                    break
            finally:
                self.depth = depth
                del self.variables[held:]
        if empty:
            self.nodes(node.other, dot)

    def pairs(self, value: Any) -> Iterator[tuple[Any, Any]]:
        if isinstance(value, dict):
            return iter(sorted(value.items()))
        if isinstance(value, list):
            return iter([(Whole(number), each) for number, each in enumerate(value)])
        if isinstance(value, int) and not isinstance(value, bool):
            return iter([(Whole(number), Whole(number)) for number in range(min(value, LARGEST_RANGE))])
        if value is None:
            return iter(())
        raise self.fail(f"range can't iterate over {go_text(value)}")

    # --- variables
    def set(self, name: str, value: Any, assigns: bool) -> None:
        if not assigns:
            self.variables.append((name, value))
            return
        for at in range(len(self.variables) - 1, -1, -1):
            if self.variables[at][0] == name:
                self.variables[at] = (name, value)
                return
        raise self.fail(f"undefined variable: {name}")

    def get(self, name: str) -> Any:
        return next((value for known, value in reversed(self.variables) if known == name), None)

    # --- values
    def pipeline(self, pipe: Pipe, dot: _Dot) -> Any:
        self.look(pipe)
        value: Any = None
        for number, command in enumerate(pipe.commands):
            value = self.command(command, dot, [value] if number else [])
        if pipe.declared and len(pipe.declared) != 2:
            self.set(pipe.declared[0], value, pipe.assigns)
        return value

    def command(self, command: Command, dot: _Dot, piped: list[Any]) -> Any:
        head = command.words[0]
        if isinstance(head, Value) and head.kind == "identifier":
            return self.function(command, head, dot, piped)
        self.look(head)
        if len(command.words) > 1 or piped:
            if isinstance(head, Value) and head.kind in ("field", "variable"):
                last = head.names[-1]
                raise self.fail(f"{last} is not a method but has arguments")
            raise self.fail(f"can't give argument to non-function {head}")
        if isinstance(head, Value) and head.kind == "nil":
            raise self.fail("nil is not a command")
        return self.operand(head, dot)

    def function(self, command: Command, head: Value, dot: _Dot, piped: list[Any]) -> Any:
        self.look(head)
        function, given = FUNCTIONS[head.text], len(command.words) - 1 + len(piped)
        if given < function.least or (given > function.least and not function.more):
            wanted = f"at least {function.least}" if function.more else str(function.least)
            raise self.fail(f"wrong number of args for {head.text}: want {wanted} got {given}")
        values: list[Any] = []
        for word in command.words[1:]:
            values.append(self.operand(word, dot))
            if head.text in SHORT and truth(values[-1]) is SHORT[head.text]:
                return values[-1]
        try:
            return function.call(*values, *piped)
        except CallError as error:
            self.look(command)
            text = (
                str(error).replace("{}", str(command.words[1]) if len(command.words) > 1 else "", 1)
                if head.text == "call"
                else str(error)
            )
            raise self.fail(f"error calling {head.text}: {text}") from None

    def operand(self, word: Value | Chain, dot: _Dot) -> Any:
        self.look(word)
        if isinstance(word, Chain):
            value = self.pipeline(word.inner, dot)
            return self.fields(_Dot(value), word.names)
        if word.kind == "field":
            return self.fields(dot, word.names)
        if word.kind == "variable":
            return self.fields(_Dot(self.get(word.names[0])), word.names[1:])
        if word.kind == "identifier":
            return self.function(Command(word.at, [word]), word, dot, [])
        return dot.value if word.kind == "dot" else word.value

    def fields(self, start: _Dot, names: list[str]) -> Any:
        value, boxed = start.value, start.boxed
        for name in names:
            if value is not None and not isinstance(value, dict):
                kind = ANY if boxed else type_name(value)
                raise self.fail(f"can't evaluate field {name} in type {kind}")
            if self.strict and value is not None and name not in value:
                raise self.fail(f'map has no entry for key "{name}"')
            value, boxed = (value or {}).get(name), True
        return value
