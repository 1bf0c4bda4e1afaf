"""`kubectl drain`: closes a node, and evicts its Pods, as far as budgets allow (models kubectl/pkg/drain)."""

from typing import Any

from simulator.api.meta import controller_of
from simulator.api.resources import RESOURCES
from simulator.kubectl.cli import DRY_RUN, ONE_SELECTOR, Command
from simulator.kubectl.dry_run import mode, suffix
from simulator.kubectl.failures import Failure, ServerFailure, raise_all
from simulator.kubectl.flags import declare
from simulator.kubectl.gone import wait_until_gone
from simulator.kubectl.infos import items
from simulator.kubectl.session import Obj, Session
from simulator.kubectl.verbs.cordon import nodes, set_cordon
from simulator.runtime.syscalls import Step, Wait

PODS = RESOURCES["pods"]
MIRROR = "kubernetes.io/config.mirror"
RETRY = 5_000_000
ENDED = ("Succeeded", "Failed")
# Why a Pod stands in the way, in the order in which it is told; the real message says twice that it cannot.
FATAL = (
    ("local", "cannot delete Pods with local storage (use --delete-emptydir-data to override)"),
    ("naked", "cannot delete cannot delete Pods that declare no controller (use --force to override)"),
    ("daemon", "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"),
)
TOLERATED = (
    ("naked", "deleting Pods that declare no controller"),
    ("local", "deleting Pods with local storage"),
    ("daemon", "ignoring DaemonSet-managed Pods"),
)


def run(session: Session) -> Step:
    """Cordon, then evict the Pods of one node after the other."""
    if "queue" not in session.state:
        infos, failures = nodes(session, "drain")
        raise_all(failures)
        for info in infos:
            set_cordon(session, info, True)
        timeout = session.flag("timeout")
        until = session.sys.now + timeout if timeout else 0
        session.state.update(queue=[info.name for info in infos], evicting=None, until=until, failed=[])
    while session.state["queue"]:
        step = _drain(session, session.state["queue"][0])
        if step is not None:
            return step
        session.state["queue"].pop(0)
        session.state["evicting"] = None
    return _ending(session)


def _ending(session: Session) -> Step:
    failed = session.state["failed"]
    if not failed:
        return 0
    session.err("There are pending nodes to be drained:\n" + "".join(f" {name}\n" for name, _ in failed))
    session.err("".join(f"{text}\n" for _, text in failed))
    return 1


def _drain(session: Session, node: str) -> Step | None:
    """Take a step with one node; None when it is done with, for better or worse."""
    if session.state["evicting"] is None:
        pods = _sorted_out(session, node)
        if pods is None:
            return None
        session.state["evicting"] = {"pods": pods, "waiting": [], "retry": 0}
    return _evict(session, node, session.state["evicting"])


def _sorted_out(session: Session, node: str) -> list[Obj] | None:
    """The Pods to be evicted; None if some stand in the way."""
    query = {
        "fieldSelector": f"spec.nodeName={node}",
        "labelSelector": str(session.flag("pod-selector") or ""),
        "limit": "500",
    }
    pods = [
        pod
        for pod in items(PODS, session.list(PODS, None, query=query))
        if MIRROR not in (pod["metadata"].get("annotations") or {})
    ]
    groups: dict[str, list[str]] = {"local": [], "naked": [], "daemon": []}
    chosen = []
    allowed = {
        "local": bool(session.flag("delete-emptydir-data")),
        "naked": bool(session.flag("force")),
        "daemon": bool(session.flag("ignore-daemonsets")),
    }
    for pod in pods:
        problem = _problem(pod, allowed)
        if problem:
            groups[problem].append(f"{pod['metadata']['namespace']}/{pod['metadata']['name']}")
        if problem != "daemon":
            chosen.append(
                {
                    "namespace": pod["metadata"]["namespace"],
                    "name": pod["metadata"]["name"],
                    "uid": pod["metadata"]["uid"],
                }
            )
    errors = [f"{text}: {', '.join(groups[key])}" for key, text in FATAL if groups[key] and not allowed[key]]
    if errors:
        _tell_failure(session, node, errors)
        return None
    warnings = [f"{text}: {', '.join(groups[key])}" for key, text in TOLERATED if groups[key]]
    if warnings:
        session.err(f"Warning: {'; '.join(warnings)}\n")
    return chosen


def _problem(pod: Obj, allowed: dict[str, bool]) -> str:
    """What speaks against evicting a Pod: the first thing that is not allowed, else the last that is."""
    controller = controller_of(pod)
    if controller and controller.get("kind") == "DaemonSet":
        return "daemon"
    if (pod.get("status") or {}).get("phase") in ENDED:
        return ""
    local = any(volume.get("emptyDir") is not None for volume in (pod.get("spec") or {}).get("volumes") or [])
    if local and not allowed["local"]:
        return "local"
    return "" if controller else "naked"


def _tell_failure(session: Session, node: str, errors: list[str]) -> None:
    text = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
    session.err(f'error: unable to drain node "{node}" due to error: {text}, continuing command...\n')
    session.state["failed"].append([node, "\n".join(errors)])


def _evict(session: Session, node: str, state: dict[str, Any]) -> Step | None:
    until = int(session.state["until"])
    for pod in list(state["pods"]):
        if mode(session) != "none":
            session.out(f"evicting pod {pod['namespace']}/{pod['name']}{suffix(session)}\n")
            state["pods"].remove(pod)
        elif session.sys.now >= state["retry"] and _evicted(session, pod):
            state["pods"].remove(pod)
            state["waiting"].append({"resource": "pods", **pod})
    if state["pods"]:
        if until and session.sys.now >= until:
            raise Failure(f"error when evicting pods: global timeout reached: {session.flag('timeout') // 1_000_000}s")
        if session.sys.now >= state["retry"]:
            state["retry"] = session.sys.now + RETRY
        return Wait(until=state["retry"])
    while state["waiting"]:
        target = state["waiting"][0]
        step = wait_until_gone(session, [target], until)
        if not isinstance(step, int):
            return step
        session.out(f"pod/{target['name']} evicted\n")
        state["waiting"].pop(0)
    session.out(f"node/{node} drained{suffix(session)}\n")
    return None


def _evicted(session: Session, pod: Obj) -> bool:
    """Ask for an eviction; False if a budget forbids it for now."""
    session.out(f"evicting pod {pod['namespace']}/{pod['name']}\n")
    period = int(session.flag("grace-period"))
    options: Obj = {"gracePeriodSeconds": period} if period >= 0 else {}
    if session.flag("disable-eviction"):
        session.delete(PODS, pod["namespace"], pod["name"], options, {})
        return True
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": pod["name"], "namespace": pod["namespace"]},
    }
    body |= {"deleteOptions": options} if options else {}
    request = session.request("create", PODS, pod["namespace"], pod["name"], subresource="eviction", body=body)
    try:
        session.call(request)
    except ServerFailure as failure:
        if failure.reason == "NotFound":
            return True
        if failure.reason != "TooManyRequests":
            raise
        session.err(
            f'error when evicting pods/"{pod["name"]}" -n "{pod["namespace"]}" (will retry after 5s): {failure.message}\n'
        )
        return False
    return True


COMMAND = Command(
    "drain",
    "Drain node in preparation for maintenance",
    run,
    "NODE [options]",
    declare(
        "--chunk-size=500 --delete-emptydir-data=false --disable-eviction=false --force=false --grace-period=-1 --ignore-daemonsets=false",
        "--pod-selector= --skip-wait-for-delete-timeout=0 --timeout=0s",
        DRY_RUN,
        ONE_SELECTOR,
    ),
    group="Cluster Management Commands",
)
