"""`-o custom-columns` (models kubectl/pkg/cmd/get/customcolumn.go)."""

import re
from typing import Any

from simulator.api import jsonpath
from simulator.api.go_text import go_text
from simulator.kubectl.failures import Failure
from simulator.kubectl.tabwriter import Table

PATH = re.compile(r"^\{\.?([^{}]+)\}$|^\.?([^{}]+)$")
NO_LINES = (
    "invalid template, missing header line. Expected format is one line of space separated headers, "
    "one line of space separated column specs."
)
Columns = list[tuple[str, Any]]


def parse(spec: str) -> Columns:
    """Read `NAME:.metadata.name,NODE:.spec.nodeName`."""
    if not spec:
        raise Failure("custom-columns format specified but no custom columns given")
    columns: Columns = []
    for part in _parts(spec):
        header, colon, path = part.partition(":")
        if not colon:
            raise Failure(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        columns.append((header, _path(path)))
    return columns


def _parts(spec: str) -> list[str]:
    """Commas separate columns, unless they stand in brackets."""
    parts, depth, current = [], 0, ""
    for letter in spec:
        depth += (letter in "[(") - (letter in "])")
        if letter == "," and depth <= 0:
            parts.append(current)
            current = ""
        else:
            current += letter
    return [*parts, current]


def _path(text: str) -> Any:
    try:
        return jsonpath.parse(relaxed(text))
    except jsonpath.BadPath as error:
        raise Failure(str(error)) from None


def relaxed(text: str) -> str:
    """A path with braces and a leading dot, which the learner may leave out."""
    if not text:
        return ""
    match = PATH.match(text)
    if match is None:
        raise Failure(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return f"{{.{match[1] or match[2]}}}"


def from_file(lines: list[str]) -> str:
    """The two lines of a file, headers and paths, as one spec."""
    if len(lines) < 2:
        raise Failure(NO_LINES)
    headers, paths = lines[0].split(), lines[1].split()
    if len(headers) != len(paths):
        raise Failure(f"number of headers ({len(headers)}) and field specifications ({len(paths)}) don't match")
    return ",".join(f"{header}:{path}" for header, path in zip(headers, paths, strict=True))


def show(columns: Columns, obj: Any, *, headers: bool) -> str:
    """The rows of an object, or of each object of a list."""
    objects = obj["items"] if isinstance(obj, dict) and isinstance(obj.get("items"), list) else [obj]
    rows = [[header for header, _ in columns]] if headers else []
    rows += [[cell(path, each) for _, path in columns] for each in objects]
    return Table().format(rows)


def cell(path: Any, obj: Any) -> str:
    """What stands in a column; `<none>` if nothing is there."""
    found = jsonpath.find(path, obj)
    return ",".join("<none>" if value is None else go_text(value) for value in found) or "<none>"
