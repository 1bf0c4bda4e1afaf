"""Who may import whom: downwards only, as the pages on the rooms say (simulator/README.md, README.md)."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STOREYS = ("labsite", "lessons", "simulator")

# From roof to cellar; those on one line do not know each other.
ROOMS = (
    {"lab"},
    {"inventory", "why"},
    {"kubectl", "shell", "programs"},
    {"cluster"},
    {"scheduler", "controllers", "kubelet", "proxy"},
    {"client"},
    {"runtime", "apiserver"},
    {"api"},
    {"kernel"},
)
LEVEL = {room: level for level, rooms in enumerate(ROOMS) for room in rooms}

# What would break the laws of the simulator: a clock, chance, threads, the outside.
FORBIDDEN = {
    "asyncio",
    "concurrent",
    "http",
    "multiprocessing",
    "pickle",
    "random",
    "secrets",
    "select",
    "selectors",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
# Packages that the simulator may use beside the standard library.
PURE = {"yaml", "msgspec", "re2", "backports", "compression", "simulator"}
# The set-up's own script, which reads and writes files and is no part of a running cluster.
OUTSIDE = {"simulator/api/generate_schema.py"}

Import = tuple[int, str]


def modules(storey: str) -> list[Path]:
    """The Python files of a storey."""
    return sorted((ROOT / storey).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[Import]:
    """Line and full name of everything that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def faults(path: Path, tree: ast.Module) -> Iterator[str]:
    """All that is wrong with a module's imports."""
    place = path.relative_to(ROOT)
    for line, name in imports(tree):
        if why := fault(place, name):
            yield f"{place}:{line}: {name}: {why}"
    for line, why in misplaced(tree):
        yield f"{place}:{line}: {why}"


def fault(place: Path, name: str) -> str:
    """Why the module at *place* may not import *name*; empty if it may."""
    storey, target = place.parts[0], name.split(".")[0]
    if target == "tests":
        return "tests are for tests"
    if target in STOREYS and STOREYS.index(target) < STOREYS.index(storey):
        return f"{storey} does not know {target}"
    if storey != "simulator":
        inner = target == "simulator" and not name.startswith("simulator.lab.")
        return "the simulator's only door is simulator.lab" if inner else ""
    if target == "simulator":
        return room_fault(place, name)
    return "" if place.as_posix() in OUTSIDE else pure_fault(place, target)


def room_fault(place: Path, name: str) -> str:
    """The same for one room of the simulator and another."""
    here, there = room(place.with_suffix("").parts), room(tuple(name.split(".")))
    if here == there or LEVEL[there] > LEVEL[here]:
        return ""
    return f"{here} stands beside or below {there}"


def room(parts: tuple[str, ...]) -> str:
    """The room of the simulator that a module belongs to."""
    return parts[1]


def pure_fault(place: Path, target: str) -> str:
    """Why the simulator may not use the package *target*."""
    if target in FORBIDDEN:
        return "the simulator has no clock, no chance and no outside"
    if target == "datetime" and place.as_posix() != "simulator/api/timestamps.py":
        return "datetime is for simulator/api/timestamps.py alone"
    return "" if target in PURE or target in sys.stdlib_module_names else "not a package that the simulator may use"


def misplaced(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Imports that are relative or hidden in a function or class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "relative import"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner.lineno, f"import inside {node.name}"


@pytest.mark.parametrize("storey", STOREYS)
def test_imports_go_down_only(storey: str) -> None:
    found = [fault for path in modules(storey) for fault in faults(path, ast.parse(path.read_text()))]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("simulator/api/names.py", "from simulator.apiserver import store"),
        ("simulator/kubelet/sync.py", "from simulator.scheduler import queue"),
        ("simulator/runtime/machines.py", "import simulator.apiserver.server"),
        ("simulator/cluster/wiring.py", "import simulator.lab"),
        ("simulator/kernel/world.py", "import time"),
        ("simulator/kernel/world.py", "from random import choice"),
        ("simulator/shell/main.py", "from datetime import datetime"),
        ("simulator/shell/main.py", "import django"),
        ("simulator/shell/main.py", "from . import words"),
        ("simulator/shell/main.py", "def run():\n    import json"),
        ("simulator/lab.py", "import lessons"),
        ("lessons/checks.py", "import labsite.settings"),
        ("lessons/checks.py", "from simulator.kernel import units"),
        ("labsite/urls.py", "import simulator.api.names"),
        ("labsite/urls.py", "import tests.site"),
    ],
)
def test_a_planted_violation_is_caught(place: str, source: str) -> None:
    assert list(faults(ROOT / place, ast.parse(source)))


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("simulator/lab.py", "from simulator.cluster import cluster"),
        ("simulator/kubelet/sync.py", "from simulator.runtime.cri_api import Cri"),
        ("simulator/api/timestamps.py", "from datetime import datetime"),
        ("lessons/checks.py", "from simulator.lab import Lab"),
        ("labsite/console/consumer.py", "from lessons import catalogue"),
    ],
)
def test_what_is_right_is_left_alone(place: str, source: str) -> None:
    assert not list(faults(ROOT / place, ast.parse(source)))
