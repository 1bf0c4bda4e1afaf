"""`kubectl scale`."""

from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, PRINT, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, NotSimulated, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info
from simulator.kubectl.printers import report
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step

NO_SCALE = {"reason": "NotFound", "message": "the server could not find the requested resource"}


def run(session: Session) -> Step:
    """Set the number of replicas."""
    if session.flag("timeout"):
        raise NotSimulated("kubectl scale --timeout")
    if session.flag("replicas") < 0:
        raise Failure("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    choice = choose(session, session.args)
    infos, failures = (choice.infos, choice.failures) if choice.infos else fetch(session, choice)
    if failures and not infos:
        raise Failure(f"no objects passed to scale {failures[0].message}")
    raise_all(for_each(session, infos, lambda info: _scale(session, info), failures))
    return 0


def _scale(session: Session, info: Info) -> None:
    if info.resource.subresource("scale") is None:
        raise ServerFailure(NO_SCALE)
    wanted, expected = session.flag("replicas"), session.flag("current-replicas")
    if expected >= 0 and (current := _current(session, info)) != expected:
        raise Failure(f"Expected replicas to be {expected}, was {current}")
    if mode(session) != "client":
        body = {"spec": {"replicas": wanted}}
        session.patch(info.resource, info.namespace, info.name, body, "merge", query(session), subresource="scale")
    report(session, info, "scaled", suffix(session))


def _current(session: Session, info: Info) -> int:
    """How many replicas there shall be now."""
    obj = session.get(info.resource, info.namespace, info.name)
    return int((obj.get("spec") or {}).get("replicas", 1))


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
    ),
    needs=("replicas",),
    group="Deploy Commands",
)
