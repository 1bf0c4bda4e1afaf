"""`kubectl scale`."""

from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, RECORD, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Pause, Session
from simulator.runtime.syscalls import Step, Wait

POLL = 1_000_000
NO_SCALE = {"reason": "NotFound", "message": "the server could not find the requested resource"}


def run(session: Session) -> Step:
    """Set the number of replicas."""
    if session.flag("replicas") < 0:
        raise Failure("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    if session.flag("current-replicas") < -1:
        raise Failure("The --current-replicas must specify an integer of -1 or greater")
    choice = choose(session, session.args)
    infos, failures = fetch(session, choice, latest=False)
    if not infos and not choice.failures:
        raise Failure(" ".join(["no objects passed to scale", *(failure.message for failure in failures[:1])]))
    raise_all(for_each(session, infos, lambda info: _scale(session, info), [], stop=True) or failures)
    return 0


def _scale(session: Session, info: Info) -> None:
    if info.resource.subresource("scale") is None:
        raise ServerFailure(NO_SCALE)
    wanted, expected = session.flag("replicas"), session.flag("current-replicas")
    if "scaled" not in session.state:
        _check(session, info, expected)
        if mode(session) != "client":
            body = {"spec": {"replicas": wanted}}
            session.patch(info.resource, info.namespace, info.name, body, "merge", query(session), subresource="scale")
            if session.flag("record"):
                session.patch(info.resource, info.namespace, info.name, {}, "merge", query(session))
    if session.flag("timeout") and mode(session) == "none":
        _wait(session, info)
    report(session, info, "scaled", suffix(session))


def _check(session: Session, info: Info, expected: int) -> None:
    """What must be so before anything is changed (kubectl/pkg/scale, ScalePrecondition)."""
    revision = str(session.flag("resource-version"))
    if expected < 0 and not revision:
        return
    obj = session.get(info.resource, info.namespace, info.name)
    current = int((obj.get("spec") or {}).get("replicas", 1))
    if expected not in (-1, current):
        raise Failure(f"Expected replicas to be {expected}, was {current}")
    if revision not in ("", found := obj["metadata"]["resourceVersion"]):
        raise Failure(f"Expected resource version to be {revision}, was {found}")


def _wait(session: Session, info: Info) -> None:
    """Return when as many replicas are there as shall be, or when somebody else has said another number; pauses until then."""
    until = session.state.setdefault("scaled", session.sys.now + session.flag("timeout"))
    scale = session.get(info.resource, info.namespace, info.name, subresource="scale")
    wanted, there = (int((scale.get(part) or {}).get("replicas", 0)) for part in ("spec", "status"))
    if wanted == session.flag("replicas") != there:
        if session.sys.now < until:
            raise Pause(Wait(until=min(session.sys.now + POLL, until)))
        session.state.pop("scaled")
        raise Failure(f'timed out waiting for "{info.name}" to be synced')
    session.state.pop("scaled")


COMMAND = Command(
    "scale",
    "Set a new size for a deployment, replica set, or replication controller",
    run,
    "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]",
    declare(
        "--all=false --current-replicas=-1 --replicas=0 --resource-version= --timeout=0s",
        DRY_RUN,
        FILES,
        PRINT,
        ONE_SELECTOR,
        RECORD,
    ),
    needs=("replicas",),
    group="Deploy Commands",
)
