"""`kubectl wait`: until objects are as they shall be, or gone, or there."""

from simulator.kubectl import conditions
from simulator.kubectl.cli import PRINT, Command
from simulator.kubectl.discovery import named
from simulator.kubectl.failures import Failure, NotSimulated, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info, info_of
from simulator.kubectl.printers import report
from simulator.kubectl.selection import NOT_LOCAL, choose, fetch
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step, Wait

WEEK = 7 * 24 * 3_600_000_000
MAX_EVENTS = 100
LATE = "timed out waiting for the condition"
POLL = 500_000


def run(session: Session) -> Step:
    """Wait for each object in turn; all have one time limit each, as long as the flag says."""
    want = conditions.parse(str(session.flag("for") or ""))
    if session.flag("local"):
        if not session.flag("filename"):
            raise Failure(NOT_LOCAL)
        raise NotSimulated("kubectl wait --local, which in the real client ends with a panic")
    if "queue" not in session.state and (step := _begin(session, want)) is not None:
        return step
    while session.state["queue"]:
        step = _one(session, want, session.state["queue"][0])
        if step is not None:
            return step
        session.state["queue"].pop(0)
    return 0


def _begin(session: Session, want: conditions.Want) -> Step | None:
    timeout = session.flag("timeout")
    until = session.state.setdefault("until", session.sys.now + (timeout if timeout >= 0 else WEEK))
    choice = choose(session, session.args)
    infos, failures = fetch(session, choice)
    if want[0] in ("delete", "create"):
        missing = [
            failure for failure in failures if isinstance(failure, ServerFailure) and failure.reason == "NotFound"
        ]
        failures = [failure for failure in failures if failure not in missing]
        if want[0] == "create":
            infos = [*choice.named, *choice.infos] or infos
    raise_all(failures)
    if not infos and want[0] == "create":
        if session.sys.now >= until:
            raise Failure(LATE)
        return Wait(until=min(session.sys.now + POLL, until))
    if not infos and want[0] != "delete":
        raise Failure("no matching resources found")
    queue = [{"resource": info.resource.name, "namespace": info.namespace, "name": info.name} for info in infos]
    session.state["queue"] = queue
    return None


def _one(session: Session, want: conditions.Want, target: Obj) -> Step | None:
    """Wait for one object; None when it is as it shall be."""
    until = int(session.state["until"])
    if "fd" not in target:
        if want[0] == "create":
            return _created(session, target)
        done = _look(session, want, target)
        if done or "fd" not in target:
            return None
    for _ in range(MAX_EVENTS):
        event = session.sys.read_event(target["fd"])
        if event is None:
            break
        if not event or event.get("type") == "ERROR":
            session.sys.close(target.pop("fd"))
            return Wait(until=session.sys.now)
        if _seen(session, want, target, event):
            session.sys.close(target["fd"])
            return None
    if session.sys.now >= until:
        text = "timed out waiting for the condition on" if session.flag("timeout") else "condition not met for"
        raise Failure(f"{text} {target['resource'].partition('.')[0]}/{target['name']}")
    return Wait(readable=(target["fd"],), until=until)


def _look(session: Session, want: conditions.Want, target: Obj) -> bool:
    resource = named(session, target["resource"])
    try:
        obj = session.get(resource, target["namespace"], target["name"])
    except ServerFailure as failure:
        if want[0] == "delete" and failure.reason == "NotFound":
            return True
        raise
    if want[0] != "delete" and conditions.met(want, obj):
        _met(session, target, obj)
        return True
    target["fd"] = session.watch_one(resource, target["namespace"], target["name"])
    return False


def _seen(session: Session, want: conditions.Want, target: Obj, event: Obj) -> bool:
    if want[0] == "delete":
        if event.get("type") == "DELETED":
            _met(session, target, event["object"])
        return event.get("type") == "DELETED"
    if event.get("type") in ("ADDED", "MODIFIED") and conditions.met(want, event["object"]):
        _met(session, target, event["object"])
        return True
    return False


def _created(session: Session, target: Obj) -> Step | None:
    """Look again and again, as the real client does, until the object is there."""
    resource = named(session, target["resource"])
    try:
        obj = session.get(resource, target["namespace"], target["name"])
    except ServerFailure as failure:
        if failure.reason != "NotFound":
            raise
        if session.sys.now >= session.state["until"]:
            raise Failure(LATE) from None
        return Wait(until=min(session.sys.now + POLL, int(session.state["until"])))
    _met(session, target, obj)
    return None


def _met(session: Session, target: Obj, obj: Obj) -> None:
    resource = named(session, target["resource"])
    info: Info = info_of(resource, {"apiVersion": resource.api_version, "kind": resource.kind, **obj})
    report(session, info, "condition met")


COMMAND = Command(
    "wait",
    "Wait for a specific condition on one or many resources",
    run,
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=delete|--for condition=available] [options]",
    declare(
        "--all=false -A --all-namespaces=false --field-selector= -f --filename=[] --for= --local=false -R --recursive=true",
        "-l --selector= --timeout=30s",
        PRINT,
    ),
    group="Advanced Commands",
)
