"""`kubectl delete`: says goodbye, then waits until what was deleted is gone (models kubectl/pkg/cmd/delete)."""

from typing import Any

from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, NotSimulated, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.gone import wait_until_gone
from simulator.kubectl.infos import Info
from simulator.kubectl.selection import choose, fetch, for_each
from simulator.kubectl.session import Obj, Session
from simulator.runtime.syscalls import Step

IMMEDIATE = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
    "The resource may continue to run on the cluster indefinitely.\n"
)
CASCADES = {
    "background": "Background",
    "foreground": "Foreground",
    "orphan": "Orphan",
    "true": "Background",
    "false": "Orphan",
}


def run(session: Session) -> Step:
    """Delete; then wait for what is not gone yet."""
    if "waiting" not in session.state:
        _begin(session)
    step = wait_until_gone(session, session.state["waiting"], int(session.state["deadline"]))
    if not isinstance(step, int) or step:
        return step
    if session.state["failed"]:
        session.err(session.state["failed"])
        return 1
    return 0


def _begin(session: Session) -> None:
    for name in ("raw", "interactive"):
        if session.flag(name):
            raise NotSimulated(f"kubectl delete --{name}")
    _check(session)
    choice = choose(session, session.args)
    infos, failures = _chosen(session, choice)
    waiting: list[dict[str, Any]] = session.state.setdefault("deleted", [])
    if "handled" not in session.state and session.flag("force") and grace(session) == 0:
        session.err(IMMEDIATE)
    for_each(session, infos, lambda info: _delete(session, info, waiting), failures)
    if not infos and not failures and not session.state["handled"] and not session.flag("ignore-not-found"):
        session.out("No resources found\n")
    if mode(session) != "none" or not session.flag("wait"):
        waiting = []
    failed = "".join(failure.text for failure in failures)
    timeout = session.flag("timeout")
    session.state.update(waiting=waiting, failed=failed, deadline=session.sys.now + timeout if timeout else 0)
    if failures and not waiting:
        session.state["failed"] = ""
        raise_all(failures)


def _chosen(session: Session, choice: Any) -> tuple[list[Info], list[Failure]]:
    """Names are deleted as they are, without asking first; lists are read."""
    listed = type(choice)(listed=choice.listed)
    infos, failures = fetch(session, listed) if choice.listed else ([], [])
    return [*choice.infos, *choice.named, *infos], [*choice.failures, *failures]


def _check(session: Session) -> None:
    if session.flag("now") and session.flag("grace-period") != -1:
        raise Failure("--now and --grace-period cannot be specified together")
    if session.flag("grace-period") == 0 and not session.flag("force") and not session.flag("wait"):
        raise Failure("--grace-period=0 can only be used with --force")
    if session.flag("force") and session.flag("grace-period") > 0:
        raise Failure("--force and --grace-period greater than 0 cannot be specified together")
    if session.flag("cascade") not in CASCADES:
        raise Failure(
            f'invalid cascade value ({session.flag("cascade")}). Must be "background", "foreground", or "orphan"'
        )
    if session.flag("all") and session.flag("selector"):
        raise Failure("setting 'all' parameter but found a non empty selector. ")


def grace(session: Session) -> int:
    """The grace period in seconds that the flags ask for; -1 is the object's own."""
    if session.flag("now"):
        return 1
    if session.flag("force") and session.flag("grace-period") < 0:
        return 0
    period = int(session.flag("grace-period"))
    # Without --force, no grace at all still waits for the end: the real client makes it one second.
    return 1 if period == 0 and not session.flag("force") else period


def options(session: Session) -> Obj:
    """The DeleteOptions that the flags ask for."""
    body: Obj = {"propagationPolicy": CASCADES[str(session.flag("cascade"))]}
    return body | ({"gracePeriodSeconds": grace(session)} if grace(session) >= 0 else {})


def _delete(session: Session, info: Info, waiting: list[dict[str, Any]]) -> None:
    if mode(session) == "client":
        if not info.object.get("metadata", {}).get("uid"):
            _tolerating(session, info, lambda: session.get(info.resource, info.namespace, info.name))
        session.out(message(session, info))
        return
    answer = _tolerating(
        session,
        info,
        lambda: session.delete(info.resource, info.namespace, info.name, options(session), query(session)),
    )
    if answer is None:
        return
    session.out(message(session, info))
    uid = (answer.get("metadata") or {}).get("uid") or (answer.get("details") or {}).get("uid") or ""
    waiting.append({"resource": info.resource.name, "namespace": info.namespace, "name": info.name, "uid": uid})


def _tolerating(session: Session, info: Info, act: Any) -> Obj | None:
    try:
        return dict(act())
    except ServerFailure as failure:
        if failure.reason == "NotFound" and session.flag("ignore-not-found"):
            return None
        raise failure.within(f'error when deleting "{info.source}": ' if info.source else "") from None


def message(session: Session, info: Info) -> str:
    """What is said of a deletion."""
    if session.flag("output") == "name":
        return f"{info.title}\n"
    forced = "force " if session.flag("force") and grace(session) == 0 else ""
    return f'{info.kind_title} "{info.name}" {forced}deleted{place(info)}{suffix(session)}\n'


def place(info: Info) -> str:
    """Where an object was deleted from."""
    return f" from {info.namespace} namespace" if info.namespace else ""


COMMAND = Command(
    "delete",
    "Delete resources by file names, stdin, resources and names, or by resources and label selector",
    run,
    "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]",
    declare(
        "--all=false -A --all-namespaces=false --cascade=background?background --field-selector= --force=false --grace-period=-1",
        "--ignore-not-found=false -i --interactive=false --now=false -o --output= --raw= --timeout=0s --wait=true",
        DRY_RUN,
        FILES,
        ONE_SELECTOR,
    ),
    group="Basic Commands (Intermediate)",
)
