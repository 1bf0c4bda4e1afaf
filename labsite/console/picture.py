"""The whole picture of a sandbox, and the answers to a browser's questions."""

from typing import Any

from labsite.console import hosts as files
from labsite.console import manifests, translate, why
from labsite.console import map as maps
from labsite.console.tables import TABLES, table
from labsite.sandboxes import screens
from labsite.sandboxes.models import Sandbox
from lessons import catalogue, progress
from lessons.models import Run
from simulator.lab import Lab

Message = dict[str, Any]


def draw(row: Sandbox, lab: Lab, run: Run | None, wall: int, focus: Message) -> Message:
    """`picture`, with what is said of the *focus* (focuses.py)."""
    return {
        "type": "picture",
        "seq": row.seq,
        "clock": row.clock(wall),
        "terminals": terminals(lab, screens.load(bytes(row.screens))),
        "tables": {resource: table(lab, resource) for resource in TABLES},
        "map": maps.draw(lab),
        "focus": focus,
        "files": translate.files(lab)["files"],
        "hosts": files.hosts(lab),
        "editors": editors(lab),
        "lesson": lesson(row, lab, run, row.schooltime(wall)),
    }


def terminals(lab: Lab, shown: screens.Screens) -> list[Message]:
    """Each open terminal with what it shows."""
    keys = ("host", "mode", "prompt", "echo", "columns", "rows")
    return [
        {
            "terminal": name,
            **{key: state[key] for key in keys},
            "screen": shown.get(name, ""),
            "failed": lab.mishap(name),
        }
        for name, state in lab.terminals().items()
    ]


def editors(lab: Lab) -> list[Message]:
    """The files for which a program waits until the editor is closed."""
    return [
        {"path": files.name(lab, host, path), "content": lab.read_file(host, path) or ""}
        for host in files.hosts(lab)
        for path in lab.editors(host)
    ]


def lesson(row: Sandbox, lab: Lab, run: Run | None, wall: int) -> Message:
    """How far the learner has come; {} in the free lab."""
    found = catalogue.of(row.lesson, row.seed, row.edition)
    return progress.picture(found, run.progress, lab, wall) if found and run else {}


def answer(question: Message, lab: Lab) -> Message:
    """The answer to a question about the cluster as it is."""
    match question:
        case {"type": "completion.wanted", "id": name, "terminal": terminal, "text": text}:
            return {"type": "completion", "id": name, **lab.complete(terminal, text)}
        case {"type": "files.wanted", "path": path}:
            return {"type": "files", "path": path, "files": lab.files(lab.home, path)}
        case {"type": "file.wanted", "path": path}:
            return {"type": "file", "path": path, "content": files.text(lab, path)}
        case {"type": "manifest.wanted"}:
            return manifests.answer(question, lab)
        case {"type": "registries.wanted"}:
            return {"type": "registries", "images": lab.registries()}
        case {"type": "kind.wanted", "id": name, "version": version, "kind": kind}:
            if kind:
                return {"type": "kind", "id": name, "shape": lab.custom_shape(version, kind)}
            return {"type": "kinds", "id": name, "kinds": lab.custom_kinds()}
        case {"type": "why.wanted"}:
            return why.answer(question, lab)
    raise ValueError(f"no such question: {question['type']}")
