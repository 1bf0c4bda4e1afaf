"""`kubectl cordon` and `kubectl uncordon`."""

from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import DRY_RUN, ONE_SELECTOR, Command
from simulator.kubectl.dry_run import mode, query, suffix
from simulator.kubectl.failures import Failure, ServerFailure, UsageFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.infos import Info, info_of, items
from simulator.kubectl.session import Session
from simulator.runtime.syscalls import Step

NODES = RESOURCES["nodes"]


def nodes(session: Session, verb: str) -> tuple[list[Info], list[Failure]]:
    """The nodes that the command line names."""
    selector = str(session.flag("selector") or "")
    if not session.args and not selector:
        raise UsageFailure(f"USAGE: {verb} NODE [flags]", f"See '{session.path} -h' for help and examples")
    if session.args and selector:
        raise Failure("error: cannot specify both a node name and a --selector option", prefix="")
    if selector:
        body = session.list(NODES, None, query={"labelSelector": selector})
        return [info_of(NODES, obj) for obj in items(NODES, body)], []
    infos, failures = [], []
    for word in session.args:
        try:
            infos.append(info_of(NODES, session.get(NODES, None, word.removeprefix("node/").removeprefix("nodes/"))))
        except ServerFailure as failure:
            failures.append(failure)
    return infos, list(failures)


def set_cordon(session: Session, info: Info, wanted: bool) -> None:
    """Close a node for new Pods, or open it, and say so."""
    now = bool((info.object.get("spec") or {}).get("unschedulable"))
    done = "cordoned" if wanted else "uncordoned"
    if now == wanted:
        session.out(f"{info.title} already {done}{suffix(session)}\n")
        return
    if mode(session) != "client":
        session.patch(
            NODES, None, info.name, {"spec": {"unschedulable": True if wanted else None}}, "strategic", query(session)
        )
    session.out(f"{info.title} {done}{suffix(session)}\n")


def _all(session: Session, verb: str, wanted: bool) -> Step:
    infos, failures = nodes(session, verb)
    for info in infos:
        set_cordon(session, info, wanted)
    raise_all(failures)
    return 0


def cordon(session: Session) -> Step:
    """Close nodes for new Pods."""
    return _all(session, "cordon", True)


def uncordon(session: Session) -> Step:
    """Open nodes for new Pods."""
    return _all(session, "uncordon", False)


GROUP = "Cluster Management Commands"
FLAGS = declare(DRY_RUN, ONE_SELECTOR)
CORDON = Command("cordon", "Mark node as unschedulable", cordon, "NODE [options]", FLAGS, group=GROUP)
UNCORDON = Command("uncordon", "Mark node as schedulable", uncordon, "NODE [options]", FLAGS, group=GROUP)
