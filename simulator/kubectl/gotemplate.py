"""Go templates, as far as `-o go-template` needs them (models text/template): actions, if, range, with, variables, pipelines.

The parsed template is nested lists, so that it could be kept as data; every step is counted, so that no template runs for ever.
"""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from simulator.api.go_text import go_text

MAX_STEPS = 200_000
MAX_OUTPUT = 4_000_000
MAX_DEPTH = 50
TOKEN = re.compile(
    r"""\s*(?P<token>"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)+'|:=|[()|,=]|\$?(?:\.?[\w$]+)(?:\.\w+)*|\.[\w.]*|-?\d+(?:\.\d+)?|\$)""",
    re.VERBOSE,
)
Node = list[Any]


class TemplateError(Exception):
    """The template cannot be read, or cannot be applied to the object."""


def parse(text: str) -> list[Node]:
    """Read a template."""
    parser = _Parser(_chunks(text))
    nodes, end = parser.block(0)
    if end:
        raise TemplateError(f"template: output:1: unexpected {{{{{end}}}}}")
    return nodes


def _chunks(text: str) -> list[tuple[str, str]]:
    """Texts and actions in turn, with `{{-` and `-}}` applied."""
    chunks: list[tuple[str, str]] = []
    at, trim = 0, False
    while at < len(text):
        start = text.find("{{", at)
        end = text.find("}}", start) if start >= 0 else -1
        if start < 0:
            chunks.append(("text", text[at:].lstrip() if trim else text[at:]))
            break
        if end < 0:
            raise TemplateError("template: output:1: unclosed action")
        before, action = text[at:start], text[start + 2 : end]
        if trim:
            before = before.lstrip()
        if action.startswith("- "):
            before, action = before.rstrip(), action[2:]
        trim = action.endswith(" -")
        chunks += [("text", before), ("action", action.removesuffix(" -").strip())]
        at = end + 2
    return chunks


class _Parser:
    def __init__(self, chunks: list[tuple[str, str]]) -> None:
        self.chunks = chunks
        self.at = 0

    def block(self, depth: int) -> tuple[list[Node], str]:
        """Nodes until `end` or `else`, and which of them came."""
        if depth > MAX_DEPTH:
            raise TemplateError("template: output:1: the template is nested too deeply")
        nodes: list[Node] = []
        while self.at < len(self.chunks):
            kind, text = self.chunks[self.at]
            self.at += 1
            word, _, rest = text.partition(" ")
            if kind == "text":
                nodes.append(["text", text])
            elif word in ("end", "else"):
                return nodes, text
            elif word in ("if", "range", "with"):
                nodes.append(self.control(word, rest, depth))
            elif not text.startswith("/*"):
                nodes.append(["action", _tokens(text)])
        return nodes, ""

    def control(self, word: str, condition: str, depth: int) -> Node:
        body, end = self.block(depth + 1)
        other: list[Node] = []
        if end.startswith("else if "):
            other = [self.control("if", end.removeprefix("else if "), depth + 1)]
        elif end == "else":
            other, end = self.block(depth + 1)
        if not end:
            raise TemplateError("template: output:1: unexpected EOF")
        return [word, _tokens(condition), body, other]


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise TemplateError(f"template: output:1: unexpected {json.dumps(text[at])} in command")
        tokens.append(match["token"])
        at = match.end()
    if not tokens:
        raise TemplateError("template: output:1: missing value for command")
    return tokens


def execute(template: list[Node], data: Any) -> str:
    """Apply a template to an object."""
    run = _Run(data)
    run.nodes(template, data)
    return "".join(run.output)


class _Run:
    def __init__(self, data: Any) -> None:
        self.variables: dict[str, Any] = {"$": data}
        self.output: list[str] = []
        self.steps = self.written = 0

    def nodes(self, nodes: list[Node], dot: Any) -> None:
        for node in nodes:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise TemplateError("the template takes too many steps")
            if node[0] == "text":
                self.write(node[1])
            elif node[0] == "action":
                self.action(node[1], dot)
            else:
                getattr(self, f"do_{node[0]}")(node, dot)

    def write(self, text: str) -> None:
        self.written += len(text)
        if self.written > MAX_OUTPUT:
            raise TemplateError("the template writes too much")
        self.output.append(text)

    def action(self, tokens: list[str], dot: Any) -> None:
        if len(tokens) > 2 and tokens[1] in (":=", "="):
            self.variables[tokens[0]] = self.pipeline(tokens[2:], dot)
            return
        self.write(go_text(self.pipeline(tokens, dot), missing="<no value>"))

    def do_if(self, node: Node, dot: Any) -> None:
        self.nodes(node[2] if truth(self.pipeline(node[1], dot)) else node[3], dot)

    def do_with(self, node: Node, dot: Any) -> None:
        names, tokens = _assigned(node[1])
        value = self.pipeline(tokens, dot)
        if names:
            self.variables[names[0]] = value
        if truth(value):
            self.nodes(node[2], value)
        else:
            self.nodes(node[3], dot)

    def do_range(self, node: Node, dot: Any) -> None:
        names, tokens = _assigned(node[1])
        value = self.pipeline(tokens, dot)
        pairs = (
            sorted(value.items())
            if isinstance(value, dict)
            else list(enumerate(value))
            if isinstance(value, list)
            else None
        )
        if pairs is None and value is not None:
            raise TemplateError(
                f'template: output:1:8: executing "output" at <{" ".join(tokens)}>: range can\'t iterate over {go_text(value)}'
            )
        for key, each in pairs or []:
            if len(names) == 2:
                self.variables[names[0]] = key
            if names:
                self.variables[names[-1]] = each
            self.nodes(node[2], each)
        if not pairs:
            self.nodes(node[3], dot)

    def pipeline(self, tokens: list[str], dot: Any) -> Any:
        commands = _split(tokens)
        value: Any = None
        for number, command in enumerate(commands):
            value = self.command(command, dot, [value] if number else [])
        return value

    def command(self, tokens: list[str], dot: Any, piped: list[Any]) -> Any:
        if not tokens:
            raise TemplateError("template: output:1: missing value for command")
        self.steps += 1
        values, at = [], 0
        name = tokens[0] if tokens[0] in FUNCTIONS else ""
        at = 1 if name else 0
        while at < len(tokens):
            value, at = self.operand(tokens, at, dot)
            values.append(value)
        values += piped
        if name:
            return _called(name, values)
        if len(values) != 1:
            raise TemplateError(
                f'template: output:1: executing "output" at <{tokens[0]}>: {tokens[0]} is not a method but has arguments'
            )
        return values[0]

    def operand(self, tokens: list[str], at: int, dot: Any) -> tuple[Any, int]:
        token = tokens[at]
        if token == "(":
            depth, end = 1, at + 1
            while end < len(tokens) and depth:
                depth += (tokens[end] == "(") - (tokens[end] == ")")
                end += 1
            value = self.pipeline(tokens[at + 1 : end - 1], dot)
            if end < len(tokens) and tokens[end].startswith(".") and len(tokens[end]) > 1:
                return _walk(value, tokens[end]), end + 1
            return value, end
        return self.term(token, dot), at + 1

    def term(self, token: str, dot: Any) -> Any:
        if token[0] == '"':
            return _unquoted(token)
        if token[0] in "`'":
            return token[1:-1] if token[0] == "`" else ord(token[1])
        if token[0] == ".":
            return _walk(dot, token)
        if token[0] == "$":
            name, _, rest = token.partition(".")
            if name not in self.variables:
                raise TemplateError(f'template: output:1: undefined variable "{name}"')
            return _walk(self.variables[name], f".{rest}" if rest else ".")
        if token in CONSTANTS:
            return CONSTANTS[token]
        if token in FUNCTIONS:
            return _called(token, [])
        if token.lstrip("-").isdigit():
            return int(token)
        raise TemplateError(f'template: output:1: function "{token}" not defined')


CONSTANTS: dict[str, Any] = {"true": True, "false": False, "nil": None}


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1]


def _assigned(tokens: list[str]) -> tuple[list[str], list[str]]:
    """The variables that a `range` or `with` sets, and its pipeline."""
    if ":=" not in tokens:
        return [], tokens
    at = tokens.index(":=")
    return [token for token in tokens[:at] if token != ","], tokens[at + 1 :]


def _split(tokens: list[str]) -> list[list[str]]:
    commands: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if token == "|" and depth == 0:
            commands.append([])
        else:
            commands[-1].append(token)
    return commands


def _walk(value: Any, path: str) -> Any:
    for field in path.split("."):
        if not field:
            continue
        if value is None:
            return None
        if not isinstance(value, dict):
            raise TemplateError(f"template: output:1: can't evaluate field {field} in type {_go_type(value)}")
        value = value.get(field)
    return value


def _go_type(value: Any) -> str:
    return {list: "[]interface {}", str: "string", bool: "bool", int: "int64"}.get(type(value), "interface {}")


def truth(value: Any) -> bool:
    """Whether Go's templates take a value for true."""
    return value not in (None, False, 0, "", [], {})


def _called(name: str, values: list[Any]) -> Any:
    try:
        return FUNCTIONS[name](*values)
    except (TypeError, KeyError, IndexError, ValueError) as error:
        raise TemplateError(
            f'template: output:1: executing "output" at <{name}>: error calling {name}: {error}'
        ) from None


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list):
            if not 0 <= key < len(value):
                raise IndexError(f"index out of range: {key}")
            value = value[key]
        else:
            raise ValueError(f"can't index item of type {_go_type(value)}")
    return value


def _printf(form: str, *values: Any) -> str:
    given = iter(values)

    def one(match: re.Match[str]) -> str:
        verb = match[2]
        if verb == "%":
            return "%"
        value = next(given, None)
        text = json.dumps(value) if verb == "q" else go_text(value, missing="<nil>")
        wide = min(int(match[1].lstrip("-0") or 0), 1_000) if match[1] else 0
        return text.ljust(wide) if match[1].startswith("-") else text.rjust(wide)

    return re.sub(r"%(-?\d*)([a-z%])", one, form)


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: test(left, right)


def _base64decode(text: str) -> str:
    return base64.b64decode(text).decode(errors="replace")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": len,
    "index": _index,
    "print": lambda *values: "".join(go_text(value) for value in values),
    "println": lambda *values: " ".join(go_text(value) for value in values) + "\n",
    "printf": _printf,
    "not": lambda value: not truth(value),
    "and": lambda *values: next((value for value in values if not truth(value)), values[-1]),
    "or": lambda *values: next((value for value in values if truth(value)), values[-1]),
    "eq": lambda left, *others: any(left == other for other in others),
    "ne": _compare(lambda left, right: bool(left != right)),
    "lt": _compare(lambda left, right: bool(left < right)),
    "le": _compare(lambda left, right: bool(left <= right)),
    "gt": _compare(lambda left, right: bool(left > right)),
    "ge": _compare(lambda left, right: bool(left >= right)),
    "html": lambda value: go_text(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    "js": lambda value: json.dumps(go_text(value))[1:-1],
    "base64decode": _base64decode,
    "exists": lambda value, *keys: _exists(value, keys),
}


def _exists(value: Any, keys: tuple[Any, ...]) -> bool:
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True
