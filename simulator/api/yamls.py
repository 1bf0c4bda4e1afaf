"""YAML as Kubernetes reads and writes it (sigs.k8s.io/yaml): what comes out is what JSON can say, within limits."""

import base64
import binascii
from collections.abc import Iterator
from functools import cmp_to_key
from typing import Any

import re2
import yaml

from simulator.api import yaml_scalars

MAX_BYTES = 3 * 1024 * 1024
MAX_DEPTH = 100
# How many nodes aliases may add to a document: a few lines of anchors can stand for billions.
MAX_ALIASED = 20_000
STR, BINARY = "tag:yaml.org,2002:str", "tag:yaml.org,2002:binary"
MERGE = "<<"
SEPARATOR = re2.compile(r"---\s*(#.*)?")


class BadYaml(ValueError):
    """A text is no YAML, or more than is read; the message is the decoder's, such as `line 3: did not find expected key`."""


def split(text: str) -> Iterator[str]:
    """The documents of a file, cut at lines of `---`; those without anything are left out."""
    lines: list[str] = []
    for line in [*text.splitlines(keepends=True), "---"]:
        if not line.startswith("---") or (line.rstrip() != "---" and not SEPARATOR.fullmatch(line.rstrip())):
            lines.append(line)
            continue
        part = "".join(lines)
        lines.clear()
        if part.strip():
            yield part


def load(text: str, *, strict: bool = False) -> Any:
    """The first document of *text* as JSON-like data; None if it is empty. Of a key that stands twice the last value
    counts, or, if *strict*, it is an error. Raises BadYaml."""
    if len(text) > MAX_BYTES:
        raise BadYaml(f"document is larger than {MAX_BYTES} bytes")
    try:
        return _Loader(yaml.parse(text, Loader=_PARSER), strict).document()
    except yaml.MarkedYAMLError as error:
        raise BadYaml(_complaint(error)) from None
    except yaml.reader.ReaderError:
        raise BadYaml("control characters are not allowed") from None
    except UnicodeError:
        raise BadYaml("invalid leading UTF-8 octet") from None


_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EMITTER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def _complaint(error: yaml.MarkedYAMLError) -> str:
    """The message with the line as Go's decoder counts it: from 0 for the grammar, from 1 for characters."""
    line = 0
    for mark in (error.problem_mark, error.context_mark):
        if not line and mark is not None and mark.line:
            line = mark.line + isinstance(error, yaml.scanner.ScannerError)
    problem = error.problem or error.context or "invalid document"
    return f"line {line}: {problem}" if line else str(problem)


class _Loader:
    """Builds data from the events of the parser, counting depth and what aliases add."""

    def __init__(self, events: Iterator[Any], strict: bool) -> None:
        self.events = events
        self.strict = strict
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.open: set[str] = set()
        self.aliased = 0
        self.nodes = 0

    def document(self) -> Any:
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                value = self.node(next(self.events), 0)
                next(self.events)  # the end of the document, or what is wrong behind its content
                return value
        return None

    def node(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(str(event.anchor))
        if depth > MAX_DEPTH:
            raise BadYaml(f"exceeded max depth of {MAX_DEPTH}")
        before = self.nodes
        self.nodes += 1
        anchor = event.anchor
        if anchor:
            self.open.add(anchor)
        value = self.content(event, depth)
        if anchor:
            self.open.discard(anchor)
            self.anchors[anchor] = (value, self.nodes - before)
        return value

    def alias(self, anchor: str) -> Any:
        if anchor in self.open:
            raise BadYaml(f"anchor '{anchor}' value contains itself")
        if anchor not in self.anchors:
            raise BadYaml(f"unknown anchor '{anchor}' referenced")
        value, size = self.anchors[anchor]
        self.aliased += size
        self.nodes += size
        if self.aliased > MAX_ALIASED:
            raise BadYaml("document contains excessive aliasing")
        return value

    def content(self, event: Any, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(depth)
        return self.mapping(depth)

    def sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return items

    def mapping(self, depth: int) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            is_merge = isinstance(event, yaml.ScalarEvent) and event.value == MERGE and event.implicit[0]
            key = key_text(self.node(event, depth + 1))
            value = self.node(next(self.events), depth + 1)
            if is_merge:
                merged = _merged(value) | merged
            elif self.strict and key in result:
                raise BadYaml(f'line {event.start_mark.line + 1}: key "{key}" already set in map')
            else:
                result[key] = value
        return merged | result


def _merged(value: Any) -> dict[str, Any]:
    """What a merge key (`<<`) brings in: earlier maps of a list win."""
    maps = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in maps):
        raise BadYaml("map merge requires map or sequence of maps as the value")
    result: dict[str, Any] = {}
    for each in reversed(maps):
        result |= each
    return result


def scalar(event: Any) -> Any:
    """The value of a scalar: texts in quotes stay texts, plain ones may be numbers, booleans or nothing."""
    if event.tag == BINARY:
        try:
            return base64.b64decode(event.value, validate=False).decode(errors="replace")
        except binascii.Error:
            raise BadYaml("!!binary value contains invalid base64 data") from None
    if event.tag == STR or not (event.implicit[0] or event.tag):
        return event.value
    if event.style in ("'", '"', "|", ">"):
        return event.value
    return yaml_scalars.resolve(event.value)


def key_text(value: Any) -> str:
    """A key of a map as text, as JSON needs it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        raise BadYaml(f"invalid map key: {_go_value(value)}")
    return value if isinstance(value, str) else yaml_scalars.number_text(value)


def _go_value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f'"{key}":{_go_value(each)}' for key, each in value.items())
        return f"map[interface {{}}]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_go_value, value))}}}"
    return "interface {}(nil)" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def dump(value: Any) -> str:
    """A value as `kubectl -o yaml` prints it: keys sorted, block style, lines folded at 80 columns."""
    events = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(value),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    return str(yaml.emit(events, Dumper=_EMITTER, allow_unicode=True, width=80))


def _events(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield yaml.MappingStartEvent(anchor=None, tag=None, implicit=True, flow_style=not value)
        for key in sorted(value, key=NATURAL):
            yield _scalar_event(key)
            yield from _events(value[key])
        yield yaml.MappingEndEvent()
    elif isinstance(value, list):
        yield yaml.SequenceStartEvent(anchor=None, tag=None, implicit=True, flow_style=not value)
        for each in value:
            yield from _events(each)
        yield yaml.SequenceEndEvent()
    else:
        yield _scalar_event(value)


def _scalar_event(value: Any) -> Any:
    if value is None:
        text, style = "null", None
    elif isinstance(value, bool):
        text, style = ("true" if value else "false"), None
    elif isinstance(value, int | float):
        text, style = yaml_scalars.number_text(value), None
    else:
        text, style = str(value), _style(str(value))
    return yaml.ScalarEvent(anchor=None, tag=None, implicit=(True, True), value=text, style=style)


def _style(text: str) -> str | None:
    if "\n" in text:
        return "|"
    return None if yaml_scalars.stays_text(text) else '"'


def _natural(left: str, right: str) -> int:
    """The order of keys: numbers inside them by value, letters behind everything else."""
    digits = False
    for at, (a, b) in enumerate(zip(left, right, strict=False)):
        if a == b:
            digits = a.isdigit()
        elif a.isalpha() and b.isalpha():
            return -1 if a < b else 1
        elif a.isalpha() or b.isalpha():
            return -1 if a.isalpha() == digits else 1
        else:
            return _by_number(left, right, at)
    return len(left) - len(right)


def _by_number(left: str, right: str, at: int) -> int:
    numbers = [_number_at(text, at) for text in (left, right)]
    if numbers[0] != numbers[1]:
        return -1 if numbers[0] < numbers[1] else 1
    return -1 if left[at] < right[at] else 1


def _number_at(text: str, at: int) -> tuple[int, int]:
    """The number that begins at *at*, and its length; a zero in the middle of a number counts as if after a one."""
    digits = len(text[at:]) - len(text[at:].lstrip("0123456789"))
    inside = at > 0 and text[at - 1].isdigit() and text[at - 1] != "0"
    return int(("1" if inside else "") + text[at : at + digits][:18] or "0"), digits


NATURAL = cmp_to_key(_natural)
