"""What a cluster tells (simulator/lab.py), in the words of the console (messages/)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from labsite.console import hosts
from labsite.console import map as maps
from labsite.console.tables import TABLES, changed_rows
from simulator.lab import Change, Lab

Message = dict[str, Any]

# The folders whose files are listed beside the editor.
PLACES = ("/root", "/opt", "/tmp")
MACHINES = "/opt/cni/"  # what the machine itself has there


def messages(lab: Lab, changes: Sequence[Change]) -> list[Message]:
    """What is to be shown after *changes*: terminals first and in order, then each table, the files, the editor."""
    told = joined(message for change in changes for message in spoken(lab, change))
    told += [message for resource in TABLES if (message := rows_of(lab, resource, changes))]
    told += maps.changed(lab, changes)
    if any(change.kind == "file" and change.data["host"] == lab.home for change in changes):
        told.append(files(lab))
    return told


def files(lab: Lab) -> Message:
    """`files.changed`."""
    found = [file for place in PLACES for file in lab.files(lab.home, place) if not file["path"].startswith(MACHINES)]
    return {"type": "files.changed", "files": found}


def spoken(lab: Lab, change: Change) -> list[Message]:
    """The message for one change, for those that have one of their own."""
    speak = SPOKEN.get(change.kind)
    message = speak(lab, change.data) if speak else {}
    return [message] if message else []


def output(lab: Lab, data: dict[str, Any]) -> Message:
    """A program, or the terminal itself, has written."""
    return {"type": "output.shown", "terminal": data["terminal"], "data": data["data"]}


def line(lab: Lab, data: dict[str, Any]) -> Message:
    """Somebody has typed a line, which the terminal shows."""
    return {"type": "line.shown"} | {key: data[key] for key in ("id", "terminal", "text", "data")}


def terminal(lab: Lab, data: dict[str, Any]) -> Message:
    """Somebody else reads now, or in another way."""
    return {"type": "terminal.changed"} | {key: data[key] for key in ("terminal", "mode", "prompt", "echo")}


def editor(lab: Lab, data: dict[str, Any]) -> Message:
    """A program has opened the editor pane, or has ended and needs it no more."""
    path, name = hosts.name(lab, data["host"], data["path"]), data["terminal"]
    if not data["open"]:
        return {"type": "editor.dropped", "path": path, "terminal": name}
    content = lab.read_file(data["host"], data["path"]) or ""
    return {"type": "editor.opened", "path": path, "content": content, "terminal": name}


def wish(lab: Lab, data: dict[str, Any]) -> Message:
    """A program asks something of the page."""
    return {"type": "wish.told", "terminal": data["terminal"], "what": data["what"]}


def command(lab: Lab, data: dict[str, Any]) -> Message:
    """A command line has ended; only of one that failed there is anything to say."""
    failed = {key: data[key] for key in ("terminal", "line", "code")}
    return {"type": "command.failed", **failed} if data["code"] else {}


SPOKEN: dict[str, Callable[[Lab, dict[str, Any]], Message]] = {
    "output": output,
    "line": line,
    "terminal": terminal,
    "editor": editor,
    "wish": wish,
    "command": command,
}


def rows_of(lab: Lab, resource: str, changes: Iterable[Change]) -> Message | None:
    """The rows of one table that are others after *changes*."""
    data = [change.data for change in changes if change.kind == "object" and change.data["resource"] == resource]
    return changed_rows(lab, resource, data) if data else None


def joined(told: Iterable[Message]) -> list[Message]:
    """The same with each terminal's outputs that follow one another made into one."""
    out: list[Message] = []
    for message in told:
        last = out[-1] if out else {}
        if message["type"] == last.get("type") == "output.shown" and message["terminal"] == last["terminal"]:
            out[-1] = {**last, "data": last["data"] + message["data"]}
        else:
            out.append(message)
    return out
