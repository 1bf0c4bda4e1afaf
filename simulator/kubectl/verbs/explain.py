"""`kubectl explain`: what fields a kind has, and what they mean (models kubectl/pkg/explain/v2)."""

import re

from simulator.api import schema
from simulator.api.resources import Resource
from simulator.kubectl.cli import Command
from simulator.kubectl.discovery import find, resource_for, resource_of
from simulator.kubectl.explained import Book, book_of
from simulator.kubectl.failures import Failure, NotSimulated
from simulator.kubectl.flags import declare
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step

NOTHING = 'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.'
WIDTH = 76
MAX_LINES = 20_000
MAX_DEPTH = 25
ENUM = re.compile(r'^ *- `"([^`]*)"`', re.MULTILINE)
MOST_VALUES = 4  # of an enum in one line


def run(session: Session) -> Step:
    """Explain a kind or a field."""
    if len(session.args) != 1:
        raise Failure(NOTHING if not session.args else "We accept only this format: explain RESOURCE")
    if session.flag("output") != "plaintext":
        if session.flag("output") == "plaintext-openapiv2":
            raise NotSimulated("kubectl explain --output=plaintext-openapiv2")
        raise Failure(f"unrecognized format: {session.flag('output')}")
    resource, path = _place(session, session.args[0])
    version = str(session.flag("api-version") or resource.api_version)
    book, definition = book_of(session.ask, resource, version)
    if not definition:
        raise Failure(f'couldn\'t find resource for "{version}, Resource={resource.plural}"')
    group, _, number = version.rpartition("/")
    session.out(f"GROUP:      {group}\n" if group else "")
    session.out(f"KIND:       {resource.kind}\nVERSION:    {number}\n\n")
    _explain(session, book, definition, path)
    return 0


def _place(session: Session, text: str) -> tuple[Resource, list[str]]:
    """The resource that is meant, and the way to the field: the group of the resource may follow its name."""
    name, *path = text.removesuffix(".").split(".")
    if not name:
        raise Failure("invalid jsonpath syntax, first node must be field node")
    for length in range(len(path), 0, -1):
        found = find(session, ".".join((name, *path[:length])))
        if found is not None and found.group == ".".join(path[:length]):
            return found, path[length:]
    return _resource(session, name), path


def _resource(session: Session, name: str) -> Resource:
    try:
        resource = resource_for(session, name)
    except Failure as failure:
        raise Failure(failure.message, prefix="" if "resource type" in failure.message else failure.prefix) from None
    version = str(session.flag("api-version") or "")
    return (resource_of(session, version, resource.kind) if version else None) or resource


def _explain(session: Session, book: Book, definition: str, path: list[str]) -> None:
    field: schema.Field | None = None
    text, values = book.text(definition), ""
    inner = definition
    for step, name in enumerate(path):
        field = book.fields(inner).get(name) if inner else None
        if field is None:
            raise Failure(f'field "{name}" does not exist')
        text, values = book.text(inner, name), book.listed(inner, name)
        inner = inner_definition(field)
        if not inner and step < len(path) - 1:
            raise Failure(f'field "{path[step + 1]}" does not exist')
    if field is not None:
        session.out(_field_head(path[-1], field, values))
        if inner:
            text = "\n".join(filter(None, (text, book.text(inner))))
    session.out(f"DESCRIPTION:\n{indented(text, 4)}    \n" if text else "DESCRIPTION:\n    <empty>\n")
    if inner and book.fields(inner):
        session.out("FIELDS:\n" + _fields(book, inner, bool(session.flag("recursive"))))
    session.out("\n")


def inner_definition(field: schema.Field) -> str:
    """The definition that a field, or each element of it, is of; empty for plain values."""
    while field.item is not None:
        field = field.item
    return field.ref if field.kind == "object" else ""


def _field_head(name: str, field: schema.Field, text: str) -> str:
    values = enum_values(text)
    shown = "ENUM:\n" + "".join(f"    {value}\n" for value in values) if values else "\n"
    return f"FIELD: {name} <{schema.explain_type(field)}>\n{shown}\n"


def required(field: schema.Field) -> str:
    """The mark of a field that must be given."""
    return " -required-" if field.required else ""


def enum_values(text: str) -> list[str]:
    """The values that a field may have, which stand at the end of its description."""
    _, found, values = text.partition("Possible enum values:")
    return ENUM.findall(values) if found else []


def indented(text: str, indent: int) -> str:
    """Text in lines of at most 76 letters, indented."""
    lines = [wrapped for line in text.split("\n") for wrapped in wrap(line)]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def wrap(line: str) -> list[str]:
    """One line cut between words; a word that is too long stands alone."""
    lines, current = [], ""
    for word in line.split(" "):
        if current and len(current) + 1 + len(word) > WIDTH:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current or line.startswith(" ") else word
    return [*lines, current]


def _fields(book: Book, definition: str, recursive: bool) -> str:
    lines: list[str] = []
    if recursive:
        _recurse(lines, book, definition, 1, ())
        return "".join(lines)
    for name, field in sorted(book.fields(definition).items()):
        text = book.text(definition, name)
        lines.append(
            f"  {name}\t<{schema.explain_type(field)}>{required(field)}\n{_enum_line(book.listed(definition, name), 1)}{indented(text or '<no description>', 4)}\n"
        )
    return "".join(lines)


def _enum_line(text: str, level: int) -> str:
    values = enum_values(text)
    shown = [*values[:MOST_VALUES], "...."] if len(values) > MOST_VALUES else values
    return f"{'  ' * level}enum: {', '.join(shown)}\n" if values else ""


def _recurse(lines: list[str], book: Book, definition: str, level: int, above: tuple[str, ...]) -> None:
    """All fields below a definition; one that contains itself is not opened again."""
    for name, field in sorted(book.fields(definition).items()):
        if len(lines) > MAX_LINES:
            return
        lines.append(f"{'  ' * level}{name}\t<{schema.explain_type(field)}>{required(field)}\n")
        lines.append(_enum_line(book.listed(definition, name), level))
        inner = inner_definition(field)
        if inner and inner not in above and level < MAX_DEPTH:
            _recurse(lines, book, inner, level + 1, (*above, definition))


COMMAND = Command(
    "explain",
    "Get documentation for a resource",
    run,
    "TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [options]",
    declare("--api-version= -o --output=plaintext --recursive=false"),
    group="Basic Commands (Intermediate)",
)
