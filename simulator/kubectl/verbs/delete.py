"""`kubectl delete`: says goodbye, then waits until what was deleted is gone (models kubectl/pkg/cmd/delete)."""

from typing import Any

from simulator.kubectl import raw
from simulator.kubectl.cli import DRY_RUN, FILES, ONE_SELECTOR, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Aggregate, Failure, ServerFailure, raise_all
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
OLD = "warning: --cascade={} is deprecated (boolean value) and can be replaced with --cascade={}.\n"
OLD_CASCADES = {"true": OLD.format("true", "background"), "false": OLD.format("false", "orphan")}
QUESTION = "Do you want to continue? (y/n): "
CANCELLED = "deletion is cancelled\n"
CASCADES = {
    "background": "Background",
    "foreground": "Foreground",
    "orphan": "Orphan",
    "true": "Background",
    "false": "Orphan",
}


def run(session: Session) -> Step:
    """Delete; then wait for what is not gone yet."""
    if session.flag("raw"):
        return _raw(session)
    if "waiting" not in session.state and not _begin(session):
        return 0
    step = wait_until_gone(session, session.state["waiting"], int(session.state["deadline"]))
    if not isinstance(step, int) or step:
        return step
    if session.state["failed"]:
        session.err(session.state["failed"])
        return 1
    return 0


def _raw(session: Session) -> Step:
    if session.flag("interactive"):
        raise Failure("--interactive can not be used with --raw")
    if session.args:
        raise Failure("arguments may not be passed when --raw is specified")
    if session.flag("selector") or session.flag("field-selector"):
        raise Failure("--selector (-l), --field-selector may not be used with --raw")
    return raw.delete(session)


def _begin(session: Session) -> bool:
    """Delete what is chosen, and remember for what to wait; False if somebody said no."""
    _check(session)
    if session.flag("cascade") in OLD_CASCADES and "warned" not in session.state:
        session.state["warned"] = True
        session.err(OLD_CASCADES[session.flag("cascade")])
    choice = choose(session, session.args)
    infos, failures = _chosen(session, choice)
    if session.flag("interactive") and infos and not _confirmed(session, infos):
        session.out(CANCELLED)
        return False
    waiting: list[dict[str, Any]] = session.state.setdefault("deleted", [])
    if "handled" not in session.state and session.flag("force") and grace(session) == 0:
        session.err(IMMEDIATE)
    failures = for_each(session, infos, lambda info: _delete(session, info, waiting), failures)
    if not infos and not failures and not session.state["handled"] and not session.flag("ignore-not-found"):
        session.out("No resources found\n")
    if mode(session) != "none" or not session.flag("wait"):
        waiting = []
    failed = failures[0].text if len(failures) == 1 else Aggregate(failures).text
    timeout = session.flag("timeout")
    session.state.update(waiting=waiting, failed=failed, deadline=session.sys.now + timeout if timeout else 0)
    if failures and not waiting:
        session.state["failed"] = ""
        raise_all(failures)
    return True


def _confirmed(session: Session, infos: list[Info]) -> bool:
    """Whether the answer to the question is yes; pauses until there is one."""
    if "asked" not in session.state:
        session.state["asked"] = True
        listed = "".join(f"{info.title}\n" for info in infos)
        session.out(f"You are about to delete the following {len(infos)} resource(s):\n{listed}{QUESTION}")
    return session.line().strip().lower() == "y"


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
    if session.flag("output") not in ("", "name"):
        raise Failure(f"unexpected -o output mode: {session.flag('output')}. We only support '-o name'")
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
