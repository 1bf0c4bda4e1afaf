"""Where in a manifest that stands of which Kubernetes complains: from `spec.containers[0].image` to a line."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

SEPARATOR = re.compile(r"---\s*(#.*)?")
# A path as the API server writes it, or as Go's decoder does, which leaves out numbers; or something in quotes.
PATHS = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_-]+|\[[^\[\]\s]{0,300}\])*")
PARTS = re.compile(r"\[([^\[\]]*)\]|([^.\[\]]+)")
QUOTED = re.compile(r'"([^"\n]{1,300})"')
QUANTITY = re.compile(r"[+-]?[0-9.]{1,40}(?:[eE][+-]?[0-9]{1,9}|[numkMGTPE]|[KMGTPE]i)?")
AMOUNTS = {"limits", "requests", "capacity", "hard", "default", "defaultRequest", "max", "min", "sizeLimit", "divisor"}
MOST_PATHS = 200
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """Lines and columns from 0; the end is behind the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


class Document(NamedTuple):
    """One document of a file, and the line at which it begins."""

    first: int
    text: str


def documents(text: str) -> list[Document]:
    """The documents of a file, cut as kubectl cuts them; those without anything, or with comments only, are left out if there are others."""
    found, lines, first = [], [], 0
    for number, line in enumerate([*text.splitlines(keepends=True), "---"]):
        if not line.startswith("---") or not SEPARATOR.fullmatch(line.rstrip()):
            lines.append(line)
            continue
        if "".join(lines).strip():
            found.append(Document(first, "".join(lines)))
        lines, first = [], number + 1
    return [each for each in found if says_something(each)] or found


def says_something(document: Document) -> bool:
    """Whether there is more in a document than comments."""
    return any(line.strip() and not line.lstrip().startswith("#") for line in document.text.split("\n"))


def place(document: Document, complaint: str) -> Place:
    """Where that stands of which *complaint* speaks; the first line of the document if it is not to be found."""
    try:
        root = yaml.compose(document.text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return whole_line(document, mark.line if mark else 0)
    except (yaml.YAMLError, RecursionError, UnicodeError):
        return whole_line(document, 0)
    if root is None:
        return whole_line(document, 0)
    spots = [spot for path in paths(complaint) if (spot := follow(root, path))]
    deepest = max(spots, key=lambda spot: spot[0], default=None) or value(root, complaint)
    return within(document, deepest[1]) if deepest else whole_line(document, first_of(document))


def value(root: yaml.Node, complaint: str) -> tuple[int, yaml.Node] | None:
    """A value of which a complaint speaks without saying where it is: the last one in quotes, or one that is no quantity."""
    scalars = list(scalars_of(root))
    if "quantities must match" in complaint:
        among = (node for keys, node in scalars if keys & AMOUNTS and not QUANTITY.fullmatch(node.value))
        return next(((1, node) for node in among), None)
    for word in reversed(QUOTED.findall(complaint)[:MOST_PATHS]):
        if found := next((node for _, node in scalars if node.value == word), None):
            return 1, found
    return None


def scalars_of(root: yaml.Node) -> Iterator[tuple[frozenset[str], yaml.ScalarNode]]:
    """The values of a document, each once, in their order, each with the keys above it."""
    waiting: list[tuple[frozenset[str], yaml.Node]] = [(frozenset(), root)]
    seen: set[int] = set()
    while waiting:
        keys, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield keys, node
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(keys, item) for item in reversed(node.value)]
        elif isinstance(node, yaml.MappingNode):
            waiting += [(keys | {str(key.value)}, below) for key, below in reversed(node.value)]


def first_of(document: Document) -> int:
    """The first line that says something."""
    lines = document.text.split("\n")
    return next((at for at, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), 0)


def whole_line(document: Document, number: int) -> Place:
    """All of a line of a document."""
    lines = document.text.split("\n")
    number = min(number, len(lines) - 1)
    line = lines[number].rstrip()
    return Place(document.first + number, len(line) - len(line.lstrip()), document.first + number, len(line))


def within(document: Document, node: yaml.Node) -> Place:
    """The place of a node, as far as its first line goes."""
    start, end = node.start_mark, node.end_mark
    if end.line == start.line:
        return Place(document.first + start.line, start.column, document.first + start.line, end.column)
    return whole_line(document, start.line)._replace(column=start.column)


def paths(complaint: str) -> Iterator[list[str]]:
    """What in a complaint may be a path, as its parts; also without its first part, which may be the name of a Go type."""
    kind = re.search(r'no matches for kind "', complaint)
    if kind:
        yield ["kind"]
        return
    for _, found in zip(range(MOST_PATHS), PATHS.finditer(complaint), strict=False):
        parts = [key or word for key, word in PARTS.findall(found.group())]
        yield parts
        if len(parts) > 1:
            yield parts[1:]


def follow(node: yaml.Node, parts: list[str]) -> tuple[int, yaml.Node] | None:
    """How many of *parts* lead somewhere below *node*, and the key, or item, to which the last of them leads."""
    if not parts:
        return None
    if isinstance(node, yaml.SequenceNode):
        return into_list(node, parts)
    if not isinstance(node, yaml.MappingNode):
        return None
    for key, value in node.value:
        if key.value == parts[0]:
            below = follow(value, parts[1:])
            return (below[0] + 1, below[1]) if below else (1, key)
    return None


def into_list(node: yaml.SequenceNode, parts: list[str]) -> tuple[int, yaml.Node] | None:
    """The same in a list, whose item a number names; without one, the item in which the path leads farthest."""
    if parts[0].isdecimal() and len(parts[0]) < 6:
        at = int(parts[0])
        if at >= len(node.value):
            return None
        below = follow(node.value[at], parts[1:])
        return (below[0] + 1, below[1]) if below else (1, node.value[at])
    found = [below for item in node.value if (below := follow(item, parts))]
    return max(found, key=lambda below: below[0], default=None)
