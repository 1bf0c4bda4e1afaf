"""The marks of the time bar: what of all that happened is kept, in a few words.

command    a line typed at a prompt                         subject: the host's terminal
request    a tool outside has changed something             subject: the object
file       the editor has stored a file                     subject: its path
status     a Pod or a node has another status               subject: pods/NAMESPACE/NAME; text: "Pending → Running"
event      an event of type Normal                          subject: the object it is about; text: "Pulled: Container image ..."
warning    one of another type
step       a step of the lesson is reached                  subject: its id
jump       the clock was moved on                           text: what it went to
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from labsite.console.tables import visible
from simulator.lab import Change, Lab

INPUTS = ("command", "request", "file")  # what can be undone
STATUSES = ("pods", "nodes")
LONGEST = 300
MOST = 60  # of statuses, and as many events, in one turn
GONE = "gone"


class Noted(NamedTuple):
    """A mark that is still to be stored."""

    at: int
    number: int
    kind: str
    subject: str
    text: str
    by: str = ""  # who typed it, if it was not the learner


def told(mark: Any) -> dict[str, Any]:
    """A mark as browsers are told of it."""
    return {key: getattr(mark, key) for key in Noted._fields}


def noted(at: int, number: int, kind: str, subject: str, text: str) -> Noted:
    """A mark, cut to what can be stored; PostgreSQL stores no NUL."""
    return Noted(at, number, kind, subject.replace("\0", "")[:LONGEST], text.replace("\0", "")[:LONGEST])


def of_input(lab: Lab, number: int, entry: dict[str, Any]) -> list[Noted]:
    """The mark of an input, if it is worth one. To be asked before it happens: who reads a line then says what it is."""
    at = lab.now
    match entry:
        case {"type": "line", "terminal": str(name), "text": str(text)} if text.strip():
            terminal = lab.terminals().get(name)
            if terminal and terminal["mode"] == "edit" and terminal["echo"]:
                return [noted(at, number, "command", f"{terminal['host']}/{name}", text.strip())]
        case {"type": "file.save", "path": str(path)}:
            return [noted(at, number, "file", path, path)]
        case {"type": "api", "request": dict(request)}:
            return [noted(at, number, "request", request_subject(request), request_text(request))]
    return []


def request_subject(request: dict[str, Any]) -> str:
    """What a request from outside is about."""
    parts = (request.get("resource"), request.get("namespace"), request.get("name"))
    return "/".join(str(part) for part in parts if part)


def request_text(request: dict[str, Any]) -> str:
    """A request from outside in a few words: `delete pods/default/web`."""
    sub = request.get("subresource")
    return f"{request.get('verb', '')} {request_subject(request)}" + (f"/{sub}" if sub else "")


class Watch:
    """Notices status changes and events. It knows each object as it was when it was looked at last."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.known = {
            f"{resource}/{place(obj)}": obj for resource in STATUSES for obj in lab.objects(resource) if visible(obj)
        }

    def notice(self, number_at: Callable[[int], int], changes: Iterable[Change]) -> list[Noted]:
        """The marks of *changes*; *number_at* says which input was the last at a time."""
        objects = [change for change in changes if change.kind == "object" and visible(change.data["object"])]
        statuses = [mark for change in objects for mark in self.status(number_at(change.at), change)]
        events = [mark for change in objects for mark in event(number_at(change.at), change)]
        return sorted([*some(statuses), *some(events)], key=lambda mark: mark.at)

    def status(self, number: int, change: Change) -> Iterator[Noted]:
        """The mark of another status."""
        resource, obj = change.data["resource"], change.data["object"]
        if resource not in STATUSES:
            return
        key = f"{resource}/{place(obj)}"
        before = self.word(resource, self.known.get(key))
        self.known[key] = obj
        if change.data["type"] == "DELETED":
            del self.known[key]
        after = self.word(resource, self.known.get(key)) or GONE
        if after != before:
            yield noted(change.at, number, "status", key, f"{before} → {after}" if before else after)

    def word(self, resource: str, obj: dict[str, Any] | None) -> str:
        """The printed status of an object; empty if there is none."""
        return self.lab.printed(resource, obj).get("Status", "") if obj else ""


def event(number: int, change: Change) -> Iterator[Noted]:
    """The mark of an event of the cluster."""
    if change.data["resource"] != "events" or change.data["type"] == "DELETED":
        return
    said = change.data["object"]
    about = said.get("involvedObject") or {}
    subject = "/".join(str(about[key]) for key in ("kind", "namespace", "name") if about.get(key))
    kind = "event" if said.get("type") == "Normal" else "warning"
    yield noted(change.at, number, kind, subject, f"{said.get('reason', '')}: {said.get('message', '')}")


def some(marks: Sequence[Noted]) -> Sequence[Noted]:
    """No more than a turn may leave: of too many, evenly spread ones."""
    if len(marks) <= MOST:
        return marks
    return [marks[at * len(marks) // MOST] for at in range(MOST)]


def place(obj: dict[str, Any]) -> str:
    """NAMESPACE/NAME, or NAME."""
    namespace = obj["metadata"].get("namespace")
    return f"{namespace}/{obj['metadata']['name']}" if namespace else str(obj["metadata"]["name"])
