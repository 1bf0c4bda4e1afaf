"""Reading of JSONPath templates into nodes (client-go/util/jsonpath/parser.go)."""

from dataclasses import dataclass
from typing import Any

import re2

MAX_LENGTH = 65_536
MAX_DEPTH = 20
SLICE = re2.compile(r"(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?")
NUMBER = re2.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
KEY = re2.compile(r"'([^']*)'")
FILTER = re2.compile(r"([^!<>=]+)([!<>=]+)(.+)")
TERMINATORS = " \t\r\n.,[]$@{}"
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


class BadPath(ValueError):
    """A template cannot be read; the message is kubectl's."""


@dataclass(frozen=True)
class Field:
    """`.name`"""

    name: str


@dataclass(frozen=True)
class Wildcard:
    """`.*` or `[*]`"""


@dataclass(frozen=True)
class Recursive:
    """`..`"""


@dataclass(frozen=True)
class Slice:
    """`[2]`, `[1:3]`, `[::2]`"""

    start: int | None
    end: int | None
    step: int | None
    single: bool


@dataclass(frozen=True)
class Literal:
    """A text or number inside an action or a filter."""

    value: Any


@dataclass(frozen=True)
class Identifier:
    """A bare word. There are none, but this is found out only when the template is used: `{end}` without `{range}`, too."""

    name: str


@dataclass(frozen=True)
class Union:
    """`['a','b']`, `[.a,.b]`"""

    paths: tuple[tuple["Node", ...], ...]


@dataclass(frozen=True)
class Filter:
    """`[?(@.type=="Ready")]`; the operator is `exists` when nothing is compared."""

    left: tuple["Node", ...]
    operator: str
    right: tuple["Node", ...]


Node = Field | Wildcard | Recursive | Slice | Literal | Identifier | Union | Filter


@dataclass(frozen=True)
class Path:
    """An action that leads somewhere: `{.metadata.name}`"""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Range:
    """`{range .items[*]}...{end}`"""

    path: Path
    body: tuple["Part", ...]


Part = str | Path | Range
Template = tuple[Part, ...]


def read(template: str) -> Template:
    """A template; raises BadPath."""
    if len(template) > MAX_LENGTH:
        raise BadPath("template is too long")
    stack: list[tuple[Path | None, list[Part]]] = [(None, [])]
    at = 0
    while at < len(template):
        start = template.find("{", at)
        if start != at:
            stack[-1][1].append(template[at : start if start >= 0 else len(template)])
        if start < 0:
            break
        at = _action(template, start, stack)
    while len(stack) > 1:
        _unclosed(stack)
    return tuple(stack[0][1])


def _unclosed(stack: list[tuple[Path | None, list[Part]]]) -> None:
    """What follows a range that does not end is done for each, and then once more for all."""
    path, body = stack.pop()
    assert path is not None
    stack[-1][1].extend([Range(path, tuple(body)), *body])


def _action(template: str, start: int, stack: list[tuple[Path | None, list[Part]]]) -> int:
    """Read one action in braces; where to go on."""
    end = _closing(template, start + 1, "}")
    if end < 0:
        raise BadPath("unclosed action")
    inner = template[start + 1 : end].strip()
    if inner == "end":
        _ended(stack)
    elif inner.startswith("range") and not inner[5:6].isalnum():
        if len(stack) > MAX_DEPTH:
            raise BadPath("ranges are nested too deeply")
        stack.append((Path(_nodes(inner[5:].strip(), 0)), []))
    else:
        stack[-1][1].append(Path(_nodes(inner, 0)))
    return end + 1


def _ended(stack: list[tuple[Path | None, list[Part]]]) -> None:
    path, body = stack[-1]
    if path is None:
        body.append(Path((Identifier("end"),)))
        return
    stack.pop()
    stack[-1][1].append(Range(path, tuple(body)))


def _closing(text: str, at: int, closer: str) -> int:
    """Where the bracket that is open at *at* closes, quotes respected; -1 if it does not."""
    depth = 0
    openers = {"}": "{", "]": "[", ")": "("}
    quote = ""
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == openers[closer]:
            depth += 1
        elif char == closer:
            if not depth:
                return at
            depth -= 1
        at += 1
    return -1


def _nodes(text: str, depth: int) -> tuple[Node, ...]:
    """The steps of a path."""
    if depth > MAX_DEPTH:
        raise BadPath("expression is nested too deeply")
    nodes: list[Node] = []
    at = 0
    while at < len(text):
        at = _step(text, at, nodes, depth)
    return tuple(nodes)


def _step(text: str, at: int, nodes: list[Node], depth: int) -> int:
    char = text[at]
    if char in " $@":
        return at + 1
    if text.startswith("..", at):
        nodes.append(Recursive())
        return _name(text, at + 2, nodes) if text[at + 2 : at + 3] not in ("", "[", ".") else at + 2
    if char == ".":
        return _name(text, at + 1, nodes)
    if char == "[":
        return _bracket(text, at, nodes, depth)
    if char in "\"'":
        end = _quote_end(text, at)
        nodes.append(Literal(unquoted(text[at + 1 : end])))
        return end + 1
    if match := NUMBER.match(text[at:]):
        nodes.append(Literal(float(match.group(0)) if "." in match.group(0) else int(match.group(0)[:18])))
        return int(at + match.end())
    if char.isalpha():
        return _word(text, at, nodes)
    raise BadPath(f"unrecognized character in action: U+{ord(char):04X} '{char}'")


def _word(text: str, at: int, nodes: list[Node]) -> int:
    end = at
    while end < len(text) and text[end] not in TERMINATORS:
        end += 1
    word = text[at:end]
    nodes.append(Literal(word == "true") if word in ("true", "false") else Identifier(word))
    return end


def _quote_end(text: str, at: int) -> int:
    end = at + 1
    while end < len(text) and text[end] != text[at]:
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise BadPath("unterminated quoted string")
    return end


def _name(text: str, at: int, nodes: list[Node]) -> int:
    """A field's name, in which a backslash takes the meaning from the next character."""
    name = ""
    while at < len(text) and text[at] not in TERMINATORS:
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        name += text[at]
        at += 1
    if name:
        nodes.append(Wildcard() if name == "*" else Field(name))
    return at


def _bracket(text: str, at: int, nodes: list[Node], depth: int) -> int:
    end = _closing(text, at + 1, "]")
    if end < 0:
        raise BadPath("unterminated array")
    inner = text[at + 1 : end].strip()
    if inner.startswith("?("):
        nodes.append(_filter(inner, depth))
    elif inner == "*":
        nodes.append(Wildcard())
    elif "," in inner:
        nodes.append(Union(tuple(_nodes(f"[{part.strip()}]", depth + 1) for part in inner.split(","))))
    elif key := KEY.fullmatch(inner):
        nodes.extend(_nodes(f".{key.group(1)}", depth + 1))
    else:
        nodes.append(_slice(inner))
    return end + 1


def _slice(text: str) -> Slice:
    match = SLICE.fullmatch(text)
    if match is None:
        raise BadPath(f"invalid array index {text}")
    groups = [match.group(1), (match.group(2) or "")[1:], (match.group(3) or "")[1:]]
    if any(len(group) > 10 or group == "-" for group in groups):
        raise BadPath(f"array index {text} is not a number")
    start, end, step = (int(group) if group else None for group in groups)
    return Slice(start, end, step, single=match.group(2) is None)


def _filter(text: str, depth: int) -> Filter:
    if not text.endswith(")"):
        raise BadPath("unclosed array expect ]")
    parts = FILTER.fullmatch(text[2:-1])
    if parts is None:
        return Filter(_nodes(text[2:-1], depth + 1), "exists", ())
    return Filter(_nodes(parts.group(1).strip(), depth + 1), parts.group(2), _nodes(parts.group(3).strip(), depth + 1))


def unquoted(text: str) -> str:
    """A quoted text with its escapes resolved."""
    result, at = "", 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
            result += ESCAPES.get(text[at], text[at])
        else:
            result += text[at]
        at += 1
    return result
