"""The environment variables that the code reads, found in the code itself."""

import ast
from collections.abc import Iterator

from tests.labsite.site import ROOT

READERS = {"text", "flag", "number", "choice", "names"}


def settings_in_code() -> dict[str, str]:
    """Each variable and its default as the code has it; "" where there is none or it is reckoned."""
    tree = ast.parse((ROOT / "labsite" / "settings.py").read_text())
    found: dict[str, str] = {}
    for name, default in read(tree):
        found[name] = found.get(name) or default
    return found


def read(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Name and default of each `env.READER("NAME", default, ...)`."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "env" and node.func.attr in READERS:
            assert isinstance(node.args[0], ast.Constant)
            yield node.args[0].value, default_of(node)


def default_of(call: ast.Call) -> str:
    """The default as the table in README.md writes it."""
    assert isinstance(call.func, ast.Attribute)
    given = call.args[1] if len(call.args) > 1 else None
    if isinstance(given, ast.IfExp):  # the usual case comes last
        given = given.orelse
    if isinstance(given, ast.Tuple):
        return ",".join(ast.literal_eval(given))
    if isinstance(given, ast.Constant):
        return str(given.value)
    return "no" if call.func.attr == "flag" else ""
