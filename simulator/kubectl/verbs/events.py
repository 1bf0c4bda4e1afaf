"""`kubectl events`: what happened, in the order in which it happened (models kubectl/pkg/cmd/events)."""

from simulator.api import timestamps
from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import PRINT, Command
from simulator.kubectl.describers.events import interval
from simulator.kubectl.describers.page import Reader
from simulator.kubectl.discovery import resource_for
from simulator.kubectl.failures import Failure, ServerFailure
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import items
from simulator.kubectl.printers import as_list, printer, shown
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.tabwriter import Table
from simulator.runtime.syscalls import Step, Wait

EVENTS = RESOURCES["events"]
MAX_EVENTS = 100
TYPES = ("normal", "warning")


def run(session: Session) -> Step:
    """List events; with -w, go on."""
    if "fd" in session.state:
        return _watch(session)
    for each in session.flag("types"):
        if each.lower() not in TYPES:
            raise Failure(f"valid --types are {' or '.join(name.capitalize() for name in TYPES)}")
    namespace = None if session.flag("all-namespaces") else session.namespace
    query = {"fieldSelector": _fields(session), "limit": "500"}
    body = session.list(EVENTS, namespace, query=query)
    events = [each for each in items(EVENTS, body) if _wanted(session, each)]
    events.sort(key=_when)
    if not events and not session.flag("watch"):
        session.err("No events found.\n" if namespace is None else f"No events found in {namespace} namespace.\n")
        return 0
    _print(session, events)
    if not session.flag("watch"):
        return 0
    query |= {"limit": "", "resourceVersion": str((body.get("metadata") or {}).get("resourceVersion") or "")}
    session.state["fd"] = session.watch(EVENTS, namespace, query=query)
    return _watch(session)


def _when(event: Obj) -> int:
    """When an event happened last."""
    series = (event.get("series") or {}).get("lastObservedTime")
    text = series or event.get("lastTimestamp") or event.get("eventTime") or event["metadata"]["creationTimestamp"]
    return timestamps.parse(str(text))


def _fields(session: Session) -> str:
    """The field selector for `--for pod/web`."""
    text = str(session.flag("for") or "")
    if not text:
        return ""
    kind, slash, name = text.partition("/")
    if not slash or not name:
        raise Failure("--for must be in resource/name form")
    resource = resource_for(session, kind, prefix="")
    return f"involvedObject.kind={resource.kind},involvedObject.apiVersion={resource.api_version},involvedObject.name={name}"


def _wanted(session: Session, event: Obj) -> bool:
    types = [each.lower() for each in session.flag("types")]
    return not types or str(event.get("type", "")).lower() in types


def _print(session: Session, events: list[Obj]) -> None:
    show = printer(session)
    if show is not None:
        session.out(show(as_list([shown(session, event) for event in events])))
        return
    reader = Reader(session.ask, session.sys.unix)
    rows = [_row(session, reader, event) for event in events]
    if not session.flag("no-headers") and "widths" not in session.state:
        head = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
        rows.insert(0, (["NAMESPACE"] if session.flag("all-namespaces") else []) + head)
    session.out(Table(session.state.setdefault("widths", [])).format(rows))


def _row(session: Session, reader: Reader, event: Obj) -> list[str]:
    about = event.get("involvedObject") or {}
    message = str(event.get("message", "")).strip().replace("\n", " ")
    cells = [
        interval(reader, _newest(event)),
        event.get("type", ""),
        event.get("reason", ""),
        f"{about.get('kind', '')}/{about.get('name', '')}",
        message,
    ]
    return ([event["metadata"].get("namespace", "")] if session.flag("all-namespaces") else []) + cells


def _newest(event: Obj) -> Obj:
    """An event that happened once, with the time at which it was last seen."""
    if event.get("series") or (event.get("count") or 0) > 1 or event.get("eventTime"):
        return event
    return {**event, "firstTimestamp": event.get("lastTimestamp") or event.get("firstTimestamp")}


def _watch(session: Session) -> Step:
    for _ in range(MAX_EVENTS):
        event = session.sys.read_event(session.state["fd"])
        if event is None:
            break
        if not event:
            return 0
        if event.get("type") == "ERROR":
            raise ServerFailure(event["object"])
        if event.get("type") in ("ADDED", "MODIFIED") and _wanted(session, event["object"]):
            _print(session, [event["object"]])
    return Wait(readable=(session.state["fd"],))


COMMAND = Command(
    "events",
    "List events",
    run,
    "[--for TYPE/NAME] [--watch] [--types=Normal,Warning] [options]",
    declare("-A --all-namespaces=false --chunk-size=500 --for= --no-headers=false --types=[] -w --watch=false", PRINT),
    group="Troubleshooting and Debugging Commands",
)
